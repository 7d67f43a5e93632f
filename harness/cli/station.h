/* Where in a recorded boot a debugger shall begin, as people say it: `runtest replay --at PLACE`. */
#ifndef RUNTEST_CLI_STATION_H
#define RUNTEST_CLI_STATION_H

#include "cli/sessions.h"
#include "replay/recording.h"
#include "util/mem.h"

struct station {
	unsigned boot;        /* of the recording, from 0 */
	uint64_t instruction; /* so many have run there */
	const char *why;      /* what is there: "the phase 'kernel' begins"; from the arena */
};

/*
 * phase:NAME, mark:NAME, console:REGEX, culprit, change:ADDRESS[,N], instruction:N, end. `boot` from 1 is that which was asked
 * for; 0: the first where it is. 1: that is no such place, but gdb's own: a function, *ADDRESS, FILE:LINE, write:ADDRESS.
 * -1: ERR_USAGE, where there is no such place in the session, ERR_CONFIG for what is no regular expression, and what replays
 * have.
 */
int station_find(const struct past_session *s, const struct recording *rec, long boot, const char *at, struct arena *a,
		 struct station *out, struct err *e);

#endif
