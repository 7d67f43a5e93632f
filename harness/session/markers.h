/*
 * The marker tables at work in a session: which phases of the boot were reached, what showed that the software or the lab
 * failed, whether a time-out was the boot's or the test's. Inner part of the room.
 */
#ifndef RUNTEST_SESSION_MARKERS_H
#define RUNTEST_SESSION_MARKERS_H

#include "config/board.h"
#include "config/scenario.h"
#include "match/watch.h"
#include "util/buf.h"

struct session;

/* Ids of the watch from here on are markers'; below are the scenario's denied texts. */
enum { MARKERS_FROM = 1 << 20 };

/* A marker of failure or trouble that has come, and is not decided upon yet: its line may be one that is expected. */
struct failing {
	size_t marker;
	uint64_t start, end;  /* bytes of the console's log */
	char *text;           /* malloc'd */
	int64_t decide_ms;    /* monotonic: so long the rest of its line is waited for */
	bool while_loading;   /* a load driver had the console, and judges by itself */
};

struct markers {
	const struct marker **items; /* of all tables, in their order */
	size_t count, room;
	struct failing *failing;
	size_t failing_count, failing_room;
	uint64_t line_end;           /* byte behind the last end of a line in the log */
	bool has_end;                /* some marker ends the boot */
	/* of this boot: */
	bool booted;
	int64_t booted_ms;           /* since power-on */
	bool *reached;               /* by number of the marker */
	const struct marker *last, *ended_by; /* the mark that came last; the one that ended the boot; or NULL */
	int64_t last_ms;             /* when, since power-on */
	int64_t deadline_ms;         /* monotonic; 0: none */
	size_t mark_room;
	struct buf answer;           /* to be typed */
};

/* Compile now what sessions of this scenario on boards of this kind will look for. */
void markers_share(const struct scenario *sc, const struct board_kind *kind);

/* Before power-on. -1: the session has ended. */
int markers_begin(struct session *s);
void markers_finish(struct markers *m);

/* A boot begins. */
void markers_boot(struct session *s);

/* One of them has come. */
void markers_hit(struct session *s, const struct watch_hit *hit);

/* Bytes have come; `n` of them, the last ones in the log. */
void markers_feed(struct session *s, const char *bytes, size_t n);

/* What has to be done by now: answers, decisions, the boot's deadline. */
void markers_tick(struct session *s);
int64_t markers_due(const struct session *s); /* when that must be asked again at the latest; monotonic ms */

/* No more of any line will come: decide now. */
void markers_over(struct session *s);

/* How far the boot had come when a deadline passed, to go on with a sentence; NULL: no table tells. The arena's. */
const char *markers_progress(struct session *s);

/* "boot", "test", or NULL where no table tells: which of them a deadline cut short. */
const char *markers_running(const struct session *s);

#endif
