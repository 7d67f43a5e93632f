/*
 * A board may be taken away from a session: the reservation that let it in ends or is given back, or somebody removes the
 * lock's file. The session ends then. As long as the lock is its own it switches the board off first; once that is lost the
 * board may be somebody else's, and is not touched any more.
 */
#include <stdlib.h>

#include "session/state.h"
#include "util/clock.h"

enum { LOOK_MS = 500 }; /* a session has closed its streams within a second */

static int check(struct session *s, struct err *e)
{
	if (unit_lock_check(&s->lock, e) < 0 || lease_watch_check(&s->lease, e) < 0)
		return -1;
	unit_lock_use(&s->lock);
	lease_watch_use(&s->lease);
	return 0;
}

void session_guard(struct session *s)
{
	int64_t now;
	struct err e;

	if (s->lock.fd < 0 && !s->lease.unit)
		return;
	now = clock_ms();
	if (now < s->guard_ms)
		return;
	s->guard_ms = now + LOOK_MS;
	if (check(s, &e) == 0)
		return;
	s->guard_ms = INT64_MAX; /* once is enough */
	session_end_about(s, PART_NONE, &e); /* no part of the board is ill */
}

int64_t session_guard_due(const struct session *s, int64_t due_ms)
{
	return s->guard_ms && s->guard_ms < due_ms ? s->guard_ms : due_ms;
}

bool session_board_is_lost(struct session *s)
{
	return s->lock.fd >= 0 && (unit_lock_check(&s->lock, NULL), !unit_lock_is_held(&s->lock));
}
