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
	for (size_t i = 0; i < r->plan_count; i++)
		t.excused += session_is_excused(&r->sessions[i]);
	return t;
}

bool session_is_excused(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return s->quarantine.name && (verdict_fails_run(v) || v == VERDICT_FLAKY);
}

/* What the exit status turns on. */
struct grounds {
	unsigned cancelled, failing, skipped, infra, left_out, flaky;
};

static void weigh(struct grounds *g, const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	if (session_is_excused(s))
		return;
	g->cancelled += v == VERDICT_CANCELLED && !s->not_run;
	g->left_out += v == VERDICT_CANCELLED && s->not_run && strcmp(s->not_run, NOT_RUN_STOPPED) != 0;
	g->failing += verdict_fails_run(v);
	g->skipped += v == VERDICT_SKIPPED;
	g->infra += v == VERDICT_INFRA;
	g->flaky += v == VERDICT_FLAKY;
}

int run_exit_status(const struct run_record *r, bool allow_skipped)
{
	bool may_skip_all = allow_skipped || r->settings.allow_skipped;
	bool expired = r->settings.expired && *r->settings.expired;
	struct grounds g = {0};

	for (size_t i = 0; i < r->plan_count; i++)
		weigh(&g, &r->sessions[i]);
	if (r->ended && (r->exit_status == 130 || r->exit_status == 143))
		return r->exit_status;
	if (g.cancelled)
		return 130;
	if (g.failing || expired || (g.skipped == r->plan_count && !may_skip_all))
		return 1;
	if (g.infra)
		return 3;
	if (g.left_out)
		return 4;
	return g.flaky && r->settings.flaky_exit ? 5 : 0;
}

int run_final_status(const struct run_record *r)
{
	return r->ended ? r->exit_status : run_exit_status(r, false);
}

int64_t run_elapsed_ms(const struct run_record *r)
{
	int64_t from = clock_iso_ms(r->settings.started), to = clock_iso_ms(r->ended ? r->ended_at : r->last_at);

	return from < 0 || to < from ? -1 : to - from;
}
