#include "result/verdict.h"

#include <stddef.h>
#include <string.h>

static const char *const verdicts[VERDICT_COUNT] = {
	[VERDICT_NONE] = "none",
	[VERDICT_PASS] = "pass",
	[VERDICT_FAIL] = "fail",
	[VERDICT_EXPECTED_FAIL] = "expected-fail",
	[VERDICT_VACUOUS] = "vacuous",
	[VERDICT_FLAKY] = "flaky",
	[VERDICT_INFRA] = "infra",
	[VERDICT_TIMEOUT] = "timeout",
	[VERDICT_SKIPPED] = "skipped",
	[VERDICT_CANCELLED] = "cancelled",
};

static const char *const causes[CAUSE_COUNT] = {
	[CAUSE_NONE] = "",
	[CAUSE_PD_CODE_CLEARED] = "pd-code-cleared",
	[CAUSE_PD_DATA_CLEARED] = "pd-data-cleared",
	[CAUSE_INVOCATION_TABLE_CLEARED] = "invocation-table-cleared",
	[CAUSE_UNTYPED_MISMATCH] = "untyped-mismatch",
	[CAUSE_IMAGE_CORRUPT] = "image-corrupt",
	[CAUSE_IMAGE_NOT_LOADED] = "image-not-loaded",
	[CAUSE_KERNEL_FAULT] = "kernel-fault",
	[CAUSE_KERNEL_PANIC] = "kernel-panic",
	[CAUSE_MONITOR_FAULT] = "monitor-fault",
	[CAUSE_PD_FAULT] = "pd-fault",
	[CAUSE_PD_NOT_STARTED] = "pd-not-started",
	[CAUSE_GUEST_TEST_FAILED] = "guest-test-failed",
	[CAUSE_NO_RESTART] = "no-restart",
	[CAUSE_ALLOCATION_REFUSED] = "allocation-refused",
	[CAUSE_PD_CODE_CHANGED] = "pd-code-changed",
	[CAUSE_INCOMPLETE_CLEAR] = "incomplete-clear",
	[CAUSE_MIXED_IMAGE] = "mixed-image",
	[CAUSE_BUILD_FAILED] = "build-failed",
	[CAUSE_STALE_IMAGE] = "stale-image",
	[CAUSE_WRONG_VERSION] = "wrong-version",
	[CAUSE_PARTIAL_RELOAD] = "partial-reload",
	[CAUSE_UNEXPECTED_OUTPUT] = "unexpected-output",
	[CAUSE_MISSING_OUTPUT] = "missing-output",
};

const char *verdict_name(enum verdict v)
{
	return (unsigned)v < VERDICT_COUNT ? verdicts[v] : "none";
}

int verdict_from_name(const char *name, enum verdict *v)
{
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (strcmp(name, verdicts[i]) == 0) {
			*v = (enum verdict)i;
			return 0;
		}
	}
	return -1;
}

bool verdict_is_ok(enum verdict v)
{
	return v == VERDICT_PASS || v == VERDICT_EXPECTED_FAIL;
}

bool verdict_fails_run(enum verdict v)
{
	return v == VERDICT_FAIL || v == VERDICT_VACUOUS || v == VERDICT_TIMEOUT;
}

const char *cause_name(enum cause c)
{
	return (unsigned)c < CAUSE_COUNT ? causes[c] : "";
}

int cause_from_name(const char *name, enum cause *c)
{
	for (int i = 1; i < CAUSE_COUNT; i++) {
		if (strcmp(name, causes[i]) == 0) {
			*c = (enum cause)i;
			return 0;
		}
	}
	return -1;
}

enum verdict verdict_against(struct expectation want, enum verdict got, enum cause cause)
{
	if (!want.control)
		return got;
	if (got == VERDICT_PASS)
		return VERDICT_VACUOUS;
	if (got == VERDICT_FAIL)
		return cause == want.cause ? VERDICT_EXPECTED_FAIL : VERDICT_VACUOUS;
	return got;
}

bool cause_needs_memory(enum cause c)
{
	return c == CAUSE_PD_CODE_CLEARED || c == CAUSE_PD_DATA_CLEARED || c == CAUSE_INCOMPLETE_CLEAR ||
	       c == CAUSE_MIXED_IMAGE || c == CAUSE_PARTIAL_RELOAD;
}

enum verdict verdict_after(enum verdict earlier, enum verdict now)
{
	bool was_at_fault = verdict_fails_run(earlier) || earlier == VERDICT_FLAKY;

	return was_at_fault && verdict_is_ok(now) ? VERDICT_FLAKY : now;
}
