#include "result/told.h"

#include <stdlib.h>

/* Repeats that failed for the same cause fail alike; one of them is told in full. */
static bool is_at_fault(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return verdict_fails_run(v) || v == VERDICT_INFRA || v == VERDICT_FLAKY;
}

static bool came_to_the_same(const struct session_result *a, const struct session_result *b)
{
	return a->verdict == b->verdict && a->cause == b->cause;
}

static bool told_before(const struct report_row *row, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (came_to_the_same(row->sessions[k], row->sessions[i]))
			return true;
	return false;
}

void told_make(struct told_list *l, const struct run_record *r)
{
	report_rows_make(&l->rows, r);
	l->items = xcalloc(r->plan_count, sizeof *l->items);
	l->count = 0;
	for (size_t i = 0; i < l->rows.count; i++) {
		const struct report_row *row = &l->rows.rows[i];

		for (size_t k = 0; k < row->count; k++)
			if (is_at_fault(row->sessions[k]) && !told_before(row, k))
				l->items[l->count++] = (struct told){row->sessions[k], row, k};
	}
}

void told_finish(struct told_list *l)
{
	report_rows_finish(&l->rows);
	free(l->items);
}

static int by_gravity(const void *a, const void *b)
{
	const struct told *left = a, *right = b;
	int grave_left = session_is_excused(left->session) ? 0 : verdict_gravity(session_verdict(left->session));
	int grave_right = session_is_excused(right->session) ? 0 : verdict_gravity(session_verdict(right->session));

	/* all sessions stand in one array, so their addresses are their order */
	return grave_left != grave_right ? grave_right - grave_left
					 : (left->session > right->session) - (left->session < right->session);
}

void told_sort_gravest(struct told_list *l)
{
	if (l->count)
		qsort(l->items, l->count, sizeof *l->items, by_gravity);
}

bool told_is_same(const struct told *t, size_t i)
{
	return i > t->place && i < t->row->count && came_to_the_same(t->session, t->row->sessions[i]);
}

size_t told_others(const struct told *t)
{
	size_t n = 0;

	for (size_t i = t->place + 1; i < t->row->count; i++)
		n += told_is_same(t, i);
	return n;
}
