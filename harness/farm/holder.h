/*
 * Who holds a board unit, in words: a file beside the lock that says it. The kernel knows the process that has the lock,
 * and nothing else; a file that another process wrote is of a holder before, which was killed, and counts for nothing.
 */
#ifndef RUNTEST_FARM_HOLDER_H
#define RUNTEST_FARM_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/err.h"
#include "util/mem.h"

/* Why somebody takes a lock. Texts may be NULL but `what`. */
struct lock_purpose {
	const char *user;        /* NULL: the name of who runs this process */
	const char *what;        /* for people: "runtest run", "by hand: runtest console" */
	const char *run, *session;
	const char *console_log; /* absolute: what others may follow */
	bool switches_off;       /* what was left on, and no more: no reservation keeps that out */
	bool by_hand;            /* a person works on it: let in where the same user has reserved it (farm/lease.h) */
};

struct lock_holder {
	struct arena arena; /* of the texts */
	pid_t pid;          /* as the kernel has it; 0: a process that cannot be seen from here (another container) */
	bool known;         /* it left its words; otherwise all texts but `user` are NULL */
	const char *unit;   /* which one it holds */
	size_t ahead;       /* for who waits for it: how many wait before */
	const char *user;   /* never NULL: "somebody" */
	const char *what, *run, *session, *console_log;
	const char *since;  /* wall clock, as clock_iso() has it */
};

void holder_finish(struct lock_holder *h);

/* Write the words of this process, which holds the unit since `since`. */
int holder_write(const char *unit, const struct lock_purpose *p, const char *since, struct err *e);
void holder_erase(const char *unit);

/* The words of the process that the kernel says has the lock; `h` is to be finished. */
void holder_read(struct lock_holder *h, const char *unit, pid_t pid);

/* "ada has held it since 2026-01-31T23:58:12.345Z for runtest run (process 4711)", fit for a terminal; malloc'd. */
char *holder_text(const struct lock_holder *h);

/* The name of who runs this process, from the arena. */
const char *holder_own_name(struct arena *a);

#endif
