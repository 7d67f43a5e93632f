/* The steps of a night that `runtest nightly` takes by means of other commands: the gate, the jobs, removing old runs. */
#ifndef RUNTEST_CLI_NIGHTSTEPS_H
#define RUNTEST_CLI_NIGHTSTEPS_H

#include "cli/command.h"
#include "config/nightly.h"
#include "nightly/night.h"

/* A night that is under way. */
struct nightly_night {
	const struct cli *cli;
	const struct project *project;
	const struct nightly *nightly;
	const char *results;      /* absolute */
	struct night record;
	struct night_state state; /* what was done before, where it is gone on with */
	int64_t began_ms;         /* wall clock, since 1970 */
	struct arena arena;
	struct trouble *troubles; /* units that are ill come first: the first `ill_count` */
	size_t trouble_count, trouble_room, ill_count;
	struct bulletin_job *jobs; /* one for each of the nightly's that was begun */
	size_t job_count;
	int status;               /* the gravest so far */
};

/* "left out: why" and the like; subject and text are copied. */
void night_trouble(struct nightly_night *n, const char *subject, const char *text);

/* Each returns -1 with ERR_IO, or with ERR_CANCELLED when a signal came; what merely goes wrong is a trouble, and recorded. */
int night_gate(struct nightly_night *n, struct err *e);
int night_jobs(struct nightly_night *n, struct err *e);
int night_clear(struct nightly_night *n, struct err *e);

#endif
