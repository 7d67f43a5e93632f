/* `runtest health --stats`: figures of each board unit, from the journals of earlier runs. */
#ifndef RUNTEST_CLI_UNITSTATS_H
#define RUNTEST_CLI_UNITSTATS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"

struct unit_stats_request {
	char *const *units;  /* names; borrowed */
	size_t unit_count;   /* 0: all that occur */
	const char *results; /* --results, or NULL: the project's, with its health checks */
	long last;           /* of each unit's sessions only so many; 0: all */
	bool json;
};

/* Returns the exit status: 0, 2, 3. */
int unit_stats_show(const struct cli *cli, const struct unit_stats_request *q);

#endif
