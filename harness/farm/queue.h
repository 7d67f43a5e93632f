/*
 * Who waits for a board unit, in the order they came. Each waiter has a place in the unit's queue file, and a record lock
 * of fcntl(2) over that place: one that dies, however it dies, has left the queue at that moment. What stands in a place
 * that nobody has locked counts for nothing.
 *
 * The order is that of the tickets' numbers: the machine's monotonic clock in microseconds, which all processes share. A
 * queue says only whose turn it is; that one has the unit is said by the unit's lock alone (farm/lock.h). Every change of
 * the queue changes the file, so that inotify(7) tells it to those who wait.
 *
 * As with a unit's lock, closing any descriptor of the file gives up one's place: nothing else may open it.
 */
#ifndef RUNTEST_FARM_QUEUE_H
#define RUNTEST_FARM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "farm/holder.h"
#include "util/err.h"
#include "util/mem.h"

/* A place in one unit's queue. */
struct ticket {
	int fd;           /* of the queue's file; -1: not in the queue */
	pid_t owner;      /* the process that waits */
	char *unit, *path;
	int64_t number;   /* lower ones are first */
	long place;       /* in the file */
	bool barred;      /* a reservation keeps us out: others need not wait for us */
	long before;      /* the place of one that is before us; -1: not known */
	int64_t before_number;
	struct ticket *next; /* of those this process has */
};

/* For a ticket that may be given up without having been drawn. */
void ticket_init(struct ticket *t);

/* Join the queue of a unit. `number` is ticket_number()'s, the same for all units that one waits for at a time. `t` stays
 * where it is until it is given up. ERR_IO, ERR_USAGE; ERR_INFRA when this process is in that queue already, or there are
 * no more places (4,096). */
int ticket_draw(struct ticket *t, const char *unit, const struct lock_purpose *p, int64_t number, struct err *e);

/* Of who comes now. */
int64_t ticket_number(void);

/* Is nobody before us? While the unit is reserved, those whom that keeps out do not count. */
bool ticket_is_turn(struct ticket *t, bool reserved);

/* Is the one that the last look found before us there still? That says no more than that it is not our turn. */
bool ticket_is_behind_the_same(const struct ticket *t);

/* How many are before us, kept out or not. */
size_t ticket_ahead(const struct ticket *t);

/* Say whether a reservation keeps us out. */
void ticket_bar(struct ticket *t, bool barred);

/* Is the file still the unit's queue? Somebody may have removed it; then give up and draw again, with the same number. */
bool ticket_is_good(const struct ticket *t);

/* Leave the queue. Safe when not in it, twice, and in a child. */
void ticket_give_up(struct ticket *t);

/* Does nobody wait for that unit? While it is reserved, those whom that keeps out do not count. */
bool queue_is_empty(const char *unit, bool reserved);

/* Have all who wait for that unit look again: a reservation has changed. */
void queue_nudge(const char *unit);

/* Somebody who waits. */
struct queue_entry {
	pid_t pid; /* 0: it cannot be seen from here */
	bool barred;
	const char *user, *what, *since; /* never NULL */
	const char *run, *session;       /* may be NULL */
};

/* All of them, the first first; from the arena. ERR_IO, ERR_USAGE. */
int queue_list(const char *unit, struct arena *a, struct queue_entry **list, size_t *count, struct err *e);

#endif
