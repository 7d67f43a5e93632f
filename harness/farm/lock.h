/*
 * One kernel lock per board unit, which covers all of the unit's resources: console, power, delivery, memory.
 *
 * It is a record lock of fcntl(2): it ends with the process that took it, however that ends; a child that is forked, and
 * a program that it becomes, do not have it; and the kernel names its holder to whoever asks. Closing any descriptor of
 * the file would give it away too, which is why nothing but lock.c opens it, and why a process must not take a unit's
 * lock twice.
 *
 * What a session does with it:
 *
 *	unit_lock_take(&lock, unit->name, &purpose, deadline, waiting, ctx, &e)
 *	if (powered_by(unit->name, &left) > 0)   somebody who is no more left it on: switch off first, and verify
 *	powered_mark(&lock, run, &e)             on the disk before power goes on
 *	... power on, the session, power off, verified ...
 *	powered_clear(&lock, &e)                 only after that
 *	unit_lock_release(&lock)
 */
#ifndef RUNTEST_FARM_LOCK_H
#define RUNTEST_FARM_LOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "farm/holder.h"
#include "farm/lease.h"
#include "util/err.h"

struct unit_lock {
	int fd;                 /* of the lock's file; -1: not taken */
	pid_t owner;            /* the process that took it: in a child it is nobody's */
	char *unit;
	char *since;
	char *path;             /* of the lock's file */
	bool is_lost;           /* the file is another by now */
	struct lease_watch lease; /* the reservation that let it in */
	struct unit_lock *next; /* of those this process holds */
};

/* For a struct whose lock may be released without having been taken. */
void unit_lock_init(struct unit_lock *l);

/*
 * Take it, waiting until deadline_ms on clock_ms() (0: not at all; INT64_MAX: for ever). `l` must stay where it is until
 * it is released. First come, first served (farm/queue.h): a lock that is given back is taken within 10 ms by who has
 * waited longest, and one that is free is not taken past those who wait. `waiting` (may be NULL) is called once for each
 * holder, or reservation, that is waited for. ERR_BUSY with e->sys EBUSY when it is not to be had in time, or is this process's own
 * already; ERR_CANCELLED; ERR_IO, ERR_USAGE.
 */
int unit_lock_take(struct unit_lock *l, const char *unit, const struct lock_purpose *purpose, int64_t deadline_ms,
		   void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx, struct err *e);

/*
 * The same with whichever of these units is to be had first: one that is free, the first in the list; else one waits in
 * the queues of all of them at a time and leaves the others when one is granted. Those that this process holds are left
 * out. *which (may be NULL) is its place in `units`. `waiting` is called for the first unit's holders.
 */
int unit_lock_take_any(struct unit_lock *l, const char *const *units, size_t n, const struct lock_purpose *purpose,
		       int64_t deadline_ms, void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx,
		       size_t *which, struct err *e);

/* Say something else of oneself than when it was taken: the console's log has a path now. Since when is kept. */
int unit_lock_tell(const struct unit_lock *l, const struct lock_purpose *purpose, struct err *e);

bool unit_lock_is_held(const struct unit_lock *l); /* by this process */

/* Is it still ours, and the reservation that let us in still in force? Two or three calls of stat(2): to be asked a few times a
 * second. 0; -1 with ERR_INFRA, which says why not: unit_lock_is_held() says whether the lock itself is lost, when
 * nothing may be done to the board any more, or only the reservation has ended, when it is to be given back. */
int unit_lock_check(struct unit_lock *l, struct err *e);

/* The board is being made use of, which the idle limit of a reservation counts from. Cheap. */
void unit_lock_use(struct unit_lock *l);

/* Give it back. Safe when it was not taken, twice, and in a child, whose parent keeps it. */
void unit_lock_release(struct unit_lock *l);

/* Who has it, without waiting: 1 with `h` (finish it), 0 nobody, -1 ERR_IO or ERR_USAGE. */
int unit_lock_holder(const char *unit, struct lock_holder *h, struct err *e);

#endif
