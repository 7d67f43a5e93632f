#include "lab/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/mem.h"

void loop_init(struct loop *l)
{
	memset(l, 0, sizeof *l);
}

void loop_finish(struct loop *l)
{
	free(l->watches);
	free(l->timers);
	loop_init(l);
}

static struct loop_watch *find(struct loop *l, int fd)
{
	for (size_t i = 0; i < l->watch_count; i++)
		if (l->watches[i].fd == fd)
			return &l->watches[i];
	return NULL;
}

void loop_watch(struct loop *l, int fd, short events, loop_ready *ready, void *ctx)
{
	l->watches = xgrow(l->watches, &l->watch_room, l->watch_count + 1, sizeof *l->watches);
	l->watches[l->watch_count++] = (struct loop_watch){fd, events, ready, ctx};
}

void loop_change(struct loop *l, int fd, short events)
{
	struct loop_watch *w = fd >= 0 ? find(l, fd) : NULL;

	if (w)
		w->events = events;
}

void loop_unwatch(struct loop *l, int fd)
{
	struct loop_watch *w = fd >= 0 ? find(l, fd) : NULL;

	if (w)
		w->fd = -1; /* its place is given away only between two turns: one may be under way */
}

void loop_forget(struct loop *l, loop_due *due, void *ctx)
{
	for (size_t i = 0; i < l->timer_count; i++)
		if (l->timers[i].due == due && l->timers[i].ctx == ctx)
			l->timers[i].due = NULL;
}

void loop_after(struct loop *l, int64_t ms, loop_due *due, void *ctx)
{
	loop_forget(l, due, ctx);
	l->timers = xgrow(l->timers, &l->timer_room, l->timer_count + 1, sizeof *l->timers);
	l->timers[l->timer_count++] = (struct loop_timer){clock_ms() + ms, due, ctx};
}

static void drop_removed(struct loop *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->watch_count; i++)
		if (l->watches[i].fd >= 0)
			l->watches[kept++] = l->watches[i];
	l->watch_count = kept;
	kept = 0;
	for (size_t i = 0; i < l->timer_count; i++)
		if (l->timers[i].due)
			l->timers[kept++] = l->timers[i];
	l->timer_count = kept;
}

static int64_t next_due(const struct loop *l)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < l->timer_count; i++)
		if (l->timers[i].at_ms < next)
			next = l->timers[i].at_ms;
	return next;
}

/* Those that are added meanwhile have their turn later, however short they are. */
static void do_due(struct loop *l)
{
	int64_t now = clock_ms();
	size_t count = l->timer_count;

	for (size_t i = 0; i < count; i++) {
		struct loop_timer t = l->timers[i];

		if (!t.due || t.at_ms > now)
			continue;
		l->timers[i].due = NULL;
		t.due(t.ctx);
	}
}

int loop_turn(struct loop *l)
{
	struct pollfd *polled;
	size_t count;
	int n;

	drop_removed(l);
	count = l->watch_count;
	polled = xcalloc(count + 1, sizeof *polled);
	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = l->watches[i].fd, .events = l->watches[i].events};
	n = poll(polled, count, clock_poll_timeout(next_due(l)));
	for (size_t i = 0; n > 0 && i < count; i++) {
		struct loop_watch w = l->watches[i];

		if (polled[i].revents && w.fd == polled[i].fd)
			w.ready(w.ctx, polled[i].revents);
	}
	free(polled);
	if (n < 0 && errno != EINTR)
		return -1;
	do_due(l);
	return 0;
}
