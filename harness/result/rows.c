#include "result/rows.h"

#include <stdlib.h>
#include <string.h>

/* Sessions are told apart by these; NULL counts as empty. */
static int compare_sorts(const struct session_result *a, const struct session_result *b)
{
	const char *const left[] = {a->scenario, a->variant, a->board, a->unit, a->arch, a->config};
	const char *const right[] = {b->scenario, b->variant, b->board, b->unit, b->arch, b->config};
	int order = 0;

	for (size_t i = 0; order == 0 && i < sizeof left / sizeof left[0]; i++)
		order = strcmp(left[i] ? left[i] : "", right[i] ? right[i] : "");
	return order;
}

/* All sessions stand in one array, so their addresses are their order in the plan. */
static int compare_places(const struct session_result *a, const struct session_result *b)
{
	return (a > b) - (a < b);
}

static int compare_sessions(const void *a, const void *b)
{
	const struct session_result *left = *(const struct session_result *const *)a;
	const struct session_result *right = *(const struct session_result *const *)b;
	int order = compare_sorts(left, right);

	return order ? order : compare_places(left, right);
}

static int compare_rows(const void *a, const void *b)
{
	const struct report_row *left = a, *right = b;

	return compare_places(left->sessions[0], right->sessions[0]);
}

void report_rows_make(struct report_rows *rows, const struct run_record *r)
{
	struct report_row *row = NULL;

	rows->sessions = xcalloc(r->plan_count, sizeof *rows->sessions);
	rows->rows = xcalloc(r->plan_count, sizeof *rows->rows);
	rows->count = 0;
	for (size_t i = 0; i < r->plan_count; i++)
		rows->sessions[i] = &r->sessions[i];
	qsort(rows->sessions, r->plan_count, sizeof *rows->sessions, compare_sessions);
	for (size_t i = 0; i < r->plan_count; i++) {
		if (!row || compare_sorts(row->sessions[0], rows->sessions[i]) != 0) {
			row = &rows->rows[rows->count++];
			row->sessions = &rows->sessions[i];
		}
		row->count++;
		row->verdicts[session_verdict(rows->sessions[i])]++;
	}
	qsort(rows->rows, rows->count, sizeof *rows->rows, compare_rows);
}

void report_rows_finish(struct report_rows *rows)
{
	free(rows->rows);
	free(rows->sessions);
	memset(rows, 0, sizeof *rows);
}

int verdict_gravity(enum verdict v)
{
	static const int gravity[VERDICT_COUNT] = {
		[VERDICT_NONE] = 1,    [VERDICT_PASS] = 0,      [VERDICT_FAIL] = 6,  [VERDICT_EXPECTED_FAIL] = 0,
		[VERDICT_VACUOUS] = 5, [VERDICT_FLAKY] = 2,     [VERDICT_INFRA] = 3, [VERDICT_TIMEOUT] = 4,
		[VERDICT_SKIPPED] = 1, [VERDICT_CANCELLED] = 1,
	};

	return (unsigned)v < VERDICT_COUNT ? gravity[v] : 0;
}

const struct session_result *report_row_gravest(const struct report_row *row)
{
	const struct session_result *gravest = row->sessions[0];

	for (size_t i = 1; i < row->count; i++)
		if (verdict_gravity(session_verdict(row->sessions[i])) > verdict_gravity(session_verdict(gravest)))
			gravest = row->sessions[i];
	return gravest;
}

static int compare_ms(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

int64_t report_row_median_ms(const struct report_row *row)
{
	int64_t *ms = xcalloc(row->count, sizeof *ms), median = -1;
	size_t n = 0;

	for (size_t i = 0; i < row->count; i++)
		if (row->sessions[i]->attempts > 0 && row->sessions[i]->verdict != VERDICT_NONE)
			ms[n++] = row->sessions[i]->duration_ms;
	qsort(ms, n, sizeof *ms, compare_ms);
	if (n)
		median = ms[n / 2];
	free(ms);
	return median;
}
