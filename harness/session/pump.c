/* The one place where a session waits: console, control socket, power and cancellation together. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "session/state.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
	READ_CHUNK = 64 * 1024,
	TRICKLE = 512,          /* a read of fewer bytes than this: the board is still talking */
	GATHER_US = 100,        /* let it talk so long before the next read ... */
	GATHER_SHARE = 64,      /* ... or for this part of the time that it has talked without a pause ... */
	GATHER_MOST_US = 50000, /* ... but no longer than that: 576 bytes at 115,200 baud */
	DUE_SHARE = 8,          /* ... nor than this part of the time that is left: what then comes must be seen to come */
	AMPLE = 1024,           /* of a line: a read of so many bytes shows that the wait is too long */
	PAUSE_US = 100000,      /* a silence of this length is a pause */
	HEARTBEAT_MS = 1000,    /* by how much one may be wrong about how long one was kept from running */
};

void session_denied(struct session *s, const struct deny *d, const struct watch_hit *hit)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;

	ev->denied = arena_grow(a, ev->denied, &s->denied_room, ev->denied_count + 1, sizeof *ev->denied);
	ev->denied[ev->denied_count++] = (struct console_sighting){
		.pattern = d->text.regex,
		.where = arena_printf(a, "%s:%d", d->text.file, d->text.line),
		.text = arena_strndup(a, hit->text, hit->text_len),
		.at_ms = session_ms(s),
		.offset = hit->start,
		.cause = d->cause,
	};
	session_end(s, END_DENIED, d->cause, NULL);
}

/* What the scenario denies is decided upon at once, markers in a moment. */
static void take_hits(struct session *s)
{
	struct watch_hit hit;

	while (watch_next_denied(s->watch, &hit))
		if (hit.id == RESTARTS_ID)
			session_started_anew(s);
		else if (hit.id >= MARKERS_FROM)
			markers_hit(s, &hit);
		else
			session_denied(s, s->denies[hit.id], &hit);
}

/* None of the scenario's: logged, and for whoever has borrowed the line. */
static void feed_aside(struct session *s, const char *bytes, size_t n)
{
	struct err e;

	if (conlog_add_aside(&s->log, bytes, n, clock_us() - s->power_on_us, &e) < 0)
		session_end_error(s, &e);
	if (s->lent)
		buf_add(s->lent, bytes, n);
}

static void feed(struct session *s, const char *bytes, size_t n)
{
	struct err e;

	if (conlog_add(&s->log, bytes, n, clock_us() - s->power_on_us, &e) < 0)
		session_end_error(s, &e);
	echo_add(&s->echo, bytes, n);
	shown_add(&s->shown, bytes, n);
	if (s->handover)
		handover_feed(s->handover, bytes, n);
	if (s->lent)
		buf_add(s->lent, bytes, n);
	watch_feed(s->watch, bytes, n);
	markers_feed(s, bytes, n);
	take_hits(s);
	markers_tick(s);
}

void session_console_over(struct session *s)
{
	if (s->console_ended)
		return;
	s->console_ended = true;
	watch_end(s->watch);
	take_hits(s);
	markers_over(s);
}

/* The line of a machine of QEMU's, which is as fast as the machine. */
static bool is_machine(const struct session *s)
{
	return s->board.console->ops->late;
}

/*
 * A UART sends byte by byte, and being woken for each costs the board (QEMU on the next core) more than the byte. A
 * tenth of a millisecond later a good part of a line is there. A serial line takes longer over it: a tenth of a
 * millisecond is one byte at 115,200 baud, and many such consoles at a time would cost a whole processor. A board that has
 * talked for a second is not in a hurry for an answer, so that the wait grows with the time it has talked, by which
 * nothing is late by more than that share. After an ample read it is half as long: no driver's buffer (a tty's has 4 KiB),
 * and no UART's, must be left to overflow. It does not begin anew, because it grows slowly, and on a machine with other
 * work a read comes late now and then.
 */
