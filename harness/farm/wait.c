#include "farm/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "farm/lease.h"
#include "farm/lockfile.h"
#include "farm/queue.h"
#include "farm/state.h"
#include "farm/wake.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

enum {
	FIRST_MS = 100,  /* whose turn it is looks so often, should nothing wake it ... */
	OTHERS_MS = 500, /* ... and the others, ... */
	SETTLE_US = 1000, /* of the others: one grant changes the queue several times, and fifty need not look each time */
	BLIND_MS = 4,    /* ... and where there is no inotify: whose turn it is ... */
	BLIND_OTHERS_MS = 25,
	WORDS_MS = 200,  /* a new holder has left its words by then, or leaves none */
};

int64_t wait_asleep_ms = 5000;

/* The holder that was last seen. */
struct told {
	pid_t pid;                  /* -1: none */
	int64_t seen_ms;            /* since when it has been seen */
	char since[CLOCK_ISO_SIZE]; /* since when it says it has it; empty: it has said nothing */
	bool told;                  /* the caller knows of it */
	char lease[SHA256_HEX];     /* the reservation that it knows of */
};

/* One of the units. */
struct candidate {
	const char *unit;
	char *path;
	int fd; /* of the lock's file */
	struct ticket ticket;
	bool is_turn, is_watched;
	bool is_reserved, is_barred; /* there is a lease; and it does not let us in */
	pid_t ending;       /* whose end wakes us; 0: nobody's */
	int64_t free_ms, seen_free_ms; /* how long it has been free, and somebody else's turn; when that was seen last, 0: it is not */
	struct told told;
};

struct wait {
	const struct lock_wanted *wanted;
	struct candidate *all;
	size_t count;
	size_t at; /* the one looked at */
	struct arena arena;
	struct lease_pass pass;
	int *ends; /* of the holders' processes, as wake_wait wants them */
	int64_t number;
	bool is_time; /* to look at everything, and not only at what has woken us */
	struct wake wake;
};

/* ---- one unit ---- */

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int open_file(struct candidate *c, struct err *e)
{
	if (c->fd >= 0 && lockfile_is_there(c->fd, c->path))
		return 0;
	close_fd(c->fd);
	c->is_watched = false;
	c->fd = state_open(c->path, e);
	return c->fd < 0 ? -1 : 0;
}

static void look_at_lease(const struct wait *w, struct candidate *c)
{
	struct lease l;

	c->is_reserved = lease_read(c->unit, &l, NULL) == 1;
	c->is_barred = c->is_reserved && !w->wanted->purpose->switches_off && !lease_admits(&l, &w->pass);
	if (c->is_reserved)
		lease_finish(&l);
}

/* 0 it is ours, 1 not now, -1. Who makes a lease has the lock meanwhile: one that is seen now stays as it is. */
static int try(const struct wait *w, struct candidate *c, struct err *e)
{
	int rc;

	do {
		if (open_file(c, e) < 0)
			return -1;
		rc = lockfile_try(c->fd);
	} while (rc == 0 && !lockfile_is_there(c->fd, c->path));
	if (rc < 0)
		return file_error(e, "lock the file", c->path);
	look_at_lease(w, c);
	if (rc == 0 && c->is_barred)
		lockfile_let_go(c->fd);
	return rc == 0 && c->is_barred ? 1 : rc;
}

/* Those before us had their time. What is longer than the pause between two looks is none of it: where we did not come to run,
 * they may not have come to it either. */
static bool is_overdue(struct candidate *c)
{
	int64_t now = clock_ms(), more = c->seen_free_ms ? now - c->seen_free_ms : 0;

	if (lockfile_owner(c->fd) >= 0) {
		c->free_ms = c->seen_free_ms = 0;
		return false;
	}
	c->free_ms += more < OTHERS_MS ? more : OTHERS_MS;
	c->seen_free_ms = now;
	return c->free_ms >= wait_asleep_ms;
}

static int stay_in_queue(struct wait *w, struct candidate *c, struct err *e)
{
	if (ticket_is_good(&c->ticket))
		return 0;
	ticket_give_up(&c->ticket);
	if (ticket_draw(&c->ticket, c->unit, w->wanted->purpose, w->number, e) < 0)
		return -1;
	wake_watch(&w->wake, c->ticket.path);
	return 0;
}

