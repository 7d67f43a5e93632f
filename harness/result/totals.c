#include "result/journal.h"
#include "util/clock.h"

enum verdict session_verdict(const struct session_result *s)
{
	return s->verdict == VERDICT_NONE ? VERDICT_CANCELLED : s->verdict;
}

struct run_totals run_totals(const struct run_record *r)
{
	struct run_totals t = {0};

	for (size_t i = 0; i < r->plan_count; i++)
		t.count[session_verdict(&r->sessions[i])]++;
	return t;
}

static unsigned failing(const struct run_totals *t)
{
	unsigned n = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		if (verdict_fails_run((enum verdict)v))
			n += t->count[v];
	return n;
}

int run_exit_status(const struct run_record *r, bool allow_skipped)
{
	struct run_totals t = run_totals(r);
	bool may_skip_all = allow_skipped || r->settings.allow_skipped;

	if (r->ended && (r->exit_status == 130 || r->exit_status == 143))
		return r->exit_status;
	if (t.count[VERDICT_CANCELLED])
		return 130;
	if (failing(&t) || (t.count[VERDICT_SKIPPED] == r->plan_count && !may_skip_all))
		return 1;
	if (t.count[VERDICT_INFRA])
		return 3;
	return t.count[VERDICT_FLAKY] && r->settings.flaky_exit ? 5 : 0;
}

int64_t run_elapsed_ms(const struct run_record *r)
{
	int64_t from = clock_iso_ms(r->settings.started), to = clock_iso_ms(r->ended ? r->ended_at : r->last_at);

	return from < 0 || to < from ? -1 : to - from;
}
