#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/path.h"
#include "config/read.h"
#include "config/scalar.h"
#include "util/file.h"

enum { SECRET_MAX = 4096 };

/* ---- where it is ---- */

static void parse_variable(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

	if (!n->text_len || n->text_len > 128 || strspn(n->text, allowed) != n->text_len || strchr("0123456789", n->text[0]))
		reader_refuse(r, s, n);
	else
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
}

static const struct schema variable = {
	.name = "environment variable",
	.expected = "the name of an environment variable",
	.size = sizeof(char *),
	.parse = parse_variable,
	.pattern = "^[A-Za-z_][A-Za-z0-9_]{0,127}$",
};

/* It need not be there now: who only looks at the project has no business with it. */
static void parse_secret_file(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char *missing, *path;

	if (!n->text_len || strlen(n->text) != n->text_len || strpbrk(n->text, "\r\n")) {
		reader_refuse(r, s, n);
		return;
	}
	path = path_expand(r->arena, n->text, &missing);
	if (!path)
		reader_refuse_text(r, n, "the environment variable %s is not set", missing);
	else
		*(const char **)out = path[0] == '/' ? path : arena_printf(r->arena, "%s/%s", r->folder, path);
}

static const struct schema secret_file = {
	.name = "secret file",
	.expected = "a file that only its owner can read",
	.doc = "Its first line counts. Relative paths start at the YAML file's folder, ~/ at the home folder.",
	.size = sizeof(char *),
	.parse = parse_secret_file,
};

static const struct schema_key keys[] = {
	{"env", "the environment variable that it is in", &variable, .at = offsetof(struct secret, env), .choice = true,
	 .chosen = SECRET_ENV},
	{"file", "the file that it is in, mode 0600", &secret_file, .at = offsetof(struct secret, file), .choice = true,
	 .chosen = SECRET_FILE},
	{0},
};

const struct schema schema_secret = {
	.shape = SCHEMA_RECORD,
	.name = "secret",
	.expected = "a mapping with env or file: the secret itself does not belong into this file",
	.size = sizeof(struct secret),
	.keys = keys,
	.choice = true,
	.choice_at = offsetof(struct secret, place),
};

/* ---- what it is ---- */

static char *from_environment(const char *name, struct err *e)
{
	const char *value = getenv(name);

	if (value && *value && !strpbrk(value, "\r\n"))
		return xstrdup(value);
	err_set(e, ERR_INFRA, "the environment variable %s %s", name,
		!value ? "is not set" : !*value ? "is empty" : "has more than one line");
	err_hint(e, "it is to hold the secret of a power switch: the unit's file says which");
	return NULL;
}

static int check_mode(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return file_error(e, "look at", path);
	if (!S_ISREG(st.st_mode) || st.st_size > SECRET_MAX)
		err_set(e, ERR_INFRA, "the secret file %s is no small regular file", path);
	else if (st.st_mode & 077)
		err_set(e, ERR_INFRA, "the secret file %s can be used by others than its owner (mode %04o)", path,
			st.st_mode & 07777u);
	else
		return 0;
	return err_hint(e, "chmod 600 %s", path);
}

static char *first_line(int fd, const char *path, struct err *e)
{
	char text[SECRET_MAX + 1], *value = NULL;
	ssize_t n = read(fd, text, SECRET_MAX);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (n < 0)
		err_sys(e, ERR_INFRA, "cannot read the secret file %s", path);
	else if (!text[0])
		err_set(e, ERR_INFRA, "the secret file %s begins with an empty line", path);
	else
		value = xstrdup(text);
	explicit_bzero(text, sizeof text);
	return value;
}

static char *from_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *value;

	if (fd < 0) {
		err_sys(e, ERR_INFRA, "cannot read the secret file %s", path);
		return NULL;
	}
	value = check_mode(fd, path, e) == 0 ? first_line(fd, path, e) : NULL;
	close(fd);
	return value;
}

char *secret_read(const struct secret *s, struct err *e)
{
	return s->place == SECRET_ENV ? from_environment(s->env, e) : from_file(s->file, e);
}

void secret_forget(char *value)
{
	if (value)
		explicit_bzero(value, strlen(value));
	free(value);
}