/* Who has it may end without giving it back, and its children may have its descriptors: only its end is sure to be told. */
static void watch_holder(struct wait *w, struct candidate *c)
{
	int *end = &w->ends[c - w->all];
	pid_t pid = lockfile_owner(c->fd);

	if (pid <= 0 || pid == c->ending)
		return;
	close_fd(*end);
	*end = wake_process(pid);
	c->ending = pid;
}

/* Watched before it is tried, so that what happens in between is not missed. */
static int try_in_turn(struct wait *w, struct candidate *c, struct err *e)
{
	int rc;

	if (!c->is_watched)
		c->is_watched = wake_watch(&w->wake, c->path);
	rc = try(w, c, e);
	if (rc == 1)
		watch_holder(w, c);
	return rc;
}

/* 0 it is ours, 1 not now, -1. */
static int look(struct wait *w, struct candidate *c, struct err *e)
{
	if (!w->is_time && !c->is_turn && !c->is_barred && ticket_is_behind_the_same(&c->ticket))
		return 1; /* some other place of the queue has changed */
	if (stay_in_queue(w, c, e) < 0 || open_file(c, e) < 0)
		return -1;
	look_at_lease(w, c);
	ticket_bar(&c->ticket, c->is_barred);
	c->is_turn = !c->is_barred && ticket_is_turn(&c->ticket, c->is_reserved);
	if (c->is_turn)
		return try_in_turn(w, c, e);
	return !c->is_barred && is_overdue(c) ? try(w, c, e) : 1;
}

/* ---- what the caller is told ---- */

/* Once for each: as soon as it has left its words, or when it is clear that it leaves none. */
static void look_at_holder(const struct wait *w, struct candidate *c)
{
	pid_t pid = lockfile_owner(c->fd);
	struct told *t = &c->told;
	struct lock_holder h;

	if (pid < 0)
		return;
	holder_read(&h, c->unit, pid);
	if (pid != t->pid || (h.known && t->since[0] && strcmp(h.since, t->since) != 0))
		*t = (struct told){.pid = pid, .seen_ms = clock_ms()}; /* a lease that is met again is told again */
	if (h.known && !t->since[0])
		snprintf(t->since, sizeof t->since, "%s", h.since);
	if (!t->told && (h.known || clock_ms() - t->seen_ms >= WORDS_MS)) {
		t->told = true;
		h.ahead = ticket_ahead(&c->ticket);
		w->wanted->waiting(w->wanted->ctx, &h);
	}
	holder_finish(&h);
}

static void tell_lease(const struct wait *w, struct candidate *c)
{
	struct lock_holder h;
	struct lease l;

	if (lease_read(c->unit, &l, NULL) != 1)
		return;
	if (strcmp(l.token, c->told.lease) != 0) {
		memcpy(c->told.lease, l.token, SHA256_HEX);
		lease_holder(&h, c->unit, &l);
		h.ahead = ticket_ahead(&c->ticket);
		w->wanted->waiting(w->wanted->ctx, &h);
		holder_finish(&h);
	}
	lease_finish(&l);
}

/* Of several units the first one's: it is enough to see that one waits. */
static void tell(const struct wait *w)
{
	if (!w->wanted->waiting)
		return;
	if (w->all[0].is_barred)
		tell_lease(w, &w->all[0]);
	else
		look_at_holder(w, &w->all[0]);
}

/* Why that one is not to be had; malloc'd. */
static char *reason(const struct candidate *c)
{
	pid_t pid = lockfile_owner(c->fd);
	struct lock_holder h;
	struct lease l;
	char *text;

	if (c->is_barred && lease_read(c->unit, &l, NULL) == 1) {
		text = lease_text(&l);
		lease_finish(&l);
	} else if (pid < 0) {
		text = xstrdup("others wait for it already");
	} else {
		holder_read(&h, c->unit, pid);
		text = holder_text(&h);
		holder_finish(&h);
	}
	return text;
}

