#include "config/scalar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/path.h"
#include "config/read.h"
#include "config/scenario.h"
#include "match/watch.h"
#include "util/text.h"
#include "util/units.h"

enum { NAME_MAX_LENGTH = 64 };

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char digits[] = "0123456789";

static void keep(struct reader *r, const struct yaml *n, void *out)
{
	*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
}

/* ---- texts ---- */

static bool is_line(const struct yaml *n)
{
	return n->text_len > 0 && text_bad_byte(n->text, n->text_len) == n->text_len && !strpbrk(n->text, "\r\n");
}

void scalar_parse_text(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!is_line(n))
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

static void parse_command(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!n->text_len || strlen(n->text) != n->text_len)
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

static bool is_name(const char *text, size_t n)
{
	return n > 0 && n <= NAME_MAX_LENGTH && strchr(lower, text[0]) && strlen(text) == n &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static void parse_name(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!is_name(n->text, n->text_len))
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

static void parse_own_name(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	char quoted[TEXT_QUOTED];

	if (!is_name(n->text, n->text_len)) {
		reader_refuse(r, s, n);
	} else if (strcmp(n->text, r->stem) != 0) {
		reader_refuse_text(r, n, "expected %s, as the file is called, found \"%s\"",
				   text_quote(quoted, r->stem, strlen(r->stem)), n->text);
		reader_hint(r, "one name, one file: rename either");
	} else {
		keep(r, n, out);
	}
}

static void parse_host(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	enum { LONGEST = 253 }; /* RFC 1035: 255 octets, with those of length and root */
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	if (!n->text_len || n->text_len > LONGEST || strspn(n->text, allowed) != n->text_len || strchr("._-", n->text[0]))
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

static void parse_identifier(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	/* 32 is PCRE2's own limit for the names of groups. */
	if (!n->text_len || n->text_len > 32 || strspn(n->text, word) != n->text_len || strchr(digits, n->text[0]))
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

/* The brackets of a glob: fnmatch() takes one that is never closed for a plain character. */
static bool brackets_close(const char *glob)
{
	for (const char *p = glob; (p = strchr(p, '[')); p++) {
		p = strchr(p + 1 + strspn(p + 1, "!]"), ']');
		if (!p)
			return false;
	}
	return true;
}

void scalar_parse_glob(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-*?[]!";

	if (!n->text_len || strspn(n->text, allowed) != n->text_len || !brackets_close(n->text))
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

/* ---- paths ---- */

static bool leads_out(const char *path)
{
	const char *p = path;

	for (; p; p = strchr(p, '/')) {
		p += strspn(p, "/");
		if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || !p[2]))
			return true;
	}
	return path[0] == '/';
}

static void parse_inside(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!is_line(n) || leads_out(n->text))
		reader_refuse(r, s, n);
	else
		keep(r, n, out);
}

static void parse_path(struct reader *r, const struct schema *s, const struct yaml *n, mode_t type, void *out)
{
	char *path, *real = NULL, quoted[TEXT_QUOTED];
	const char *written, *variable;
	struct stat st;

	if (!is_line(n)) {
		reader_refuse(r, s, n);
		return;
	}
	text_quote(quoted, n->text, n->text_len);
	written = path_expand(r->arena, n->text, &variable);
	if (!written) {
		reader_refuse_text(r, n, "%s: the environment variable %s is not set", quoted, variable);
		return;
	}
	path = written[0] == '/' ? xstrdup(written) : xasprintf("%s/%s", r->folder, written);
	if (stat(path, &st) < 0 || !(real = realpath(path, NULL)))
		reader_refuse_text(r, n, "%s: %s: expected %s", quoted, strerror(errno), s->expected);
	else if ((st.st_mode & S_IFMT) != type)
		reader_refuse(r, s, n);
	else
		*(const char **)out = arena_strdup(r->arena, real);
	free(real);
	free(path);
}

static void parse_file(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	parse_path(r, s, n, S_IFREG, out);
}

static void parse_folder(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	parse_path(r, s, n, S_IFDIR, out);
}

/* ---- numbers ---- */

/* A number text as a C string; "" (which is no number) when it has NULs inside. */
static const char *number_text(const struct yaml *n)
{
	return strlen(n->text) == n->text_len ? n->text : "";
}

void scalar_parse_integer(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char *text = number_text(n);
	long value = strtol(text, NULL, 10);

	if (!*text || strspn(text, digits) != n->text_len || n->text_len > 9 || value < s->min || value > s->max)
		reader_refuse(r, s, n);
	else
		*(int *)out = (int)value;
}

static void parse_duration(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	int64_t ms;

	if (units_duration_ms(number_text(n), &ms) < 0 || ms < 1 || ms > SCALAR_DURATION_MAX_MS)
		reader_refuse(r, s, n);
	else
		*(int64_t *)out = ms;
}

static void parse_address(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	uint64_t value;

	if (units_size(number_text(n), &value) < 0 || value < (uint64_t)s->min)
		reader_refuse(r, s, n);
	else
		*(uint64_t *)out = value;
}

/* ---- words ---- */

static const char *word_at(const void *ctx, size_t i)
{
	return schema_word(ctx, (int)i);
}

static int parse_word_number(struct reader *r, const struct schema *s, const struct yaml *n)
{
	int number = strlen(n->text) == n->text_len ? schema_word_number(s, n->text) : -1;
	size_t count = 0;

	if (number >= 0)
		return number;
	while (schema_word(s, (int)count))
		count++;
	reader_refuse(r, s, n);
	reader_hint_nearest(r, n->text, (struct names){word_at, s, count}, s->doc);
	return -1;
}

void scalar_parse_word(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	int number = parse_word_number(r, s, n);

	if (number >= 0)
		*(int *)out = number;
}

void scalar_parse_word_text(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	int number = parse_word_number(r, s, n);

	if (number >= 0)
		*(const char **)out = schema_word(s, number - s->first);
}

/* ---- regular expressions ---- */

static void parse_regex(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	struct text_pattern *pattern = out;
	struct err e = {0};

	pattern->file = r->mistakes.file;
	pattern->line = n->line;
	if (!n->text_len || strlen(n->text) != n->text_len) {
		reader_refuse(r, s, n);
	} else if (watch_check_regex(n->text, NULL, &e) < 0) {
		reader_refuse(r, s, n);
		reader_hint(r, "%s", e.what);
	} else {
		keep(r, n, &pattern->regex);
	}
}

/* ---- the descriptions ---- */

const struct schema scalar_line = {
	.name = "text", .expected = "a line of text", .size = sizeof(char *), .parse = scalar_parse_text};

const struct schema scalar_command = {
	.name = "command", .expected = "a text to send, without NULs", .size = sizeof(char *), .parse = parse_command};

const struct schema scalar_name = {
	.name = "name",
	.expected = "a name (lower-case letters, digits, - and _; a letter first; at most 64 characters)",
	.size = sizeof(char *),
	.parse = parse_name,
	.pattern = "^[a-z][a-z0-9_-]{0,63}$",
};

const struct schema scalar_own_name = {
	.name = "name",
	.expected = "a name (lower-case letters, digits, - and _; a letter first; at most 64 characters)",
	.size = sizeof(char *),
	.parse = parse_own_name,
	.pattern = "^[a-z][a-z0-9_-]{0,63}$",
};

const struct schema scalar_host = {
	.name = "host name",
	.expected = "the name of a machine (letters, digits, dots, - and _; a letter or digit first)",
	.size = sizeof(char *),
	.parse = parse_host,
	.pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$",
};

const struct schema scalar_identifier = {
	.name = "group name",
	.expected = "the name of a capture group",
	.size = sizeof(char *),
	.parse = parse_identifier,
	.pattern = "^[A-Za-z_][A-Za-z0-9_]{0,31}$",
};

const struct schema scalar_inside = {
	.name = "inner path",
	.expected = "a relative path without \"..\"",
	.size = sizeof(char *),
	.parse = parse_inside,
	.pattern = "^(?!/)(?!(.*/)?\\.\\.(/|$)).+$",
};

const struct schema scalar_file = {
	.name = "file",
	.expected = "an existing file",
	.doc = "Relative paths start at the YAML file's folder, ~/ at the home folder; ${NAME} is an environment variable.",
	.size = sizeof(char *),
	.parse = parse_file,
};

const struct schema scalar_folder = {
	.name = "folder",
	.expected = "an existing folder",
	.doc = "Relative paths start at the YAML file's folder, ~/ at the home folder; ${NAME} is an environment variable.",
	.size = sizeof(char *),
	.parse = parse_folder,
};

const struct schema scalar_duration = {
	.name = "duration",
	.expected = "a duration such as 500ms, 5s or 2m, at most 24h",
	.size = sizeof(int64_t),
	.parse = parse_duration,
	.pattern = "^[0-9]+(ms|s|m|h|d)$",
};

const struct schema scalar_size = {
	.name = "size",
	.expected = "a size such as 4K, 64M, 2G or 0x1000",
	.size = sizeof(uint64_t),
	.parse = parse_address,
	.pattern = "^(0x[0-9a-fA-F]+|[0-9]+)[KMGT]?$",
	.number = true,
	.min = 1,
};

const struct schema scalar_address = {
	.name = "address",
	.expected = "an address such as 0x40000000",
	.size = sizeof(uint64_t),
	.parse = parse_address,
	.pattern = "^(0x[0-9a-fA-F]+|[0-9]+)[KMGT]?$",
	.number = true,
};

const struct schema scalar_regex = {
	.name = "regular expression",
	.expected = "a regular expression (PCRE2)",
	.doc = "Matched over the console's bytes with ANSI escapes, NULs and the CR of CR LF taken out; ^ and $ match "
	       "at line ends. Write it in single quotes: YAML leaves backslashes alone there. ${NAME} is a variable.",
	.size = sizeof(struct text_pattern),
	.parse = parse_regex,
};

const struct schema scalar_lines = {
	.shape = SCHEMA_LIST, .expected = "a list of texts", .size = sizeof(char **), .item = &scalar_line};

const struct schema scalar_names = {
	.shape = SCHEMA_LIST, .expected = "a list of names", .size = sizeof(char **), .item = &scalar_name, .least = 1};

const struct schema scalar_files = {
	.shape = SCHEMA_LIST, .expected = "a list of existing files", .size = sizeof(char **), .item = &scalar_file};
