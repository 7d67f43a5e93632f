/* What is known of each unit's health, and units that a person sets aside or uses again. */
#ifndef RUNTEST_CLI_SHELF_H
#define RUNTEST_CLI_SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"
#include "farm/health.h"
#include "util/buf.h"

struct shelf_request {
	char *const *units; /* names; borrowed */
	size_t unit_count;  /* 0: every unit that has a file of its own */
	const char *why;    /* for HEALTH_SET_ASIDE */
	bool json;
};

/* Both return the exit status: 0, 2, 3. */
int shelf_list(const struct cli *cli, const struct shelf_request *q);
int shelf_set(const struct cli *cli, const struct shelf_request *q, enum unit_health state); /* by hand */

/* Every unit's record as a JSON array: `units` of what `runtest health --list --json` prints. */
int shelf_json(const struct project *p, struct buf *out, struct err *e);

#endif
