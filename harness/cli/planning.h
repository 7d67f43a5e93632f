/* From the words of a command line to the plan: made anew, or of sessions of an earlier run, and the part that is meant. */
#ifndef RUNTEST_CLI_PLANNING_H
#define RUNTEST_CLI_PLANNING_H

#include "cli/foreign.h"
#include "cli/run_options.h"
#include "plan/plan.h"

/*
 * `o` has its `results`. Where it asks for sessions of an earlier run, it takes over from there what their settings were
 * (parameters, mutants, limit), as if they had been given. A plan without a job is no error where a part of it was asked
 * for: planning_nothing() says why there is nothing to do. `foreign` is zeroed; the caller closes it, and finishes the plan,
 * in any case. The project has its mutants afterwards, if that run had any. ERR_USAGE, ERR_IMAGE, ERR_IO.
 */
int planning_make(struct run_options *o, struct project *project, struct plan *plan, struct foreign *foreign,
		  struct err *e);

/* The mutants of a project that was loaded before it was known that an earlier run had some. The first mistake in e. */
int planning_load_mutants(struct project *project, struct err *e);

/* Why such a plan is empty, as a sentence in the options' arena. */
const char *planning_nothing(struct run_options *o);

/* Put the sessions in order, by what the history of the results' folder knows of them. One that cannot be read is a warning
 * on stderr, none at all is fine: they are put in order by guesses then. */
void planning_order(struct plan *p, const char *results);

/* On stdout: the sessions in the order in which they would be run, and what that will take; `jobs`: --jobs, or 0. */
void planning_print(const struct plan *p, size_t jobs);

#endif
