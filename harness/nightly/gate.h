/* What `runtest health --json` found, as far as a night asks: which units are ill, and why. */
#ifndef RUNTEST_NIGHTLY_GATE_H
#define RUNTEST_NIGHTLY_GATE_H

#include "nightly/bulletin.h"

struct gate {
	struct trouble *ill; /* subject: the unit; text: "console: nothing came" */
	size_t count, room;
};

/* Texts from the arena. Units that could not be checked are not ill: nothing is known of them. -1 with ERR_INFRA: the text is
 * no such report. */
int gate_read(struct gate *g, const char *json, size_t n, struct arena *a, struct err *e);

#endif
