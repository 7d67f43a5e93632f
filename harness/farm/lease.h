/*
 * A reservation of a board unit: a lease, which is something else than its lock. The lock ends with the process that has
 * it; a lease is a file beside it, and ends when it says, or when nobody has made use of it for too long, or when it is
 * given back. While it is in force the lock is only for those whom it admits: who has its token (in RUNTEST_TOKEN), and
 * the same user where a person works by hand. It is looked at under the kernel's lock, and made under it.
 *
 * The machine that a QEMU kind is by itself has no lock: who would start one looks at the lease alone.
 *
 * The token is 128 random bits, told once to who makes the lease; the file has its SHA-256. Anybody in the group may
 * write the folder: a lease is an agreement between colleagues, and no wall.
 */
#ifndef RUNTEST_FARM_LEASE_H
#define RUNTEST_FARM_LEASE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "farm/holder.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/sha256.h"

enum { LEASE_TOKEN_SIZE = 33 }; /* 32 digits and the NUL */

struct lease {
	struct arena arena;               /* of the texts */
	const char *user, *why;           /* never NULL */
	const char *since, *until;        /* wall clock, as clock_iso() has it */
	const char *idle;                 /* "1h": it ends when nobody has made use of it for so long; NULL: it does not */
	const char *token;                /* its SHA-256 */
	pid_t pid;                        /* who made it */
	int64_t since_ms, until_ms;       /* on wallclock_ms() */
	int64_t ends_ms;                  /* until_ms, or before that when nobody makes use of it */
	struct stat file;                 /* as it was read */
};

/* Who asks to be let in. */
struct lease_pass {
	const char *tokens; /* RUNTEST_TOKEN: one or more, with commas between; NULL: none */
	const char *user;   /* by hand: who it is; NULL: the token alone counts */
};

void lease_finish(struct lease *l);

/* The lease that is in force: 1 with `l` (finish it), 0 there is none, or it is over; -1 ERR_USAGE. A file that cannot be
 * read is none. Where there is no file this costs one stat(2). */
int lease_read(const char *unit, struct lease *l, struct err *e);

bool lease_admits(const struct lease *l, const struct lease_pass *pass);

struct lease_watch;

/* May who has that pass use the unit? Without waiting: 0 yes, with a watch over the lease that lets it in (if there is
 * one); 1 no, with the lease (finish it) that keeps it out; -1 ERR_USAGE. */
int lease_ask(const char *unit, const struct lease_pass *pass, struct lease *l, struct lease_watch *w, struct err *e);

/* The same of a machine that has no lock, waiting until deadline_ms on clock_ms() for the end of a lease. `waiting` (may be
 * NULL) is called once for each. 0; -1: ERR_BUSY with e->sys EBUSY, ERR_CANCELLED, ERR_USAGE. */
int lease_await(const char *unit, const struct lease_pass *pass, int64_t deadline_ms,
		void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx, struct lease_watch *w, struct err *e);

/* As if who has reserved it held it: what who waits is told. `h` is to be finished. */
void lease_holder(struct lock_holder *h, const char *unit, const struct lease *l);

/* What $RUNTEST_TOKEN and, by hand, this process's user let in. The texts are the arena's. */
struct lease_pass lease_own_pass(bool by_hand, struct arena *a);

/* "reserved by ada until 2026-01-31T23:58:12Z: bisecting the GIC driver", for a terminal; malloc'd. */
char *lease_text(const struct lease *l);

/* ---- making and ending one ---- */

struct lease_terms {
	const char *user; /* NULL: who runs this process */
	const char *why;
	int64_t for_ms, idle_ms; /* from now; 0: no idle limit */
};

/* Make one for the unit of a lock that this process holds, in place of any that is there. The token comes once. ERR_IO,
 * ERR_INFRA. `unit_lock_is_held` is for the caller to ask. */
int lease_make(const char *unit, const struct lease_terms *terms, char token[LEASE_TOKEN_SIZE], struct err *e);

/* The one that is in force ends later, for_ms from now, but not later than most_ms after it began: its token stays.
 * ERR_USAGE when there is none, it does not admit `pass`, or that is too long. */
int lease_extend(const char *unit, const struct lease_pass *pass, int64_t for_ms, int64_t most_ms, struct err *e);

/* It ends now, and those who wait are told. ERR_USAGE when there is none, or it does not admit `pass` (unless `force`). */
int lease_release(const char *unit, const struct lease_pass *pass, bool force, struct err *e);

/* ---- while one uses it ---- */

/* Over the lease that let somebody in: whether it still does, for one stat(2) each time. */
struct lease_watch {
	char *unit;             /* NULL: no lease had to let anybody in */
	char token[SHA256_HEX]; /* the lease's */
	struct timespec changed;
	ino_t file;
	int64_t ends_ms, used_ms; /* on wallclock_ms() */
};

void lease_watch_init(struct lease_watch *w);
void lease_watch_begin(struct lease_watch *w, const char *unit, const struct lease *l);
void lease_watch_end(struct lease_watch *w);

/* Is the lease still in force? 0; -1 ERR_INFRA, which says how it ended. */
int lease_watch_check(struct lease_watch *w, struct err *e);

/* It is being made use of: the idle limit counts from now. Cheap: writes every few seconds. */
void lease_watch_use(struct lease_watch *w);

#endif
