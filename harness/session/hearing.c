/*
 * Before power goes on: the console is opened and heard out. What is on the line then (a pty keeps it, a terminal server
 * keeps it, a board that is still on says it) goes to the log, marked as stale, and nothing looks at it.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>

#include "session/state.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
	TALK_MS = 2000,      /* a board that has not fallen silent after this long will not */
	STALE_MAX = 1 << 20, /* nor one that has said so much */
	CHUNK = 16 * 1024,
};

struct heard {
	struct buf bytes;
	int64_t first_us;   /* clock_us() of the first byte */
	int64_t silent_from; /* clock_ms() */
};

/* All that is there. False: the line is dead, or worse: then the session has ended. */
static bool take(struct session *s, struct heard *h)
{
	struct console *c = s->board.console;
	char chunk[CHUNK];
	struct err e;
	ssize_t n;

	while (h->bytes.len < STALE_MAX && (n = console_read(c, chunk, sizeof chunk, &e)) != -1) {
		if (n < -1)
			session_end_error(s, &e);
		if (n <= 0)
			return false;
		if (!h->bytes.len)
			h->first_us = clock_us();
		buf_add(&h->bytes, chunk, (size_t)n);
		h->silent_from = clock_ms();
	}
	return true;
}

/*
 * Until the line has been silent for so long, and at least until `not_before`. Who was kept from running has heard nothing
 * meanwhile, and hears all of it at once: silent is a line that was looked at when its time was over, and what is found when
 * time is up may have been said long ago: only what comes behind that is talk. False: it was stopped by a signal.
 */
static bool hear(struct session *s, struct heard *h, int64_t quiet, int64_t not_before, int stop_fd, enum hearing *what)
{
	int64_t looked_ms = clock_ms(), limit = looked_ms + quiet + TALK_MS;
	size_t before = 0; /* bytes that were there when time was up */
	bool late = false;

	limit = limit > not_before ? limit : not_before;
	h->silent_from = looked_ms;
	for (; take(s, h); looked_ms = clock_ms()) {
		int64_t until = h->silent_from + quiet > not_before ? h->silent_from + quiet : not_before;
		int64_t due;
		struct pollfd p[] = {{.fd = s->board.console->fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};

		*what = HEARD_SILENCE;
		if (looked_ms >= until)
			return true;
		*what = HEARD_TALK;
		if ((late && h->bytes.len > before) || h->bytes.len >= STALE_MAX)
			return true;
		if (!late && looked_ms >= limit) {
			late = true;
			before = h->bytes.len;
		}
		due = until < limit || late ? until : limit;
		if (poll(p, 2, clock_poll_timeout(due)) > 0 && p[1].revents)
			return false;
		clock_woke(looked_ms, due);
	}
	*what = HEARD_NOTHING;
	return true;
}

/* How long the line must be silent to be heard out. */
static int64_t settle_ms(const struct session *s)
{
	const struct unit_console *spec = s->spec->unit->console;

	return spec && spec->settle_ms ? spec->settle_ms : s->board.console->ops->settle_ms;
}

/* The board must have been off so long before power goes on again. */
static int64_t discharged_at(const struct session *s)
{
	return s->off_ms ? s->off_ms + s->board.discharge_ms : 0;
}

static void hear_out(struct session *s, struct heard *h)
{
	enum hearing what;

	session_works_on(s, PART_CONSOLE);
	if (!hear(s, h, settle_ms(s), discharged_at(s), cancel_fd(), &what))
		session_end(s, END_CANCELLED, CAUSE_NONE, "stopped by a signal");
	session_works_on(s, PART_POWER); /* it should be off by now */
	if (what == HEARD_NOTHING && !s->ended)
		session_console_dead(s, "before power went on");
	else if (what == HEARD_TALK && board_is_switched(&s->board))
		session_end(s, END_INFRA, CAUSE_NONE, "the board was talking when power was to go on: it was not off");
	else if (what == HEARD_TALK)
		session_note(s, "the board was still talking when power was to go on: was it off?");
}

static void keep(struct session *s, const struct heard *h)
{
	struct arena *a = &s->result->arena;
	struct err e;

	if (!h->bytes.len)
		return;
	session_note(s, arena_printf(a, "%zu bytes of the console, from byte %" PRIu64 " on, were on the line before power "
					"went on: console.idx calls them stale", h->bytes.len, s->log.size));
	if (conlog_add_stale(&s->log, h->bytes.data, h->bytes.len, h->first_us - s->power_on_us, &e) < 0)
		session_end_error(s, &e);
	watch_pass_over(s->watch, h->bytes.data, h->bytes.len);
	s->stale += h->bytes.len;
	s->taken = s->log.size;
}

void session_hear_out(struct session *s)
{
	struct heard h = {.first_us = 0};
	struct err e;

	if (s->board.console->ops->late)
		return;
	session_works_on(s, PART_CONSOLE);
	if (board_open_console(&s->board, &e) < 0)
		session_end_error(s, &e);
	else if (session_begin_off(s))
		hear_out(s, &h);
	session_works_on(s, PART_NONE);
	if (!s->power_on_us) {
		s->power_on_us = clock_us();
		s->heard_from = h.bytes.len;
	}
	keep(s, &h);
	buf_finish(&h.bytes);
}

/* A terminal server that was gone may be there again. */
static bool open_again(struct console *c)
{
	struct err e;

	c->ops->close(c);
	return console_open(c, &e) == 0;
}

enum hearing session_hear_off(struct session *s, int64_t silence_ms)
{
	struct console *c = s->board.console;
	struct heard h = {.first_us = 0};
	enum hearing what = HEARD_NOTHING;
	struct err e;

	if (!c || c->ops->late)
		return HEARD_NOTHING;
	if (c->fd >= 0)
		hear(s, &h, silence_ms, 0, -1, &what);
	if (what == HEARD_NOTHING && open_again(c))
		hear(s, &h, silence_ms, 0, -1, &what);
	if (h.bytes.len && conlog_add_aside(&s->log, h.bytes.data, h.bytes.len, clock_us() - s->power_on_us, &e) < 0)
		session_end_error(s, &e);
	if (s->watch)
		watch_pass_over(s->watch, h.bytes.data, h.bytes.len);
	buf_finish(&h.bytes);
	return what;
}

void session_console_dead(struct session *s, const char *when)
{
	struct arena *a = &s->result->arena;
	const char *why = s->board.console->why;
	enum unit_part before = session_works_on(s, PART_CONSOLE);

	session_end(s, END_INFRA, CAUSE_NONE, why[0] ? arena_printf(a, "the console was lost %s: %s", when, why)
						     : arena_printf(a, "the console hung up %s", when));
	session_works_on(s, before);
}

void session_check_console(struct session *s)
{
	const struct console *c = s->board.console;
	enum unit_part before;
	const char *what;

	if (!c || !c->gaps)
		return;
	what = arena_printf(&s->result->arena, "the console went away %u time%s, for %" PRId64 " ms in all: what the board said "
			    "then was not seen", c->gaps, c->gaps == 1 ? "" : "s", c->away_ms);
	session_note(s, what);
	before = session_works_on(s, PART_CONSOLE);
	session_end(s, END_INFRA, CAUSE_NONE, what);
	session_works_on(s, before);
}
