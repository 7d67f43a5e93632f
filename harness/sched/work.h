/* One session in its child process. Inner part of the room. */
#ifndef RUNTEST_SCHED_WORK_H
#define RUNTEST_SCHED_WORK_H

#include "sched/aside.h"
#include "sched/run.h"
#include "session/session.h"

/* Job number i of the run as a session. */
struct session_spec work_session(const struct run_spec *spec, const char *run_dir, size_t i);

/*
 * Of several units that would do, not this one (NULL: any), which has just failed, nor those that are set aside; unless
 * that leaves none. `room` has room for all of them, and must live as long as the session.
 */
void work_choose(struct session_spec *session, const struct board_unit *avoid, struct aside *aside,
		 const struct board_unit **room);

/* Run it, and write to fd what sched/sched.h says: words, and the result as JSON. */
void work_do(const struct session_spec *session, int fd);

#endif
