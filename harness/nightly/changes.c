#include "nightly/changes.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *title;
} kinds[CHANGE_KINDS] = {
	[CHANGE_FAILING] = {"newly-failing", "newly failing"},
	[CHANGE_OTHERWISE] = {"failing-otherwise", "failing otherwise than before"},
	[CHANGE_FLAKY] = {"newly-flaky", "newly flaky"},
	[CHANGE_LAB] = {"newly-infra", "newly without a verdict (infra)"},
	[CHANGE_PASSING] = {"newly-passing", "newly passing"},
	[CHANGE_LAB_WELL] = {"infra-over", "with a verdict again (were infra)"},
	[STILL_FAILING] = {"still-failing", "still failing"},
	[STILL_FLAKY] = {"still-flaky", "still flaky"},
	[STILL_LAB] = {"still-infra", "still without a verdict (infra)"},
	[QUARANTINED] = {"quarantined", "failing in quarantine"},
};

const char *change_kind_name(enum change_kind k)
{
	return kinds[k].name;
}

const char *change_kind_title(enum change_kind k)
{
	return kinds[k].title;
}

static bool flaky(const struct outcome *o)
{
	return o && o->verdict == VERDICT_FLAKY;
}

/* One in quarantine is not known to be as demanded, and nobody was called for it. */
static bool failed(const struct outcome *o)
{
	return o && !o->quarantined && outcome_sort(o->verdict) == OUTCOME_BAD && !flaky(o);
}

/* CHANGE_KINDS: nothing to tell. */
static enum change_kind kind_of(const struct outcome *before, const struct outcome *now)
{
	enum outcome_sort was = before ? outcome_sort(before->verdict) : OUTCOME_NOTHING;

	switch (outcome_sort(now->verdict)) {
	case OUTCOME_GOOD:
		return was == OUTCOME_BAD ? CHANGE_PASSING : was == OUTCOME_LAB ? CHANGE_LAB_WELL : CHANGE_KINDS;
	case OUTCOME_LAB:
		return was == OUTCOME_LAB ? STILL_LAB : CHANGE_LAB;
	case OUTCOME_BAD:
		break;
	default:
		return CHANGE_KINDS;
	}
	if (now->quarantined)
		return QUARANTINED;
	if (flaky(now))
		return flaky(before) ? STILL_FLAKY : CHANGE_FLAKY;
	if (!failed(before))
		return CHANGE_FAILING;
	return before->verdict == now->verdict && before->cause == now->cause ? STILL_FAILING : CHANGE_OTHERWISE;
}

static int by_kind(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->now < y->now ? -1 : x->now > y->now; /* outcomes are sorted by session */
}

void changes_find(struct changes *c, const struct outcomes *before, const struct outcomes *now, struct arena *a)
{
	memset(c, 0, sizeof *c);
	for (size_t i = 0; i < now->count; i++) {
		const struct outcome *o = &now->items[i];
		const struct outcome *was = before ? outcomes_find(before, o->session, o->job) : NULL;
		enum change_kind kind = kind_of(was, o);

		if (kind == CHANGE_KINDS)
			continue;
		c->items = arena_grow(a, c->items, &c->room, c->count + 1, sizeof *c->items);
		c->items[c->count++] = (struct change){kind, o, was};
		c->of[kind]++;
	}
	if (c->count)
		qsort(c->items, c->count, sizeof *c->items, by_kind);
}

size_t changes_news(const struct changes *c)
{
	size_t n = 0;

	for (int k = 0; k < CHANGE_NEWS; k++)
		n += c->of[k];
	return n;
}

bool changes_bad_news(const struct changes *c)
{
	return c->of[CHANGE_FAILING] || c->of[CHANGE_OTHERWISE] || c->of[CHANGE_FLAKY] || c->of[CHANGE_LAB];
}

static void keep(struct outcomes *known, const struct outcome *o, struct arena *a)
{
	known->items = arena_grow(a, known->items, &known->room, known->count + 1, sizeof *known->items);
	known->items[known->count++] = *o;
}

void outcomes_known(struct outcomes *known, const struct outcomes *before, const struct outcomes *now, struct arena *a)
{
	memset(known, 0, sizeof *known);
	for (size_t i = 0; i < now->count; i++)
		if (outcome_sort(now->items[i].verdict) != OUTCOME_NOTHING)
			keep(known, &now->items[i], a);
	outcomes_settle(known);
	for (size_t i = 0; before && i < before->count; i++) {
		const struct outcome *o = &before->items[i], *is = outcomes_find(now, o->session, o->job);

		if (!is || outcome_sort(is->verdict) == OUTCOME_NOTHING)
			keep(known, o, a);
	}
	outcomes_settle(known);
}
