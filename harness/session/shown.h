/* The last line of the console, as it is shown to whoever looks on: without escape sequences, and only when somebody does. */
#ifndef RUNTEST_SESSION_SHOWN_H
#define RUNTEST_SESSION_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "live/glance.h"

enum { SHOWN_RAW = 1024 }; /* bytes of a line that are looked at */

struct shown {
	struct glance *glance; /* NULL: nobody looks */
	char raw[SHOWN_RAW];
	size_t len;
	bool over; /* the line has ended: the next byte begins a new one */
};

void shown_init(struct shown *s, struct glance *g);
void shown_add(struct shown *s, const char *bytes, size_t n);

#endif
