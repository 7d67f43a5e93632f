/*
 * What is known of a board unit's health by everybody who shares it: a file beside its lock. Whoever runs sessions on the
 * unit counts those that ended infra, one after another; after so many the unit is set aside, which means that pools leave
 * it out, until a health check (`runtest health`) finds it well, or somebody returns it by hand.
 *
 * Any process may write at any time, whether it has the unit's lock or not: each change is read, made and put in place as
 * a whole, one process after another. A file that is damaged says nothing, and is replaced by the next change.
 */
#ifndef RUNTEST_FARM_HEALTH_H
#define RUNTEST_FARM_HEALTH_H

#include <stdbool.h>
#include <sys/types.h>

#include "util/err.h"
#include "util/mem.h"

enum unit_health {
	HEALTH_UNKNOWN,   /* nothing speaks against it */
	HEALTH_GOOD,      /* the last check found it well */
	HEALTH_SET_ASIDE, /* not to be used until it is found well */
};

enum { HEALTH_INFRA_MOST = 3 }; /* sessions in a row that ended infra, where the caller does not say */

/* Who says so, besides a RUN-ID. */
#define HEALTH_BY_CHECK "health check"
#define HEALTH_BY_HAND "hand"

struct health_record {
	struct arena arena;      /* of the texts */
	enum unit_health state;
	const char *since;       /* of that state, as clock_iso() has it; NULL: for ever */
	const char *why;         /* of a unit set aside: one sentence; else NULL */
	const char *by;          /* a RUN-ID, HEALTH_BY_CHECK, HEALTH_BY_HAND; NULL: nobody */
	const char *user;        /* whose process that was; NULL: nobody's */
	const char *checked;     /* when a check last came to an end; NULL: never */
	unsigned infra_in_a_row; /* sessions, up to the last one */
	bool damaged;            /* there is a record, and it cannot be read */
	pid_t pid;               /* who wrote it, which may be no more */
};

void health_finish(struct health_record *h);

/* Always fills `h` (finish it): a unit without a record is unknown, and so is one whose record is damaged. -1 with
 * ERR_USAGE or ERR_IO when there is no folder to look into: then it is unknown, too. */
int unit_health_read(const char *unit, struct health_record *h, struct err *e);

/*
 * A session on the unit is over: did it end infra? Call it once for each attempt that had the board; one that was
 * cancelled, skipped or never got the board says nothing of it, and is not noted. The `most`-th in a row (0:
 * HEALTH_INFRA_MOST) sets the unit aside, with `why` (of the last one; may be NULL) in the reason; `run` is the RUN-ID.
 * A session that went well ends the row, and returns nothing: a unit set aside stays so until it is checked.
 * 1: this one set it aside; 0; -1 with ERR_USAGE, ERR_IO.
 */
int unit_health_note(const char *unit, bool infra, const char *why, const char *run, unsigned most, struct err *e);

/*
 * What a check or a person found. `why` for HEALTH_SET_ASIDE. A unit that was set aside by hand is returned by hand only:
 * what another finds is written down as a check, and the unit stays. 0; 1: it stays set aside by hand; -1.
 */
int unit_health_set(const char *unit, enum unit_health state, const char *why, const char *by, struct err *e);

/* "unknown", "good", "set-aside" */
const char *unit_health_name(enum unit_health state);

/* "set aside since 2026-01-31T23:58:12.345Z by hand of ada: WHY", "good since ...", "unknown", for a terminal; malloc'd. */
char *health_text(const struct health_record *h);

#endif
