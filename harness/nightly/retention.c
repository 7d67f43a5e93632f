#include "nightly/retention.h"

#include <stdlib.h>
#include <string.h>

bool retention_goes(const struct past_run *r)
{
	return r->why >= GOES_AGE;
}

static int newest_first(const void *a, const void *b)
{
	const struct past_run *x = a, *y = b;

	if (x->when_s != y->when_s)
		return x->when_s < y->when_s ? 1 : -1;
	return strcmp(y->name, x->name);
}

/* ---- what must stay ---- */

/* One session in one run, by the sort of what it came to. */
struct trace {
	const char *session;
	enum outcome_sort sort;
	size_t run; /* place among the runs: 0 is the newest */
};

static int by_session_and_run(const void *a, const void *b)
{
	const struct trace *x = a, *y = b;
	int order = strcmp(x->session, y->session);

	if (order || x->sort != y->sort)
		return order ? order : x->sort < y->sort ? -1 : 1;
	return x->run < y->run ? -1 : x->run > y->run;
}

static void protect(struct past_run *r, enum retention_why why, const char *session)
{
	/* Of several reasons the one that the enum has first is told. */
	if (r->why == STAYS_WITHIN_LIMITS || r->why > why) {
		r->why = why;
		r->session = session;
		r->others = 0;
	} else if (r->why == why && session) {
		r->others++;
	}
}

static size_t collect(struct trace *traces, const struct past_run *runs, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct outcomes *o = &runs[i].outcomes;

		for (size_t k = 0; k < o->count; k++)
			if (outcome_sort(o->items[k].verdict) != OUTCOME_NOTHING)
				traces[n++] = (struct trace){o->items[k].session, outcome_sort(o->items[k].verdict), i};
	}
	return n;
}

static void protect_last_of_each(struct past_run *runs, size_t count)
{
	static const enum retention_why why[OUTCOME_SORTS] = {
		[OUTCOME_BAD] = STAYS_LAST_BAD, [OUTCOME_LAB] = STAYS_LAST_LAB, [OUTCOME_GOOD] = STAYS_LAST_GOOD};
	struct trace *traces;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += runs[i].outcomes.count;
	traces = xcalloc(n + 1, sizeof *traces);
	n = collect(traces, runs, count);
	qsort(traces, n, sizeof *traces, by_session_and_run);
	for (size_t i = 0; i < n; i++) {
		const struct trace *t = &traces[i];

		if (!i || t->sort != t[-1].sort || strcmp(t->session, t[-1].session) != 0)
			protect(&runs[t->run], why[t->sort], t->session);
	}
	free(traces);
}

static void protect_by_state(struct past_run *r, bool newest)
{
	if (newest)
		protect(r, STAYS_NEWEST, NULL);
	if (r->latest)
		protect(r, STAYS_LATEST, NULL);
	if (r->going_on)
		protect(r, STAYS_GOING_ON, NULL);
	if (r->pinned)
		protect(r, STAYS_PINNED, NULL);
	if (r->unreadable)
		protect(r, STAYS_UNREADABLE, NULL);
}

/* ---- what may go ---- */

enum { DAY_S = 24 * 60 * 60 };

uint64_t retention_choose(struct past_run *runs, size_t count, const struct retention *limits, int64_t now_s)
{
	uint64_t left = 0;

	if (count)
		qsort(runs, count, sizeof *runs, newest_first);
	for (size_t i = 0; i < count; i++) {
		runs[i].why = STAYS_WITHIN_LIMITS;
		runs[i].session = NULL;
		runs[i].others = 0;
		protect_by_state(&runs[i], i == 0);
	}
	protect_last_of_each(runs, count);
	for (size_t i = 0; i < count; i++) {
		struct past_run *r = &runs[i];

		if (r->why == STAYS_WITHIN_LIMITS && limits->days && now_s - r->when_s > limits->days * DAY_S)
			r->why = GOES_AGE;
		else if (r->why == STAYS_WITHIN_LIMITS && limits->runs && i >= (size_t)limits->runs)
			r->why = GOES_COUNT;
		left += retention_goes(r) ? 0 : r->size;
	}
	for (size_t i = count; limits->size && left > limits->size && i-- > 0;) {
		if (runs[i].why != STAYS_WITHIN_LIMITS)
			continue;
		runs[i].why = GOES_SIZE;
		left -= runs[i].size;
	}
	return left;
}

/* ---- in words ---- */

static void explain_session(struct buf *out, const struct past_run *r, const char *did)
{
	buf_printf(out, "the last in which %s %s", r->session, did);
	if (r->others)
		buf_printf(out, ", and %u more", r->others);
}

void retention_explain(struct buf *out, const struct past_run *r, const struct retention *limits)
{
	static const char *const words[] = {
		[STAYS_WITHIN_LIMITS] = "within the limits",
		[STAYS_NEWEST] = "the newest",
		[STAYS_LATEST] = "the link `latest` names it",
		[STAYS_GOING_ON] = "it is still going on",
		[STAYS_UNREADABLE] = "what it was cannot be read: look at its run.json",
		[GOES_SIZE] = "all together take too much room",
	};

	switch (r->why) {
	case STAYS_PINNED:
		buf_printf(out, "pinned: %s", *r->pinned ? r->pinned : "nobody said why");
		break;
	case STAYS_LAST_BAD:
		explain_session(out, r, "failed");
		break;
	case STAYS_LAST_LAB:
		explain_session(out, r, "ended infra");
		break;
	case STAYS_LAST_GOOD:
		explain_session(out, r, "was as demanded");
		break;
	case GOES_AGE:
		buf_printf(out, "older than %ld day%s", limits->days, limits->days == 1 ? "" : "s");
		break;
	case GOES_COUNT:
		buf_printf(out, "%ld newer one%s there", limits->runs, limits->runs == 1 ? " is" : "s are");
		break;
	default:
		buf_adds(out, words[r->why]);
	}
}
