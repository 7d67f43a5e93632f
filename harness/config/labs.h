/*
 * Virtual labs that run beside this project (`make lab`): each has a folder build/lab/ID below the project's root, with a
 * lock that its process holds as long as it lives, and board units in build/lab/ID/units/ once it is ready. The kernel
 * takes the lock from a dead process, so that what a killed lab has left behind is never mistaken for a lab.
 */
#ifndef RUNTEST_CONFIG_LABS_H
#define RUNTEST_CONFIG_LABS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/mem.h"

#define LABS_FOLDER "build/lab" /* below the project's root */
#define LAB_LOCK "lock"         /* in a lab's folder */
#define LAB_UNITS "units"       /* in a lab's folder: board units, there when the lab is ready */
#define LAB_UNIT_PREFIX "lab-"  /* what the names of their units begin with */

struct lab_living {
	const char *id;
	const char *folder; /* absolute */
	pid_t pid;          /* the process that is the lab */
	bool ready;         /* its units can be used */
};

struct labs {
	const struct lab_living *items; /* sorted by id */
	size_t count;
};

/* Those that live now; all from the arena. A folder that is not there or cannot be read has none. */
struct labs labs_find(const char *root, struct arena *a);

/* Only the ready ones, as "1, 2" in the arena; "" without any. */
const char *labs_ready_text(const struct labs *l, struct arena *a);

/* What an ID may look like: a lower-case letter or a digit, then 31 such or - or _ at most. It is part of paths. */
bool lab_id_valid(const char *id);

/* Who holds the lab's lock: the process, 0 when nobody does, -1 when there is no such lock. */
pid_t lab_holder(const char *folder);

#endif
