#include "proto/taptree.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/caseformat.h"
#include "util/mem.h"

struct level {
	size_t indent;
	int planned;       /* -1: no plan yet */
	bool plan_behind;  /* the plan came behind the results: it ends them */
	int came;          /* results at this level */
	int last;          /* number of the last one */
	size_t first_case; /* cases from here on are this level's, or inside it */
	char name[CASES_NAME_MAX]; /* "" until known */
	unsigned char seen[CASES_MAX / 8 + 1]; /* numbers that came, as bits */
};

struct tap_tree {
	const struct tap_dialect *dialect;
	struct level levels[TAP_DEPTH];
	size_t depth;                   /* levels that are open; 0: nothing has begun */
	char next_name[CASES_NAME_MAX]; /* from "# Subtest: NAME", for the level that opens next */
	struct buf comments;            /* that wait for their result */
	bool after_point, yaml;         /* diagnostics may follow; they are being read */
	size_t yaml_indent;
	struct test_case *last; /* the case whose diagnostics they are; NULL: nobody's */
	char suspect[64];       /* a line that may be the beginning of a "not ok" which another speaker cut in two */
};

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

static struct level *top(struct tap_tree *t)
{
	return &t->levels[t->depth - 1];
}

static void copy_text(char out[CASES_NAME_MAX], struct tap_text text)
{
	snprintf(out, CASES_NAME_MAX, "%.*s", (int)(text.len < CASES_NAME_MAX ? text.len : CASES_NAME_MAX), text.at);
}

/* "in NAME" for faults; nothing for the outermost level. */
static const char *inside(const struct tap_tree *t, const struct level *v, char out[CASES_NAME_MAX + 16])
{
	out[0] = '\0';
	if (v != t->levels)
		snprintf(out, CASES_NAME_MAX + 16, " in %s", v->name[0] ? v->name : "a subtest");
	return out;
}

/* ---- levels ---- */

static bool may_open(const struct tap_tree *t, size_t indent)
{
	if (!t->depth)
		return indent == 0;
	if (t->dialect->indent)
		return indent == t->levels[t->depth - 1].indent + t->dialect->indent;
	return indent > t->levels[t->depth - 1].indent;
}

static bool open_level(struct cases *c, struct tap_tree *t, size_t indent)
{
	struct level *v = &t->levels[t->depth];

	if (t->depth == TAP_DEPTH) {
		cases_fault(c, "subtests are nested more than %d deep", TAP_DEPTH);
		c->over = true;
		return false;
	}
	memset(v, 0, sizeof *v);
	v->indent = indent;
	v->planned = -1;
	v->first_case = c->count;
	if (t->depth)
		memcpy(v->name, t->next_name, sizeof v->name);
	t->next_name[0] = '\0';
	t->depth++;
	t->last = NULL;
	c->begun = true;
	return true;
}

static bool has_seen(const struct level *v, int number)
{
	return v->seen[number / 8] & 1 << number % 8;
}

/* ": 3, 7 and 2 more", the numbers of the plan that did not come. */
static void add_missing(struct buf *out, const struct level *v)
{
	enum { MOST = 5 };
	int missing = 0;

	for (int i = 1; i <= v->planned && i <= CASES_MAX; i++) {
		if (has_seen(v, i) || missing++ >= MOST)
			continue;
		buf_printf(out, "%s%d", missing == 1 ? ", missing: " : ", ", i);
	}
	if (missing > MOST)
		buf_printf(out, " and %d more", missing - MOST);
}

/* Nothing more of this level will come. */
static void check_plan(struct cases *c, struct tap_tree *t, const struct level *v)
{
	bool needed = v == t->levels || t->dialect->inner_plans;
	char where[CASES_NAME_MAX + 16];
	struct buf missing;

	inside(t, v, where);
	if (v->planned < 0 && needed)
		cases_fault(c, "there is no plan%s: %d result%s came, and nobody knows whether that was all", where, v->came,
			    v->came == 1 ? "" : "s");
	if (v->planned < 0 || v->planned == v->came)
		return;
	buf_init(&missing);
	add_missing(&missing, v);
	cases_fault(c, "the plan%s is 1..%d, and %d result%s came%s", where, v->planned, v->came, v->came == 1 ? "" : "s",
		    missing.data ? missing.data : "");
	buf_finish(&missing);
}

