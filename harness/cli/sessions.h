/* A session of an earlier run, as people name it: RUN/SESSION. */
#ifndef RUNTEST_CLI_SESSIONS_H
#define RUNTEST_CLI_SESSIONS_H

#include "cli/command.h"
#include "result/journal.h"

struct past_session {
	struct run_record run;
	const struct session_result *result; /* the run's */
	char *dir;                           /* its folder, absolute */
};

/*
 * "latest/SESSION", "RUN-ID/SESSION", or a path to the run's folder and SESSION; a SESSION that only one of the run's
 * begins with is enough. `results` is --results, or NULL: the project's, or ./results outside of any project. ERR_USAGE
 * when there is none, or it never ran. Close in either case.
 */
int past_session_open(struct past_session *s, const struct cli *cli, const char *results, const char *name,
		      struct err *e);
void past_session_close(struct past_session *s);

#endif
