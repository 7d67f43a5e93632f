/* `runtest health --left-on`: units that were left on, and that nobody has, are switched off. */
#ifndef RUNTEST_CLI_LEFTON_H
#define RUNTEST_CLI_LEFTON_H

#include <stdint.h>

#include "cli/command.h"

struct left_on_request {
	char *const *units;    /* names; borrowed */
	size_t unit_count;     /* 0: every unit of the project */
	int64_t hand_limit_ms; /* marks made by hand count when they are older */
	int64_t wait_ms;       /* for the lock of each */
};

/* Prints what was done, on standard output, and errors; nothing when there was nothing to do, unless units were named.
 * Returns the exit status: 0, 2, 3 when a board may still be on. */
int left_on_sweep(const struct cli *cli, const struct left_on_request *q);

#endif
