#include "html/answer.h"

#include <stdbool.h>

/* What counts: verdicts without those that a quarantine excuses. */
struct tally {
	unsigned all, count[VERDICT_COUNT], excused;
};

static struct tally tally_of(const struct run_record *r)
{
	struct tally t = {.all = (unsigned)r->plan_count};

	for (size_t i = 0; i < r->plan_count; i++) {
		bool excused = session_is_excused(&r->sessions[i]);

		t.excused += excused;
		t.count[session_verdict(&r->sessions[i])] += !excused;
	}
	return t;
}

static const char *sessions(unsigned n)
{
	return n == 1 ? "session" : "sessions";
}

static void add_of(struct buf *out, unsigned n, const struct tally *t, const char *did)
{
	if (n == t->all && n == 1)
		buf_printf(out, "The one session %s", did);
	else if (n == t->all)
		buf_printf(out, "All %u sessions %s", n, did);
	else
		buf_printf(out, "%u of %u %s %s", n, t->all, sessions(t->all), did);
}

/* Nothing failed. */
static struct html_answer add_well(struct buf *out, const struct tally *t)
{
	unsigned flaky = t->count[VERDICT_FLAKY], well = t->count[VERDICT_PASS] + t->count[VERDICT_EXPECTED_FAIL] + flaky;

	if (!well) {
		buf_printf(out, t->all ? "Nothing ran: %u %s skipped" : "Nothing was planned", t->all, sessions(t->all));
		return (struct html_answer){"none", "–"};
	}
	add_of(out, well, t, "came out as demanded");
	if (flaky)
		buf_printf(out, ", %u only when tried again", flaky);
	if (t->count[VERDICT_SKIPPED])
		buf_printf(out, ", %u skipped", t->count[VERDICT_SKIPPED]);
	return flaky ? (struct html_answer){"odd", "~"} : (struct html_answer){"good", "✓"};
}

static struct html_answer add_verdicts(struct buf *out, const struct tally *t)
{
	unsigned timeout = t->count[VERDICT_TIMEOUT], bad = t->count[VERDICT_FAIL] + t->count[VERDICT_VACUOUS];

	if (bad + timeout) {
		add_of(out, bad + timeout, t, bad ? "failed" : "did not come to an end in time");
		return bad ? (struct html_answer){"bad", "✗"} : (struct html_answer){"late", "◔"};
	}
	if (t->count[VERDICT_INFRA]) {
		add_of(out, t->count[VERDICT_INFRA], t, "failed by the lab's fault");
		return (struct html_answer){"odd", "!"};
	}
	if (t->count[VERDICT_CANCELLED]) {
		add_of(out, t->count[VERDICT_CANCELLED], t, "did not run to the end");
		return (struct html_answer){"none", "⊘"};
	}
	return add_well(out, t);
}

struct html_answer html_answer_add(struct buf *out, const struct run_record *r)
{
	struct tally t = tally_of(r);
	struct html_answer a = add_verdicts(out, &t);

	if (t.excused)
		buf_printf(out, ", %u more in quarantine", t.excused);
	return a;
}
