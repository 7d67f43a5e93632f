/* What is known of sessions from earlier runs, as far as a plan cares: whoever keeps a history hands it in. */
#ifndef RUNTEST_PLAN_HINTS_H
#define RUNTEST_PLAN_HINTS_H

#include <stddef.h>
#include <stdint.h>

struct session_hint {
	const char *session;  /* the name without its repeat: "SCENARIO.VARIANT.BOARD.CONFIG" */
	int64_t expected_ms;  /* how long its recent ones took; 0: not known */
	double failure_rate;  /* of the recent ones that ran, 0..1: how many were not as demanded */
};

struct session_hints {
	const struct session_hint *items; /* in any order; of two with one name the last counts */
	size_t count;
};

#endif
