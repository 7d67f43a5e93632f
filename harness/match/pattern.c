#include "match/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* What one search may cost: some milliseconds of backtracking, and memory that a session does not notice. */
enum { LIMIT_MATCH = 2 * 1000 * 1000, LIMIT_HEAP_KIB = 32 * 1024 };

/* A single lookbehind's reach; several may be nested, all within PATTERN_BEHIND. */
enum { LIMIT_BEHIND = 512 };

/* Compiled before they were needed (pattern_keep). */
static struct {
	struct kept {
		char *regex;
		pcre2_code *code;
	} *items;
	size_t count, room;
} kept;

struct pattern {
	pcre2_code *code;
	bool shared; /* the code is one of the kept ones */
	pcre2_match_data *data;
	pcre2_match_context *limits;
	char reason[128];
};

static uint32_t info(const struct pattern *p, uint32_t what)
{
	uint32_t value = 0;

	pcre2_pattern_info(p->code, what, &value);
	return value;
}

static int refuse(const char *regex, int code, size_t offset, struct err *e)
{
	char why[192] = "";

	pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
	err_set(e, ERR_CONFIG, "'%.300s' is no regular expression: %s, after '%.*s'", regex, why,
		(int)(offset < 80 ? offset : 80), regex);
	return err_hint(e, "patterns are PCRE2 (perl-like): a \\ before ( ) [ ] { } . * + ? | ^ $ takes it literally");
}

/* \G is where a search happens to begin, which depends on how the text came in. */
static bool uses_search_start(const char *regex)
{
	for (; *regex; regex++)
		if (*regex == '\\' && *++regex == 'G')
			return true;
		else if (!*regex)
			return false;
	return false;
}

static int check_searchable(const struct pattern *p, const char *regex, struct err *e)
{
	if (info(p, PCRE2_INFO_MATCHEMPTY)) {
		err_set(e, ERR_CONFIG, "'%.300s' matches the empty text, so it would be found everywhere", regex);
		return err_hint(e, "add what must really be there, for example + instead of *");
	}
	if (uses_search_start(regex)) {
		err_set(e, ERR_CONFIG, "'%.300s' uses \\G, which means nothing where text comes in pieces", regex);
		return err_hint(e, "use ^ for the beginning of a line");
	}
	if (info(p, PCRE2_INFO_MAXLOOKBEHIND) > LIMIT_BEHIND) {
		err_set(e, ERR_CONFIG, "'%.300s' looks back more than %d bytes", regex, LIMIT_BEHIND);
		return err_hint(e, "match the earlier text itself instead of looking back at it");
	}
	return 0;
}

static pcre2_code *compile(const char *regex, struct err *e)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	PCRE2_SIZE offset = 0;
	int error = 0;

	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, PCRE2_MULTILINE | PCRE2_NEVER_UTF, &error,
			     &offset, context);
	pcre2_compile_context_free(context);
	if (!code)
		refuse(regex, error, offset, e);
	return code;
}

static pcre2_code *find_kept(const char *regex)
{
	for (size_t i = 0; i < kept.count; i++)
		if (strcmp(kept.items[i].regex, regex) == 0)
			return kept.items[i].code;
	return NULL;
}

static void translate(pcre2_code *code)
{
	pcre2_jit_compile(code, PCRE2_JIT_PARTIAL_HARD); /* where there is no JIT, the interpreter does it all */
}

void pattern_keep(const char *regex)
{
	struct err ignored;
	pcre2_code *code = find_kept(regex) ? NULL : compile(regex, &ignored);

	if (!code)
		return;
	translate(code);
	kept.items = xgrow(kept.items, &kept.room, kept.count + 1, sizeof *kept.items);
	kept.items[kept.count++] = (struct kept){xstrdup(regex), code};
}

struct pattern *pattern_create(const char *regex, struct err *e)
{
	pcre2_code *ready = find_kept(regex), *code = ready ? ready : compile(regex, e);
	struct pattern *p;

	if (!code)
		return NULL;
	p = xcalloc(1, sizeof *p);
	p->code = code;
	p->shared = ready != NULL;
	p->data = pcre2_match_data_create_from_pattern(code, NULL);
	p->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(p->limits, LIMIT_MATCH);
	pcre2_set_heap_limit(p->limits, LIMIT_HEAP_KIB);
	if (check_searchable(p, regex, e) < 0) {
		pattern_destroy(p);
		return NULL;
	}
	return p;
}

void pattern_destroy(struct pattern *p)
{
	if (!p)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->data);
	if (!p->shared)
		pcre2_code_free(p->code);
	free(p);
}

void pattern_prepare(struct pattern *p)
{
	if (!p->shared)
		translate(p->code);
}

bool pattern_has_group(const struct pattern *p, const char *name)
{
	/* a name that stands for several groups is one, too */
	int n = pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)name);

	return n > 0 || n == PCRE2_ERROR_NOUNIQUESUBSTRING;
}

static int run(struct pattern *p, const char *text, size_t len, size_t from, uint32_t options)
{
	int n = pcre2_match(p->code, (PCRE2_SPTR)text, len, from, options, p->data, p->limits);

	/* machine code has 32 KiB of stack: what needs more gets the interpreter's heap */
	if (n == PCRE2_ERROR_JIT_STACKLIMIT)
		n = pcre2_match(p->code, (PCRE2_SPTR)text, len, from, options | PCRE2_NO_JIT, p->data, p->limits);
	return n;
}

enum pattern_result pattern_find(struct pattern *p, const char *text, size_t len, size_t from, enum pattern_more more,
				 struct pattern_span *at, const char **reason)
{
	static const uint32_t options[] = {
		[PATTERN_GROWS] = PCRE2_PARTIAL_HARD,
		[PATTERN_CUT] = PCRE2_NOTEOL,
		[PATTERN_ENDED] = 0,
	};
	int n = run(p, text, len, from, options[more]);
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(p->data);

	if (n == PCRE2_ERROR_NOMATCH)
		return PATTERN_NONE;
	if (n < 0 && n != PCRE2_ERROR_PARTIAL) {
		pcre2_get_error_message(n, (PCRE2_UCHAR *)p->reason, sizeof p->reason);
		*reason = p->reason;
		return PATTERN_FAILED;
	}
	*at = (struct pattern_span){.start = ends[0], .end = ends[1]};
	return n == PCRE2_ERROR_PARTIAL ? PATTERN_PARTIAL : PATTERN_FOUND;
}

static char *copy(const char *s, size_t n)
{
	char *c = xmalloc(n + 1);

	memcpy(c, s, n);
	c[n] = '\0';
	return c;
}

struct pattern_group *pattern_groups(const struct pattern *p, const char *text, size_t *count)
{
	uint32_t names = info(p, PCRE2_INFO_NAMECOUNT), size = info(p, PCRE2_INFO_NAMEENTRYSIZE);
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(p->data);
	struct pattern_group *groups = xcalloc(names, sizeof *groups);
	const unsigned char *entry = NULL;

	pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &entry);
	*count = 0;
	for (uint32_t i = 0; i < names; i++, entry += size) {
		size_t group = (size_t)entry[0] << 8 | entry[1]; /* the name table's form: pcre2api(3) */
		const char *name = (const char *)entry + 2;

		if (ends[2 * group] == PCRE2_UNSET)
			continue;
		groups[(*count)++] = (struct pattern_group){
			.name = copy(name, strlen(name)),
			.value = copy(text + ends[2 * group], ends[2 * group + 1] - ends[2 * group]),
		};
	}
	return groups;
}

void pattern_groups_free(struct pattern_group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(groups[i].name);
		free(groups[i].value);
	}
	free(groups);
}
