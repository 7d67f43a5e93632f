/*
 * "Powered by RUN": a mark that says who put power on a board unit and has not yet taken it off for certain. It is on the
 * disk before power goes on and goes away after an off that was verified, so that it outlives whoever was killed between:
 * who takes the lock next and finds it switches the board off first. Only who holds the unit's lock may set and clear it.
 */
#ifndef RUNTEST_FARM_POWERED_H
#define RUNTEST_FARM_POWERED_H

#include <sys/types.h>

#include "farm/lock.h"
#include "util/err.h"
#include "util/mem.h"

#define POWERED_BY_HAND "hand"

struct powered {
	struct arena arena; /* of the texts */
	const char *by;     /* a RUN-ID, or POWERED_BY_HAND; never NULL */
	const char *user;   /* never NULL */
	const char *since;  /* as clock_iso() has it; NULL: the mark is damaged */
	pid_t pid;          /* who did it, which may be no more; 0: not known */
};

void powered_finish(struct powered *p);

/* Set it, synced: call it before power goes on. `by` is a RUN-ID or POWERED_BY_HAND. */
int powered_mark(const struct unit_lock *l, const char *by, struct err *e);

/* Call it when the board is off for certain. No mark is no error. */
int powered_clear(const struct unit_lock *l, struct err *e);

/* Is there one? 1 with `p` (finish it), 0 no, -1 ERR_USAGE. A mark that cannot be read counts. */
int powered_by(const char *unit, struct powered *p, struct err *e);

/* "powered by 20260131-235812 of ada since ...", "powered by hand by ada since ...", for a terminal; malloc'd. */
char *powered_text(const struct powered *p);

#endif
