#include "proto/taptree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/taplevel.h"
#include "util/mem.h"

struct tap_tree *tap_tree_create(const struct tap_dialect *d)
{
	struct tap_tree *t = xcalloc(1, sizeof *t);

	t->dialect = d;
	return t;
}

void tap_tree_destroy(struct tap_tree *t)
{
	buf_finish(&t->comments);
	free(t);
}

/* ---- lines ---- */

static bool on_version(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	int i = tap_level_at(t, l->indent);

	if (l->ktap && !t->dialect->ktap) {
		cases_fault(c, "it is KTAP, not TAP");
		c->begun = c->over = true;
		return true;
	}
	if (i == 0) {
		cases_fault(c, "it began a second time, after %d result%s", t->levels[0].came,
			    t->levels[0].came == 1 ? "" : "s");
		c->over = true;
		return true;
	}
	while (i > 0 && t->depth > (size_t)i)
		tap_close_level(c, t, false);
	return tap_may_open(t, l->indent) && tap_open_level(c, t, l->indent);
}

static bool on_plan(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	struct tap_level *v = tap_level_for(c, t, l->indent);
	char where[CASES_NAME_MAX + 16];

	if (!v)
		return false;
	if (v->planned >= 0) {
		cases_fault(c, "there are two plans%s: 1..%d and 1..%d", tap_inside(t, v, where), v->planned, l->number);
		return true;
	}
	v->planned = l->number;
	v->plan_behind = v->came > 0;
	if (l->number == 0 && v == t->levels) {
		t->last = cases_add(c, "all tests", 9, CASE_SKIP, 0);
		if (t->last)
			cases_say(&t->last->text, l->reason.at, l->reason.len);
	}
	return true;
}

/* Numbers are what tells that a result is missing, or another one's: each once, in the plan's range. */
static void count(struct cases *c, struct tap_tree *t, struct tap_level *v, struct tap_line *l)
{
	int number = l->number ? l->number : v->last + 1;
	char where[CASES_NAME_MAX + 16];

	tap_inside(t, v, where);
	if (v->plan_behind)
		cases_fault(c, "result %d%s came behind the plan that ends the results", number, where);
	if (number > CASES_MAX)
		cases_fault(c, "the number of a result%s is not between 1 and %d", where, CASES_MAX);
	else if (v->planned >= 0 && number > v->planned)
		cases_fault(c, "result %d%s is outside of the plan", number, where);
	else if (tap_has_seen(v, number))
		cases_fault(c, "result %d%s came twice", number, where);
	else if (t->dialect->in_order && number != v->last + 1)
		cases_fault(c, "result %d%s came where %d had to come", number, where, v->last + 1);
	if (number <= CASES_MAX)
		v->seen[number / 8] |= (unsigned char)(1 << number % 8);
	v->last = number <= CASES_MAX ? number : v->last;
	v->came++;
	l->number = number <= CASES_MAX ? number : 0;
}

/* What a result comes to. Only what the format knows may turn a failure into something else. */
static enum case_outcome outcome_of(const struct tap_tree *t, const struct tap_line *l)
{
	static const enum case_outcome by_directive[] = {[TAP_SKIP] = CASE_SKIP, [TAP_TODO] = CASE_TODO,
							 [TAP_XFAIL] = CASE_TODO, [TAP_TIMEOUT] = CASE_FAIL,
							 [TAP_ERROR] = CASE_FAIL};

	if (l->directive != TAP_PLAIN && t->dialect->directives & 1U << l->directive)
		return by_directive[l->directive];
	return l->ok ? CASE_PASS : CASE_FAIL;
}

/* In TAP 14 "\#" is a number sign and "\\" a backslash. */
static size_t unescape(char out[CASES_NAME_MAX], struct tap_text text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < CASES_NAME_MAX; i++) {
		if (text.at[i] == '\\' && i + 1 < text.len && (text.at[i + 1] == '#' || text.at[i + 1] == '\\'))
			i++;
		out[n++] = text.at[i];
	}
	return n;
}

static void add_case(struct cases *c, struct tap_tree *t, const struct tap_line *l, enum case_outcome outcome)
{
	char name[CASES_NAME_MAX];

	t->last = cases_add(c, name, unescape(name, l->text), outcome, l->number);
	if (!t->last)
		return;
	t->last->time_us = l->time_us;
	cases_say(&t->last->text, l->reason.at, l->reason.len);
	if (t->comments.len)
		cases_say(&t->last->text, t->comments.data, t->comments.len - 1);
}

/* "not MON|something", and then "ok 3": somebody had begun to say "not ok". */
static enum case_outcome doubt(struct cases *c, struct tap_tree *t, const struct tap_line *l, enum case_outcome outcome)
{
	if (t->suspect[0] && outcome == CASE_PASS) {
		cases_fault(c, "it cannot be told whether result %d is \"ok\" or \"not ok\": \"%s\" came before it", l->number,
			    t->suspect);
		outcome = CASE_FAIL;
	}
	t->suspect[0] = '\0';
	return outcome;
}

