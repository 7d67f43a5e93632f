/* Handing the console to an expect(1) script for one step. */
#ifndef RUNTEST_SESSION_SCRIPT_H
#define RUNTEST_SESSION_SCRIPT_H

#include <stdint.h>

struct session;

/* Run the script with the console as its terminal until it ends, the deadline passes, or the session ends. Denied texts
 * stay watched. A status other than 0 ends the session (END_SCRIPT_FAILED). */
void session_script(struct session *s, const char *path, int64_t deadline_ms);

#endif
