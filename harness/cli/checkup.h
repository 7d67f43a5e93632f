/* `runtest health UNIT...`: units boot an image that is known to be good, and what is ill about them is told and kept. */
#ifndef RUNTEST_CLI_CHECKUP_H
#define RUNTEST_CLI_CHECKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"
#include "health/judge.h"

struct checkup_request {
	char *const *units;   /* names; borrowed */
	size_t unit_count;    /* 0: every unit that has a file of its own */
	bool only_set_aside;  /* of those, only the ones that are */
	bool json, verbose;
	const char *image;    /* --image, or NULL */
	const char *results;  /* --results, or NULL: the project's results/health */
	long at_once;         /* 0: as many as boards and this machine allow */
	int64_t wait_ms;      /* for each unit; -1: for ever */
	int64_t timeout_ms;   /* of each check; 0: the scenario's */
};

/* Returns the exit status: 0 all healthy, 1 some ill, 2 usage or configuration, 3 a check broke off, 4 a unit was not free in
 * time, 130 and 143. */
int checkup_run(const struct cli *cli, const struct checkup_request *q);

/* ---- what is told of it ---- */

struct checked_unit {
	const struct board_unit *unit;
	const char *session; /* RUN/SESSION, or NULL: it had none */
	const char *folder;  /* of the session, absolute; or NULL */
	struct health_finding finding;
	int status;          /* the exit status that this unit is worth */
};

void checkup_print(const struct checked_unit *units, size_t count, bool verbose);
void checkup_print_json(const struct checked_unit *units, size_t count);

#endif
