/* One session in its child process. Inner part of the room. */
#ifndef RUNTEST_SCHED_WORK_H
#define RUNTEST_SCHED_WORK_H

#include "sched/run.h"
#include "session/session.h"

/* Job number i of the run as a session. */
struct session_spec work_session(const struct run_spec *spec, const char *run_dir, size_t i);

/* Run it, and write to fd what sched/sched.h says: words, and the result as JSON. */
void work_do(const struct session_spec *session, int fd);

#endif