/* Close the innermost level. `parent`: the result of the test it belongs to has come; else it never will. */
static void close_level(struct cases *c, struct tap_tree *t, bool parent)
{
	struct level *v = top(t);
	char where[CASES_NAME_MAX + 16];

	check_plan(c, t, v);
	if (!parent)
		cases_fault(c, "the results%s end without the result of the test that they belong to", inside(t, v, where));
	t->depth--;
	t->last = NULL;
}

/* Which open level stands at this indentation; -1: none. */
static int level_at(const struct tap_tree *t, size_t indent)
{
	for (size_t i = 0; i < t->depth; i++)
		if (t->levels[i].indent == indent)
			return (int)i;
	return -1;
}

/* The level for a line at this indentation: opened when it may, with deeper ones closed; NULL: it is nobody's. */
static struct level *level_for(struct cases *c, struct tap_tree *t, size_t indent)
{
	int i = level_at(t, indent);

	if (i < 0)
		return may_open(t, indent) && open_level(c, t, indent) ? top(t) : NULL;
	while (t->depth > (size_t)i + 1)
		close_level(c, t, false);
	return top(t);
}

/* ---- lines ---- */

static bool on_version(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	int i = level_at(t, l->indent);

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
		close_level(c, t, false);
	return may_open(t, l->indent) && open_level(c, t, l->indent);
}

static bool on_plan(struct cases *c, struct tap_tree *t, const struct tap_line *l)
{
	struct level *v = level_for(c, t, l->indent);
	char where[CASES_NAME_MAX + 16];

	if (!v)
		return false;
	if (v->planned >= 0) {
		cases_fault(c, "there are two plans%s: 1..%d and 1..%d", inside(t, v, where), v->planned, l->number);
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
static void count(struct cases *c, struct tap_tree *t, struct level *v, struct tap_line *l)
{
	int number = l->number ? l->number : v->last + 1;
	char where[CASES_NAME_MAX + 16];

	inside(t, v, where);
	if (v->plan_behind)
		cases_fault(c, "result %d%s came behind the plan that ends the results", number, where);
	if (number > CASES_MAX)
		cases_fault(c, "the number of a result%s is not between 1 and %d", where, CASES_MAX);
	else if (v->planned >= 0 && number > v->planned)
		cases_fault(c, "result %d%s is outside of the plan", number, where);
	else if (has_seen(v, number))
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

/* The test whose subtests were `v`: its name goes before theirs, and what it says beyond them is a case. */
static bool adopt(struct cases *c, const struct level *v, const struct tap_line *l, enum case_outcome outcome)
{
	char name[CASES_NAME_MAX];
	unsigned failed = 0;

	copy_text(name, l->text);
	if (!name[0])
		memcpy(name, v->name, sizeof name);
	if (name[0])
		cases_adopt(c, v->first_case, name);
	for (size_t i = v->first_case; i < c->count; i++) {
		if (c->items[i].outcome != CASE_FAIL)
			continue;
		failed++;
		if (outcome == CASE_TODO)
			cases_change(c, &c->items[i], CASE_TODO);
	}
	return c->count > v->first_case && (outcome != CASE_FAIL || failed);
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
	int i = level_at(t, l->indent);
	bool told = false;
	struct level *v;

	if (!t->depth)
		return false;
	while (i >= 0 && t->depth > (size_t)i + 2)
		close_level(c, t, false);
	if (i >= 0 && t->depth == (size_t)i + 2) {
		told = adopt(c, top(t), l, said);
		close_level(c, t, true);
	}
	v = level_for(c, t, l->indent);
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
	struct level *v = t->depth ? top(t) : NULL;

	(void)c;
	if (!v)
		return false;
	if (v != t->levels && v->indent == l->indent && !v->came && !v->name[0])
		copy_text(v->name, l->text);
	else
		copy_text(t->next_name, l->text);
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
		close_level(c, t, false);
	check_plan(c, t, t->levels);
}
