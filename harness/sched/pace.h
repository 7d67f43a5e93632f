/* How long sessions of a sort have taken in this run. */
#ifndef RUNTEST_SCHED_PACE_H
#define RUNTEST_SCHED_PACE_H

#include <stddef.h>
#include <stdint.h>

struct pace_entry {
	const void *what, *where; /* scenario and kind of board: compared only */
	size_t count;
	int64_t total_ms;
};

struct pace {
	struct pace_entry *entries;
	size_t count, room;
};

void pace_note(struct pace *p, const void *what, const void *where, int64_t ms);
int64_t pace_expected_ms(const struct pace *p, const void *what, const void *where); /* the mean; -1: none was seen */
void pace_finish(struct pace *p);

#endif
