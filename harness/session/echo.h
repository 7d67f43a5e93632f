/* The console on stderr as it comes (`run -v`): whole lines behind the session's name, harmless to a terminal. */
#ifndef RUNTEST_SESSION_ECHO_H
#define RUNTEST_SESSION_ECHO_H

#include <stddef.h>

#include "util/buf.h"

struct echo {
	const char *prefix; /* NULL: silent */
	struct buf line;
};

void echo_init(struct echo *e, const char *prefix);
void echo_add(struct echo *e, const char *bytes, size_t n);
void echo_finish(struct echo *e); /* what is left of a line is printed */

#endif
