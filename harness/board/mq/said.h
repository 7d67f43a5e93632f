/*
 * What a machine queue's client says: pure reading of its output. Formats and texts: seL4/machine_queue (mq.sh sem and run)
 * and the failure markers of seL4/ci-actions (seL4-platforms/builds.py).
 */
#ifndef RUNTEST_BOARD_MQ_SAID_H
#define RUNTEST_BOARD_MQ_SAID_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum mq_hold { MQ_UNKNOWN, MQ_FREE, MQ_HELD };

/* A board's lock. Texts are cut at their room and have no control characters. */
struct mq_lock {
	enum mq_hold hold;
	char owner[64];
	char since[64]; /* as the queue's host writes times */
	char key[160];  /* empty: none */
};

/*
 * The answer to `sem -mr-info BOARD`: a line "BOARD FREE" or "BOARD LOCKED OWNER DATE TIME ZONE[ KEY]" somewhere in it.
 * MQ_UNKNOWN where there is none about this board.
 */
struct mq_lock mq_lock_read(const char *text, size_t n, const char *board);

/* Is the lock there, with this key? */
bool mq_lock_is(const struct mq_lock *l, const char *key);

/*
 * Why the client ended with this exit status, by the last of what it said: always ERR_INFRA, since whatever a client ends
 * with by itself is the lab's (what the board did wrong is on its console, and looked for there). `doing` begins the
 * sentence: "mq.sh run of maaxboard1". Returns -1.
 */
int mq_explain(const char *said, size_t n, int status, const char *doing, struct err *e);

/* Has the client said that it has the board? From there on, what comes may be the board's own. The offset behind that
 * line's text, or 0. */
size_t mq_running_from(const char *said, size_t n);

#endif
