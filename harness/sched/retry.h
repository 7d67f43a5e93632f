/*
 * Is a session tried again? After a broken lab, so often as the run allows for each session, and so often as it allows
 * altogether, so that a lab which is dead does not multiply everything. When the software seems to be at fault, only as
 * often as the scenario says. Pure.
 */
#ifndef RUNTEST_SCHED_RETRY_H
#define RUNTEST_SCHED_RETRY_H

#include <stdbool.h>
#include <stddef.h>

#include "config/scenario.h"
#include "result/model.h"

enum { RETRY_INFRA = 1 }; /* of each session, where nobody says otherwise */

struct retry_budget {
	unsigned each; /* retries after infra of each session */
	unsigned left; /* of all sessions together */
};

/* What a session has behind it. */
struct tries {
	unsigned char infra, fail, timeout; /* attempts that ended so and were followed by another one */
	unsigned char blame;                /* enum verdict of one of them that blames the software; else 0 */
};

/* For a run of so many sessions: five altogether, and one for each ten of them. */
struct retry_budget retry_budget_of(unsigned each, size_t sessions);

/* An attempt ended so: shall there be another one? Counts it then, and takes it from the budget. */
bool retry_wanted(struct retry_budget *budget, struct tries *t, const struct scenario_retries *allowed,
		  enum verdict verdict);

/* Attempts of an earlier part of the run, which is resumed. */
void tries_recall(struct tries *t, const struct attempt_summary *tried, size_t count);

/* The session's verdict, when its last attempt ended so. */
enum verdict tries_verdict(const struct tries *t, enum verdict last);

#endif