static void gather(const struct session *s, int64_t due_ms)
{
	int64_t us = is_machine(s) ? 0 : (s->heard_us - s->talks_us) / GATHER_SHARE;
	int64_t left_ms = due_ms - clock_ms();

	us = us > GATHER_MOST_US ? GATHER_MOST_US : us;
	if (left_ms < GATHER_MOST_US && us > left_ms * 1000 / DUE_SHARE)
		us = left_ms * 1000 / DUE_SHARE;
	us = us < GATHER_US ? GATHER_US : us;
	nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

/* Time of talk, of which more makes no longer wait. */
static int64_t shorter(int64_t talk_us)
{
	int64_t most = (int64_t)GATHER_MOST_US * GATHER_SHARE;

	return talk_us < most ? talk_us : most;
}

/* So much has come with one read. */
static void note_pace(struct session *s, ssize_t n)
{
	int64_t now = n > 0 ? clock_us() : 0;

	s->trickles = n > 0 && n < (is_machine(s) ? TRICKLE : AMPLE);
	if (n <= 0)
		return;
	if (now - s->heard_us > PAUSE_US)
		s->talks_us = now;
	else if (n >= AMPLE)
		s->talks_us = now - shorter(now - s->talks_us) / 2;
	s->heard_us = now;
}

/* All that is there: how much, or what console_read says when it is nothing. */
static ssize_t read_console(struct session *s)
{
	static char chunk[READ_CHUNK]; /* one session per process */
	ssize_t last;
	struct err e;
	size_t n = console_read_on(s->board.console, chunk, sizeof chunk, &last, &e);

	if (n > 0 && s->aside)
		feed_aside(s, chunk, n);
	else if (n > 0)
		feed(s, chunk, n);
	if (last == 0)
		session_console_over(s);
	else if (last < -1)
		session_end_about(s, PART_CONSOLE, &e);
	return n ? (ssize_t)n : last;
}

void session_drain(struct session *s)
{
	while (!s->console_ended && s->board.console && s->board.console->fd >= 0 && read_console(s) > 0)
		;
}

/* Power has gone by itself: what it said last is still on the line. */
static void lose_power(struct session *s)
{
	enum unit_part before = session_works_on(s, PART_POWER);

	s->board.power->ops->lost(s->board.power, &s->loss);
	s->power_lost = true;
	session_drain(s);
	session_console_over(s);
	if (s->lent && s->loss.by_guest)
		session_end(s, END_INFRA, CAUSE_NONE, "the machine reset itself or went off before the image was started");
	else if (s->loss.by_guest)
		session_end(s, END_GUEST_OFF, CAUSE_NONE, "the software switched the machine off or reset it");
	else if (!session_is_stopped(s))
		session_end(s, END_INFRA, CAUSE_NONE, s->loss.text);
	session_works_on(s, before);
}

void session_await_news(struct session *s, const char *when)
{
	/* A line that is there only with its power ends with it: that it does is certain, however busy the host is. */
	enum { NEWS_MS = 1000, CERTAIN_NEWS_MS = 60000 };

	if (session_pump(s, clock_ms() + (is_machine(s) ? CERTAIN_NEWS_MS : NEWS_MS), NULL, NULL) == PUMP_DEADLINE)
		session_console_dead(s, when);
}

enum { FD_CONSOLE, FD_KEYBOARD, FD_CONTROL, FD_POWER, FD_CANCEL, FD_SCRIPT, FD_COUNT };

static void prepare(struct session *s, struct pollfd *p)
{
	struct memory *m = s->board.memory;

	p[FD_CONSOLE] = (struct pollfd){.fd = s->console_ended ? -1 : s->board.console->fd, .events = POLLIN};
	p[FD_KEYBOARD] = (struct pollfd){.fd = -1, .events = POLLOUT};
	p[FD_CONTROL] = (struct pollfd){.fd = m ? m->ops->fd(m) : -1, .events = POLLIN};
	p[FD_POWER] = (struct pollfd){.fd = s->board.power->ops->watch_fd(s->board.power), .events = POLLIN};
	p[FD_CANCEL] = (struct pollfd){.fd = s->ended ? -1 : cancel_fd(), .events = POLLIN};
	p[FD_SCRIPT] = (struct pollfd){.fd = -1};
	if (s->handover)
		handover_prepare(s->handover, &p[FD_SCRIPT], &p[FD_KEYBOARD], s->board.console->out_fd);
}

static void handle(struct session *s, const struct pollfd *p)
{
	ssize_t n = 0;
	struct err e;

	if (p[FD_CANCEL].revents)
		session_end(s, END_CANCELLED, CAUSE_NONE, "stopped by a signal");
	if (p[FD_CONSOLE].revents)
		n = read_console(s);
	if (p[FD_CONTROL].revents && s->board.memory->ops->pump(s->board.memory, &e) < 0)
		session_end_about(s, PART_MEMORY, &e);
	if (p[FD_POWER].revents)
		lose_power(s);
	note_pace(s, n);
}

enum pump session_pump(struct session *s, int64_t deadline_ms, bool (*met)(struct session *s, void *arg), void *arg)
{
	struct pollfd p[FD_COUNT];
	bool was_ended = s->ended; /* the looks at the very end are taken in an ended session */
	int64_t due, begun;
	int n;

	for (;;) {
		session_guard(s);
		if (s->ended && !was_ended)
			return PUMP_ENDED;
		if (met && met(s, arg))
			return PUMP_MET;
		due = markers_due(s);
		due = session_survival_wake(s, due < deadline_ms ? due : deadline_ms);
		if (s->trickles)
			gather(s, due);
		prepare(s, p);
		begun = clock_ms();
		due = session_guard_due(s, due < begun + HEARTBEAT_MS ? due : begun + HEARTBEAT_MS);
		n = poll(p, FD_COUNT, clock_poll_timeout(due));
		clock_woke(begun, due); /* a deadline is for the board, which nobody has listened to meanwhile */
		if (n == 0 && clock_ms() >= deadline_ms)
			return PUMP_DEADLINE;
		if (n > 0)
			handle(s, p);
		markers_tick(s);
		if (was_ended && s->power_lost)
			return met && met(s, arg) ? PUMP_MET : PUMP_ENDED;
	}
}

struct outgoing {
	const char *bytes;
	size_t left;
};

static bool sent(struct session *s, void *arg)
{
	struct outgoing *o = arg;
	struct err e;
	ssize_t n = o->left ? console_write(s->board.console, o->bytes, o->left, &e) : 0;

	if (n < 0) {
		session_end_about(s, PART_CONSOLE, &e);
		return false;
	}
	o->bytes += n;
	o->left -= (size_t)n;
	return o->left == 0;
}

struct typed_moment session_now(const struct session *s)
{
	return (struct typed_moment){session_ms(s), s->log.size};
}

void session_typed(struct session *s, struct typed_moment when, const char *bytes, size_t n)
{
	struct err e;

	if (typed_add(&s->typed, when, bytes, n, &e) < 0)
		session_end_error(s, &e);
}

enum pump session_send(struct session *s, const char *bytes, size_t n, int64_t deadline_ms)
{
	struct typed_moment begun = session_now(s);
	struct outgoing o = {bytes, n};
	enum pump p;

	s->talks_us = clock_us(); /* it is asked something: the answer is awaited */

	/* A full line is tried again every few milliseconds; it empties only while the board reads. */
	do {
		int64_t soon = clock_ms() + 2;

		p = session_pump(s, soon < deadline_ms ? soon : deadline_ms, sent, &o);
	} while (p == PUMP_DEADLINE && clock_ms() < deadline_ms);
	session_typed(s, begun, bytes, n - o.left);
	return p;
}
