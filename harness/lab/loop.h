/*
 * What the lab waits for: descriptors and points in time, each with what to do then. One thread; whatever is called may
 * add and remove any of them, itself included.
 */
#ifndef RUNTEST_LAB_LOOP_H
#define RUNTEST_LAB_LOOP_H

#include <stddef.h>
#include <stdint.h>

typedef void loop_ready(void *ctx, short revents); /* as poll(2) gives them */
typedef void loop_due(void *ctx);

struct loop_watch {
	int fd; /* -1: removed */
	short events;
	loop_ready *ready;
	void *ctx;
};

struct loop_timer {
	int64_t at_ms; /* clock_ms() */
	loop_due *due; /* NULL: none any more */
	void *ctx;
};

struct loop {
	struct loop_watch *watches;
	size_t watch_count, watch_room;
	struct loop_timer *timers;
	size_t timer_count, timer_room;
};

void loop_init(struct loop *l);
void loop_finish(struct loop *l);

/* Watch a descriptor; the caller keeps owning it. */
void loop_watch(struct loop *l, int fd, short events, loop_ready *ready, void *ctx);
void loop_change(struct loop *l, int fd, short events); /* what it is watched for from now on; 0: only its end */
void loop_unwatch(struct loop *l, int fd);              /* before it is closed; one that is not watched is no error */

/* Once, in so many milliseconds. A second one with the same function and context takes the place of the first. */
void loop_after(struct loop *l, int64_t ms, loop_due *due, void *ctx);
void loop_forget(struct loop *l, loop_due *due, void *ctx);

/* Wait for something and do what is to be done. -1 with errno. */
int loop_turn(struct loop *l);

#endif