static int is_busy(const struct wait *w, struct err *e)
{
	const struct candidate *c = &w->all[0];
	char *text = reason(c);

	if (w->count == 1)
		err_set(e, ERR_BUSY, "board %s is not free: %s", c->unit, text);
	else
		err_set(e, ERR_BUSY, "none of %zu boards is free; %s: %s", w->count, c->unit, text);
	if (e)
		e->sys = EBUSY;
	err_hint(e, "`runtest who` shows who holds what, and who waits");
	free(text);
	return -1;
}

/* ---- all of them ---- */

/* The queues are left by who has one, or gives up; `fd` of that one's file stays open. */
static int finish(struct wait *w, int fd)
{
	for (size_t i = 0; i < w->count; i++) {
		ticket_give_up(&w->all[i].ticket);
		if (w->all[i].fd != fd)
			close_fd(w->all[i].fd);
		close_fd(w->ends[i]);
		free(w->all[i].path);
	}
	wake_finish(&w->wake);
	arena_finish(&w->arena);
	free(w->all);
	free(w->ends);
	return fd;
}

static int begin(struct wait *w, struct err *e)
{
	const struct lock_wanted *wanted = w->wanted;

	w->count = wanted->count;
	w->all = xcalloc(w->count, sizeof *w->all);
	w->ends = xcalloc(w->count, sizeof *w->ends);
	w->wake.fd = -1;
	arena_init(&w->arena);
	w->pass = lease_own_pass(wanted->purpose->by_hand, &w->arena);
	for (size_t i = 0; i < w->count; i++) {
		w->all[i] = (struct candidate){.unit = wanted->units[i], .fd = -1, .told.pid = -1};
		ticket_init(&w->all[i].ticket);
		w->ends[i] = -1;
	}
	for (size_t i = 0; i < w->count; i++) {
		w->all[i].path = state_path(w->all[i].unit, LOCKFILE_SUFFIX, e);
		if (!w->all[i].path || open_file(&w->all[i], e) < 0)
			return -1;
	}
	return 0;
}

/* One for which nobody waits: 0 it is ours, 1 not now, -1. */
static int try_unwanted(struct wait *w, struct candidate *c, struct err *e)
{
	look_at_lease(w, c);
	return !c->is_barred && queue_is_empty(c->unit, c->is_reserved) ? try(w, c, e) : 1;
}

/* 0 with the first that is ours by that, 1: none, -1. */
static int try_all(struct wait *w, int (*one)(struct wait *w, struct candidate *c, struct err *e), struct err *e)
{
	int rc = 1;

	for (size_t i = 0; i < w->count && rc == 1; i++) {
		w->at = i;
		rc = one(w, &w->all[i], e);
	}
	return rc;
}

/* Until something happens, or it is time to look without that. */
static void rest(struct wait *w)
{
	bool first = false, blind = w->wake.fd < 0;
	int64_t until;

	for (size_t i = 0; i < w->count; i++)
		first = first || w->all[i].is_turn;
	until = clock_ms() + (blind ? first ? BLIND_MS : BLIND_OTHERS_MS : first ? FIRST_MS : OTHERS_MS);
	if (until > w->wanted->deadline_ms)
		until = w->wanted->deadline_ms;
	wake_wait(&w->wake, w->ends, w->count, until);
	if (!first && !blind)
		wake_settle(&w->wake, SETTLE_US);
	w->is_time = clock_ms() >= until;
}

static int wait_in_line(struct wait *w, struct err *e)
{
	int rc;

	w->number = ticket_number();
	w->is_time = true;
	wake_init(&w->wake);
	while ((rc = try_all(w, look, e)) == 1) {
		tell(w); /* however short the patience */
		if (clock_ms() >= w->wanted->deadline_ms)
			return is_busy(w, e);
		rest(w);
		if (cancel_requested())
			return err_set(e, ERR_CANCELLED, "stopped by a signal while waiting for board %s", w->all[0].unit);
	}
	return rc;
}

int wait_for_any(const struct lock_wanted *wanted, size_t *which, struct err *e)
{
	struct wait w = {.wanted = wanted};
	int rc = begin(&w, e);

	if (rc == 0)
		rc = try_all(&w, try_unwanted, e);
	if (rc == 1)
		rc = clock_ms() >= wanted->deadline_ms ? is_busy(&w, e) : wait_in_line(&w, e);
	*which = w.at;
	return finish(&w, rc == 0 ? w.all[w.at].fd : -1);
}
