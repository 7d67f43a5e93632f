/*
 * Handing the console to an expect(1) script for one step. The script sees what has come since the last expected text;
 * what it sends goes to the board; denied texts stay watched all the while. The next `expect` looks at what came after
 * the script's last `send`: nothing that answers it is missed, whenever the script's end is noticed.
 */
#ifndef RUNTEST_SESSION_HANDOVER_H
#define RUNTEST_SESSION_HANDOVER_H

#include <poll.h>
#include <stdint.h>

#include "expect/dialogue.h"
#include "util/buf.h"

struct session;

struct handover {
	struct dialogue *dialogue;
	struct buf to_script, to_board;
	bool over; /* the script has ended, and all it said was read */
};

/* Run the script until it ends, the deadline passes, or the session ends. A status other than 0 ends the session
 * (END_SCRIPT_FAILED). What the script prints is kept in script.log of the session's folder. */
void session_script(struct session *s, const char *path, int64_t deadline_ms);

/* For the pump: what to wait for, and what to do once it has come. `keyboard` polls for POLLOUT and gets the console's
 * out_fd while bytes wait. */
void handover_prepare(const struct handover *h, struct pollfd *script, struct pollfd *keyboard, int out_fd);
void handover_feed(struct handover *h, const void *bytes, size_t n);
int handover_move(struct session *s, struct handover *h, struct err *e);

#endif
