/*
 * What sessions came to, held against other runs of them: those that differ only in --repeat are one, and the gravest of
 * their verdicts counts.
 */
#ifndef RUNTEST_NIGHTLY_OUTCOME_H
#define RUNTEST_NIGHTLY_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "result/journal.h"

struct outcome {
	const char *session;  /* without the repeat: "pd-survives.patched.qemu_virt_aarch64.debug" */
	const char *job;      /* of a nightly run, or NULL */
	const char *run;      /* RUN-ID */
	enum verdict verdict; /* never NONE */
	enum cause cause;
	const char *why;      /* one sentence, or NULL */
	bool quarantined;     /* at fault, and in quarantine: nobody is called for it */
	const char *again;    /* the command that runs it again, fit for a shell; or NULL */
};

struct outcomes {
	struct outcome *items; /* sorted by session, then job; each once */
	size_t count, room;
};

/* What one verdict means beside another one of the same session. */
enum outcome_sort {
	OUTCOME_NOTHING, /* skipped, cancelled: says nothing about the software */
	OUTCOME_GOOD,    /* pass, expected-fail */
	OUTCOME_LAB,     /* infra */
	OUTCOME_BAD,     /* everything else, flaky included */
	OUTCOME_SORTS
};
enum outcome_sort outcome_sort(enum verdict v);

/* A session's name without its repeat; from the arena. */
const char *outcome_session(struct arena *a, const char *name, int repeat);

/* Add a run's sessions; texts come from the arena, and outlive the record. Of one that is there, the graver stays. */
void outcomes_add_run(struct outcomes *o, const struct run_record *r, const char *job, struct arena *a);

/* Back in order after items were added by hand: sorted, of doubles the graver. */
void outcomes_settle(struct outcomes *o);

/* NULL: none. Both may be NULL for `job`: no job. */
const struct outcome *outcomes_find(const struct outcomes *o, const char *session, const char *job);

#endif
