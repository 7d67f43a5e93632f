/* A nightly's jobs as command lines, their shares of the night, and what their exit statuses come to. All of it is pure. */
#ifndef RUNTEST_NIGHTLY_JOBS_H
#define RUNTEST_NIGHTLY_JOBS_H

#include "config/nightly.h"
#include "nightly/bulletin.h"
#include "util/mem.h"

/* The units with a file of their own that local jobs name, by unit or kind; each once; NULL-terminated, from the arena. */
const char *const *jobs_hardware(const struct nightly *n, const struct project *p, struct arena *a);

/*
 * The boards of a job without the units that are ill (subjects of `ill`): a pattern of units' names becomes the names of
 * those that are left; one that means a kind stays as long as one of the kind's units is well. NULL-terminated, from the
 * arena; empty: none is left. NULL: the job names no boards.
 */
const char *const *job_boards(const struct nightly_job *j, const struct project *p, const struct trouble *ill, size_t ill_count,
			      struct arena *a);

/*
 * How long job number `at` may take, in ms, when `left_ms` of the night's budget are left: its own budget, or an equal share
 * of what the others' own budgets leave. 0: no limit. -1: no time is left for it.
 */
int64_t job_time_ms(const struct nightly *n, size_t at, int64_t left_ms);

/* What `runtest` is called with: "run" or "submit", its options, the scenarios. NULL-terminated, from the arena. */
const char *const *job_words(const struct nightly_job *j, const char *const *boards, int64_t time_ms, const char *results,
			     const char *run, struct arena *a);

/* The same for going on with a run that was cut short. */
const char *const *job_resume_words(const struct nightly_job *j, int64_t time_ms, const char *results, const char *run,
				    struct arena *a);

/* What "gc" is called with. */
const char *const *keep_words(const struct nightly_keep *k, const char *results, struct arena *a);

/* Of two exit statuses the one that counts for both (docs/verdicts.md). */
int status_graver(int a, int b);

#endif