static bool on_point(struct cases *c, struct tap_tree *t, struct tap_line *l)
{
	enum case_outcome said = outcome_of(t, l), outcome;
	int i = tap_level_at(t, l->indent);
	bool told = false;
	struct tap_level *v;

	if (!t->depth)
		return false;
	while (i >= 0 && t->depth > (size_t)i + 2)
		tap_close_level(c, t, false);
	if (i >= 0 && t->depth == (size_t)i + 2) {
		told = tap_adopt(c, tap_top(t), l, said);
		tap_close_level(c, t, true);
	}
	v = tap_level_for(c, t, l->indent);
	if (!v)
		return false;
	count(c, t, v, l);
	outcome = doubt(c, t, l, said);
	t->last = NULL;
	if (!told || outcome != said)
		add_case(c, t, l, outcome);
	buf_clear(&t->comments);
	t->after_point = true;
	t->yaml_indent = l->indent + 2;
	return true;
}

static bool on_bail(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	if (!t->depth)
		return false;
	cases_fault(c, "it bailed out%s%.*s", l->text.len ? ": " : "", (int)(l->text.len < 200 ? l->text.len : 200),
		    l->text.at);
	c->over = true;
	return true;
}

static bool on_subtest(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	struct tap_level *v = t->depth ? tap_top(t) : NULL;

	(void)c;
	if (!v)
		return false;
	if (v != t->levels && v->indent == l->indent && !v->came && !v->name[0])
		tap_copy_text(v->name, l->text);
	else
		tap_copy_text(t->next_name, l->text);
	return true;
}

static bool on_comment(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	(void)c;
	if (!t->depth)
		return false;
	if (t->dialect->comments_first)
		cases_say(&t->comments, l->text.at, l->text.len);
	else if (t->last)
		cases_say(&t->last->text, l->text.at, l->text.len);
	return true;
}

/* ---- diagnostics in YAML ---- */

static bool is_mark(const struct tap_line *l, const char *mark)
{
	return l->text.len == 3 && memcmp(l->text.at, mark, 3) == 0;
}

static void read_duration(struct test_case *last, struct tap_text text)
{
	static const char key[] = "duration_ms:";
	size_t n = sizeof key - 1;
	int64_t value;

	if (text.len <= n || memcmp(text.at, key, n) != 0)
		return;
	while (n < text.len && text.at[n] == ' ')
		n++;
	value = cases_decimal(text.at + n, text.len - n, NULL);
	if (value >= 0)
		last->time_us = value / 1000;
}

static void unfinished_yaml(struct cases *c, struct tap_tree *t)
{
	cases_fault(c, "the diagnostics of %s never end", t->last ? t->last->name : "a test");
	t->yaml = false;
}

/* A line while diagnostics are read. False: it is none of theirs. */
static bool on_yaml(struct cases *c, struct tap_tree *t, const struct tap_line *l, const char *line, size_t n)
{
	if (l->kind == TAP_BLANK)
		return true;
	if (l->indent < t->yaml_indent) {
		if (l->kind != TAP_OTHER && l->kind != TAP_COMMENT)
			unfinished_yaml(c, t);
		return false;
	}
	if (l->indent == t->yaml_indent && l->kind == TAP_OTHER && is_mark(l, "...")) {
		t->yaml = false;
		return true;
	}
	if (t->last) {
		cases_say(&t->last->text, line + t->yaml_indent, n - t->yaml_indent);
		if (l->indent == t->yaml_indent)
			read_duration(t->last, l->text);
	}
	return true;
}

static bool on_other(struct tap_tree *t, const struct tap_line *l)
{
	if (t->dialect->yaml && t->after_point && l->indent == t->yaml_indent && is_mark(l, "---")) {
		t->yaml = true;
		t->after_point = false;
		return true;
	}
	if (t->depth && l->text.len >= 3 && strncmp(l->text.at, "not", 3) == 0 &&
	    (l->text.len == 3 || l->text.at[3] == ' '))
		snprintf(t->suspect, sizeof t->suspect, "%.*s", (int)(l->text.len < 60 ? l->text.len : 60), l->text.at);
	return false;
}

static void mirror(struct cases *c, const struct tap_tree *t)
{
	if (!t->depth)
		return;
	c->planned = t->levels[0].planned;
	c->came = t->levels[0].came;
	c->complete = t->depth == 1 && c->planned >= 0 && c->came >= c->planned && !t->yaml;
}

static bool dispatch(struct cases *c, struct tap_tree *t, struct tap_line *l)
{
	switch (l->kind) {
	case TAP_VERSION:
		return on_version(c, t, l);
	case TAP_PLAN:
		return on_plan(c, t, l);
	case TAP_POINT:
		return on_point(c, t, l);
	case TAP_BAIL:
		return on_bail(c, t, l);
	case TAP_SUBTEST:
		return on_subtest(c, t, l);
	case TAP_COMMENT:
		return on_comment(c, t, l);
	case TAP_PRAGMA:
		return t->depth > 0;
	case TAP_BLANK:
		return false;
	case TAP_OTHER:
		break;
	}
	return on_other(t, l);
}

bool tap_tree_line(struct cases *c, struct tap_tree *t, const char *line, size_t n)
{
	struct tap_line l;
	bool taken;

	tap_line_read(&l, line, n);
	if (t->yaml && on_yaml(c, t, &l, line, n)) {
		mirror(c, t);
		return true;
	}
	if (l.kind == TAP_VERSION || l.kind == TAP_PLAN)
		t->after_point = false;
	taken = dispatch(c, t, &l);
	mirror(c, t);
	return taken;
}

void tap_tree_end(struct cases *c, struct tap_tree *t)
{
	if (t->yaml)
		unfinished_yaml(c, t);
	while (t->depth > 1)
		tap_close_level(c, t, false);
	tap_check_plan(c, t, t->levels);
}
