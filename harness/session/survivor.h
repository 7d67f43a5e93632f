/* The survival map of a running session (survival/). Inner part of the room. */
#ifndef RUNTEST_SESSION_SURVIVOR_H
#define RUNTEST_SESSION_SURVIVOR_H

#include <stdbool.h>

#include "survival/map.h"
#include "survival/sampler.h"

struct survivor {
	bool active;    /* memory can be sampled now */
	bool opened;    /* there is a map */
	struct survival_map map;
	struct sampler sampler;
};

#endif
