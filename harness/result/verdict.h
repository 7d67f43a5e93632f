/*
 * The vocabulary: what a session may conclude, and why. Names are the ones in results.json and in scenario files;
 * docs/verdicts.md explains each.
 */
#ifndef RUNTEST_RESULT_VERDICT_H
#define RUNTEST_RESULT_VERDICT_H

#include <stdbool.h>

enum verdict {
	VERDICT_NONE = 0, /* not concluded (planned, or running) */
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_EXPECTED_FAIL,
	VERDICT_VACUOUS,
	VERDICT_FLAKY,
	VERDICT_INFRA,
	VERDICT_TIMEOUT,
	VERDICT_SKIPPED,
	VERDICT_CANCELLED,
	VERDICT_COUNT
};

enum cause {
	CAUSE_NONE = 0,
	CAUSE_PD_CODE_CLEARED,
	CAUSE_PD_DATA_CLEARED,
	CAUSE_INVOCATION_TABLE_CLEARED,
	CAUSE_UNTYPED_MISMATCH,
	CAUSE_IMAGE_CORRUPT,
	CAUSE_IMAGE_NOT_LOADED,
	CAUSE_KERNEL_FAULT,
	CAUSE_KERNEL_PANIC,
	CAUSE_MONITOR_FAULT,
	CAUSE_PD_FAULT,
	CAUSE_PD_NOT_STARTED,
	CAUSE_GUEST_TEST_FAILED,
	CAUSE_NO_RESTART,
	CAUSE_ALLOCATION_REFUSED,
	CAUSE_PD_CODE_CHANGED,
	CAUSE_INCOMPLETE_CLEAR,
	CAUSE_MIXED_IMAGE,
	CAUSE_BUILD_FAILED,
	CAUSE_STALE_IMAGE,
	CAUSE_WRONG_VERSION,
	CAUSE_PARTIAL_RELOAD,
	CAUSE_UNEXPECTED_OUTPUT,
	CAUSE_MISSING_OUTPUT,
	CAUSE_COUNT
};

const char *verdict_name(enum verdict v);                   /* "expected-fail"; "none" for VERDICT_NONE */
int verdict_from_name(const char *name, enum verdict *v);   /* -1: no such verdict */
bool verdict_is_ok(enum verdict v);                         /* pass and expected-fail */
bool verdict_fails_run(enum verdict v);                     /* fail, vacuous, timeout: exit status 1 */

const char *cause_name(enum cause c);                       /* "pd-code-cleared"; "" for CAUSE_NONE */
bool cause_needs_memory(enum cause c);                      /* a console alone can never show it */
int cause_from_name(const char *name, enum cause *c);       /* -1: no such cause */

/* What a scenario demands of a variant: to pass, or (a negative control) to fail with exactly one cause. */
struct expectation {
	bool control;     /* true: must fail with `cause` */
	enum cause cause; /* CAUSE_NONE unless control */
	const char *where; /* "scenarios/pd-survives.yaml:12": the line that demands it; NULL: none does, or nobody knows */
};

/*
 * Hold what was concluded against what was demanded: the failure of a control with its cause is expected-fail; a pass
 * of a control, or its failure for another cause, is vacuous; infra, timeout, skipped and cancelled stay what they are.
 */
enum verdict verdict_against(struct expectation want, enum verdict got, enum cause cause);

/*
 * What a session came to when an attempt ended with `now` and an earlier one with `earlier`: flaky when the software was
 * at fault then and is not now. Earlier attempts that ended as infra blame the lab, and change nothing.
 */
enum verdict verdict_after(enum verdict earlier, enum verdict now);

#endif
