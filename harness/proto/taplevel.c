#include "proto/taplevel.h"

#include <stdio.h>
#include <string.h>

struct tap_level *tap_top(struct tap_tree *t)
{
	return &t->levels[t->depth - 1];
}

void tap_copy_text(char out[CASES_NAME_MAX], struct tap_text text)
{
	snprintf(out, CASES_NAME_MAX, "%.*s", (int)(text.len < CASES_NAME_MAX ? text.len : CASES_NAME_MAX), text.at);
}

const char *tap_inside(const struct tap_tree *t, const struct tap_level *v, char out[CASES_NAME_MAX + 16])
{
	out[0] = '\0';
	if (v != t->levels)
		snprintf(out, CASES_NAME_MAX + 16, " in %s", v->name[0] ? v->name : "a subtest");
	return out;
}

bool tap_may_open(const struct tap_tree *t, size_t indent)
{
	if (!t->depth)
		return indent == 0;
	if (t->dialect->indent)
		return indent == t->levels[t->depth - 1].indent + t->dialect->indent;
	return indent > t->levels[t->depth - 1].indent;
}

bool tap_open_level(struct cases *c, struct tap_tree *t, size_t indent)
{
	struct tap_level *v = &t->levels[t->depth];

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

bool tap_has_seen(const struct tap_level *v, int number)
{
	return v->seen[number / 8] & 1 << number % 8;
}

/* ": 3, 7 and 2 more", the numbers of the plan that did not come. */
static void add_missing(struct buf *out, const struct tap_level *v)
{
	enum { MOST = 5 };
	int missing = 0;

	for (int i = 1; i <= v->planned && i <= CASES_MAX; i++) {
		if (tap_has_seen(v, i) || missing++ >= MOST)
			continue;
		buf_printf(out, "%s%d", missing == 1 ? ", missing: " : ", ", i);
	}
	if (missing > MOST)
		buf_printf(out, " and %d more", missing - MOST);
}

void tap_check_plan(struct cases *c, struct tap_tree *t, const struct tap_level *v)
{
	bool needed = v == t->levels || t->dialect->inner_plans;
	char where[CASES_NAME_MAX + 16];
	struct buf missing;

	tap_inside(t, v, where);
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

void tap_close_level(struct cases *c, struct tap_tree *t, bool parent)
{
	struct tap_level *v = tap_top(t);
	char where[CASES_NAME_MAX + 16];

	tap_check_plan(c, t, v);
	if (!parent)
		cases_fault(c, "the results%s end without the result of the test that they belong to", tap_inside(t, v, where));
	t->depth--;
	t->last = NULL;
}

int tap_level_at(const struct tap_tree *t, size_t indent)
{
	for (size_t i = 0; i < t->depth; i++)
		if (t->levels[i].indent == indent)
			return (int)i;
	return -1;
}

struct tap_level *tap_level_for(struct cases *c, struct tap_tree *t, size_t indent)
{
	int i = tap_level_at(t, indent);

	if (i < 0)
		return tap_may_open(t, indent) && tap_open_level(c, t, indent) ? tap_top(t) : NULL;
	while (t->depth > (size_t)i + 1)
		tap_close_level(c, t, false);
	return tap_top(t);
}

bool tap_adopt(struct cases *c, const struct tap_level *v, const struct tap_line *l, enum case_outcome outcome)
{
	char name[CASES_NAME_MAX];
	unsigned failed = 0;

	tap_copy_text(name, l->text);
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
