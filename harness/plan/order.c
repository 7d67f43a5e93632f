#include "plan/order.h"

#include <stdlib.h>
#include <string.h>

/* ---- hints ---- */

static int compare_hints(const void *a, const void *b)
{
	const struct session_hint *const *x = a, *const *y = b;
	int names = strcmp((*x)->session, (*y)->session);

	return names ? names : (*x > *y) - (*x < *y);
}

/* A session's name before its repeat against the hint's. */
static int compare_session(const char *session, size_t n, const struct session_hint *h)
{
	int rc = strncmp(session, h->session, n);

	return rc ? rc : -(h->session[n] != 0);
}

/* The last of those with that name, or NULL. */
static const struct session_hint *find_hint(const struct session_hint *const *sorted, size_t count, const char *session)
{
	const char *repeat = strrchr(session, '.');
	size_t n = repeat ? (size_t)(repeat - session) : strlen(session), from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_session(session, n, sorted[middle]) >= 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from && compare_session(session, n, sorted[from - 1]) == 0 ? sorted[from - 1] : NULL;
}

static void take_hint(struct job *j, const struct session_hint *h)
{
	if (j->skip)
		return;
	if (h->expected_ms > 0) {
		j->expected_ms = h->expected_ms;
		j->seen = true;
	}
	if (h->failure_rate > 0)
		j->failure_rate = h->failure_rate < 1 ? h->failure_rate : 1;
}

static void take_hints(struct plan *p, const struct session_hints *hints)
{
	const struct session_hint **sorted = xcalloc(hints->count + 1, sizeof *sorted), *h;

	for (size_t i = 0; i < hints->count; i++)
		sorted[i] = &hints->items[i];
	qsort(sorted, hints->count, sizeof *sorted, compare_hints);
	for (size_t i = 0; i < p->count; i++)
		if ((h = find_hint(sorted, hints->count, p->jobs[i].name)))
			take_hint(&p->jobs[i], h);
	free(sorted);
}

/* ---- the order ---- */

enum rank { RANK_FAILED, RANK_HARDWARE, RANK_MACHINE, RANK_SKIPPED };

struct ranked {
	const struct job *job;
	size_t place;
	enum rank rank;
	int64_t ahead_ms; /* hardware: what its board has to do from this session on */
};

static bool is_machine(const struct job *j)
{
	return j->unit->kind->qemu != NULL;
}

/* Of a session that failed only the first round is hurried. */
static enum rank rank_of(const struct job *j)
{
	if (j->skip)
		return RANK_SKIPPED;
	if (j->failure_rate > 0 && j->repeat == 1)
		return RANK_FAILED;
	return is_machine(j) ? RANK_MACHINE : RANK_HARDWARE;
}

static int larger_first(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int by_place(const struct ranked *x, const struct ranked *y)
{
	return (x->place > y->place) - (x->place < y->place);
}

/* Round by round, then who failed most, then who takes longest. */
static int by_urgency(const struct ranked *x, const struct ranked *y)
{
	const struct job *a = x->job, *b = y->job;

	if (a->repeat != b->repeat)
		return a->repeat < b->repeat ? -1 : 1;
	if (a->failure_rate < b->failure_rate || a->failure_rate > b->failure_rate)
		return a->failure_rate > b->failure_rate ? -1 : 1;
	return larger_first(a->expected_ms, b->expected_ms);
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int rc = 0;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->rank == RANK_HARDWARE)
		rc = larger_first(x->ahead_ms, y->ahead_ms);
	if (rc == 0 && x->rank != RANK_SKIPPED)
		rc = by_urgency(x, y);
	return rc ? rc : by_place(x, y);
}

/* Boards together, and what each has to do in its order. */
static int compare_on_boards(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int rc = strcmp(x->job->board, y->job->board);

	if (rc == 0)
		rc = (x->rank > y->rank) - (x->rank < y->rank);
	if (rc == 0)
		rc = by_urgency(x, y);
	return rc ? rc : by_place(x, y);
}

/* From the last session of a board to its first. A pool's units share what there is to do. */
static void look_ahead(struct ranked *all, size_t count)
{
	int64_t sum = 0;

	qsort(all, count, sizeof *all, compare_on_boards);
	for (size_t i = count; i-- > 0;) {
		const struct job *j = all[i].job;

		if (i + 1 == count || strcmp(j->board, all[i + 1].job->board) != 0)
			sum = 0;
		sum += j->expected_ms / (int64_t)j->unit_count;
		all[i].ahead_ms = sum;
	}
}

void plan_order(struct plan *p, const struct session_hints *hints)
{
	struct ranked *all = xcalloc(p->count + 1, sizeof *all);
	size_t *order = arena_alloc(&p->arena, (p->count + 1) * sizeof *order);

	if (hints)
		take_hints(p, hints);
	for (size_t i = 0; i < p->count; i++)
		all[i] = (struct ranked){.job = &p->jobs[i], .place = i, .rank = rank_of(&p->jobs[i])};
	look_ahead(all, p->count);
	qsort(all, p->count, sizeof *all, compare_ranked);
	for (size_t i = 0; i < p->count; i++)
		order[i] = all[i].place;
	p->order = order;
	free(all);
}
