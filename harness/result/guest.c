#include "result/guest.h"

#include "util/text.h"

/* All outputs of the session together. */
struct sums {
	unsigned count[CASE_OUTCOMES];
	const struct guest_case *failed; /* the first one */
	const char *fault;               /* the first one */
};

static struct sums sum_up(const struct session_result *s)
{
	struct sums sums = {.failed = NULL};

	for (size_t i = 0; i < s->tests_count; i++) {
		const struct guest_tests *t = &s->tests[i];

		for (int o = 0; o < CASE_OUTCOMES; o++)
			sums.count[o] += t->count[o];
		for (size_t k = 0; !sums.failed && k < t->case_count; k++)
			sums.failed = t->cases[k].outcome == CASE_FAIL ? &t->cases[k] : NULL;
		if (!sums.fault && t->faults)
			sums.fault = t->faults[0];
	}
	return sums;
}

bool guest_tests_failed(const struct session_result *s)
{
	struct sums sums = sum_up(s);

	return sums.failed || sums.fault;
}

void guest_add_counts(struct buf *out, const struct session_result *s)
{
	struct sums sums = sum_up(s);

	if (!s->tests_count)
		return;
	buf_printf(out, "%u guest test%s passed", sums.count[CASE_PASS], sums.count[CASE_PASS] == 1 ? "" : "s");
	if (sums.count[CASE_FAIL])
		buf_printf(out, ", %u failed", sums.count[CASE_FAIL]);
	if (sums.count[CASE_SKIP])
		buf_printf(out, ", %u skipped", sums.count[CASE_SKIP]);
	if (sums.count[CASE_TODO])
		buf_printf(out, ", %u todo", sums.count[CASE_TODO]);
}

void guest_add_failure(struct buf *out, const struct session_result *s)
{
	struct sums sums = sum_up(s);

	if (sums.failed) {
		buf_adds(out, "guest test ");
		text_add_line(out, sums.failed->name);
		buf_adds(out, " failed");
		if (sums.count[CASE_FAIL] > 1)
			buf_printf(out, ", %u other%s too", sums.count[CASE_FAIL] - 1, sums.count[CASE_FAIL] > 2 ? "s" : "");
	} else if (sums.fault) {
		buf_adds(out, "guest tests: ");
		text_add_line(out, sums.fault);
	}
}
