/*
 * What a running session shows of itself to whoever looks on: a page that its process shares with the one that started
 * it. The session writes, nobody waits for anybody, and what is read is always what stood there at one moment.
 */
#ifndef RUNTEST_LIVE_GLANCE_H
#define RUNTEST_LIVE_GLANCE_H

#include <stdbool.h>

enum { GLANCE_NAME = 64, GLANCE_LINE = 240 };

/* Texts are one line each, made harmless for a terminal (text_add_line in util/text.h), and cut where they are too long. */
struct glance_seen {
	char unit[GLANCE_NAME];  /* the board; "" until one is claimed */
	char phase[GLANCE_NAME]; /* of the scenario, or what is done before and after them */
	char line[GLANCE_LINE];  /* the last one of the console with anything on it */
};

struct glance; /* opaque */

/* Made before the session's process is, given back by who made it. NULL: no memory is to be had, and nothing is shown. */
struct glance *glance_make(void);
void glance_drop(struct glance *g); /* NULL is fine */

/* What the session says; one process only writes. g may be NULL: nobody looks. */
void glance_unit(struct glance *g, const char *unit);
void glance_phase(struct glance *g, const char *phase);
void glance_line(struct glance *g, const char *line);

/* What stands there now. False, with `seen` as it was: it is being written all the time, or the writer died at it. */
bool glance_read(const struct glance *g, struct glance_seen *seen);

#endif
