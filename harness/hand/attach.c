#include "hand/attach.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hand/keys.h"
#include "hand/put.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/harmless.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/units.h"

enum {
	CHUNK = 16 * 1024,
	READS = 16,         /* in a row, before keys get their turn */
	WAITING_MOST = 4096, /* typed and not yet sent: more is not read */
	RETRY_MS = 5,       /* a full line is tried again */
	STALE_MOST_MS = 2000, /* a board that has not fallen silent by then is talking to us */
	BREAK_MS = 250,
	ASK_MS = 250,       /* so often it is asked whether one may stay */
	WARN_SHARE = 6,     /* before one is idle for too long one is warned, in the last part of that time ... */
	WARN_MOST_MS = 5 * 60 * 1000, /* ... but no earlier than that */
	GOING_ON = -2,      /* beside enum attach_end and -1 */
};

struct attach {
	struct console *console;
	struct handlog *log;
	const struct attach_options *o;
	struct keys keys;
	struct harmless shown;
	struct buf waiting; /* typed, and not yet sent */
	bool input_ended, log_failed, stale, said_stale;
	char last;          /* the byte shown last */
	unsigned gaps;
	int64_t heard_ms;   /* when something was last heard or sent */
	int64_t typed_ms, ask_ms; /* when something was last typed; when it is asked next whether one may stay */
	bool typed; /* since it was asked last */
	bool warned; /* of the end that comes because nothing is typed */
	int64_t warned_ms;
};

/* ---- what the person sees ---- */

/* On a line of its own. */
static void note(struct attach *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct attach *a, const char *fmt, ...)
{
	const char *end = a->o->interactive ? "\r\n" : "\n";
	struct buf line = {0};
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (a->o->interactive && a->last && a->last != '\n')
		buf_adds(&line, end);
	buf_adds(&line, "[runtest: ");
	text_add_line(&line, text);
	buf_printf(&line, "]%s", end);
	put_all(a->o->notes, line.data, line.len);
	a->last = '\n';
	buf_finish(&line);
	free(text);
}

static void add_returns(struct buf *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			buf_addc(out, '\r');
		buf_addc(out, bytes[i]);
	}
}

/* -1 when nobody looks any more. */
static int show_text(struct attach *a, const char *bytes, size_t n)
{
	struct buf out = {0};
	int rc = 0;

	if (a->o->returns || (a->o->harmless && a->o->interactive)) {
		add_returns(&out, bytes, n);
		bytes = out.data;
		n = out.len;
	}
	if (n) {
		rc = put_all(a->o->out, bytes, n);
		a->last = bytes[n - 1];
	}
	buf_finish(&out);
	return rc;
}

static int show(struct attach *a, const char *bytes, size_t n)
{
	struct buf plain = {0};
	int rc;

	if (!a->o->harmless)
		return show_text(a, bytes, n);
	harmless_feed(&a->shown, &plain, bytes, n);
	rc = show_text(a, plain.data, plain.len);
	buf_finish(&plain);
	return rc;
}

/* Nothing more comes: of a character that stopped half-way, too, something is to be seen. */
static void show_rest(struct attach *a)
{
	struct buf plain = {0};

	harmless_end(&a->shown, &plain);
	show_text(a, plain.data, plain.len);
	buf_finish(&plain);
}

/* Person and board go on when the disk is full. */
static void keep(struct attach *a, const char *bytes, size_t n)
{
	struct err e;

	if (a->log_failed || handlog_add(a->log, bytes, n, a->stale, &e) == 0)
		return;
	a->log_failed = true;
	note(a, "%s: nothing more is logged", e.what);
}

static void help(struct attach *a)
{
	char key[KEYS_NAME];

	keys_name(a->o->escape, key);
	note(a, "%s and then: q quit, b send a break, %s send %s itself; the log: %s", key, key, key, a->log->path);
}

/* ---- the board ---- */

static int hear(struct attach *a, const char *bytes, size_t n)
{
	if (a->stale && !a->said_stale) {
		a->said_stale = true;
		note(a, "this was on the line already:");
	}
	a->heard_ms = clock_ms();
	keep(a, bytes, n);
	return show(a, bytes, n) < 0 ? ATTACH_QUIT : GOING_ON;
}

static void tell_gaps(struct attach *a)
{
	const struct console *c = a->console;

	if (c->gaps == a->gaps)
		return;
	a->gaps = c->gaps;
	note(a, "the line went away and came back, %" PRId64 " ms in all: what the board said then was not heard", c->away_ms);
}

/* All that is there. */
static int read_board(struct attach *a, struct err *e)
{
	char chunk[CHUNK];
	int rc = GOING_ON;

	for (int i = 0; i < READS && rc == GOING_ON; i++) {
		ssize_t n = console_read(a->console, chunk, sizeof chunk, e);

		tell_gaps(a);
		if (n == -1)
			break;
		if (n < 0)
			return -1;
		rc = n ? hear(a, chunk, (size_t)n) : ATTACH_LINE_END;
	}
	return rc;
}

static int write_board(struct attach *a, struct err *e)
{
	ssize_t n = a->waiting.len ? console_write(a->console, a->waiting.data, a->waiting.len, e) : 0;

	if (n < 0)
		return -1;
	if (n > 0) {
		buf_drop_front(&a->waiting, (size_t)n);
		a->heard_ms = clock_ms(); /* an answer gets its time */
	}
	return GOING_ON;
}

static int is_cancelled(struct err *e)
{
	return err_set(e, ERR_CANCELLED, "stopped by a signal");
}

/* Until it is silent, so that what comes next is known to be new. Silent is one that was looked at when the time was over. */
static int hear_out(struct attach *a, struct err *e)
{
	int64_t limit = clock_ms() + STALE_MOST_MS;
	int rc = GOING_ON;

	a->stale = true;
	a->heard_ms = clock_ms();
	while (rc == GOING_ON) {
		int64_t settled = a->heard_ms + a->o->settle_ms, due = settled < limit ? settled : limit;
		struct pollfd p[] = {{.fd = a->console->fd, .events = POLLIN}, {.fd = cancel_fd(), .events = POLLIN}};
		bool over = clock_ms() >= due;

		poll(p, 2, clock_poll_timeout(due));
		if (cancel_requested())
			return is_cancelled(e);
		if (p[0].revents)
			rc = read_board(a, e);
		if (over && (!p[0].revents || clock_ms() >= limit))
			break;
	}
	a->stale = false;
	if (a->said_stale && rc == GOING_ON)
		note(a, "what comes from here on is new");
	return rc;
}

/* ---- the person ---- */

static void send_break(struct attach *a)
{
	struct err e;

	if (console_break(a->console, BREAK_MS, &e) < 0)
		note(a, "%s", e.what);
	else
		note(a, "break sent");
}

static int obey(struct attach *a, enum key_order order)
{
	if (order == KEYS_QUIT)
		return ATTACH_QUIT;
	if (order == KEYS_BREAK)
		send_break(a);
	if (order == KEYS_HELP)
		help(a);
	return GOING_ON;
}

static int read_keys(struct attach *a, struct err *e)
{
	char typed[WAITING_MOST];
	ssize_t n = read(a->o->in, typed, sizeof typed);
	size_t used, done = 0;
	int rc = GOING_ON;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return GOING_ON;
	if (n < 0 && errno != EIO) /* a terminal that has gone: as an end */
		return err_sys(e, ERR_IO, "cannot read what is typed");
	if (n <= 0) {
		a->input_ended = true;
		a->heard_ms = clock_ms();
		return a->o->interactive ? ATTACH_QUIT : GOING_ON;
	}
	a->typed = true;
	a->warned = false;
	a->typed_ms = clock_ms();
	while (rc == GOING_ON && done < (size_t)n) {
		rc = obey(a, keys_feed(&a->keys, typed + done, (size_t)n - done, &used, &a->waiting));
		done += used;
	}
	return rc;
}

/* ---- may one stay? ---- */

/* How long before its end one is warned. */
static int64_t warn_span(const struct attach *a)
{
	int64_t share = a->o->idle_ms / WARN_SHARE;

	return share < WARN_MOST_MS ? share : WARN_MOST_MS;
}

static int64_t warn_at(const struct attach *a)
{
	return a->o->idle_ms ? a->typed_ms + a->o->idle_ms - warn_span(a) : INT64_MAX;
}

/* It counts from the warning, which may come late: nobody is sent away unwarned. */
static int64_t idle_end(const struct attach *a)
{
	return a->warned ? a->warned_ms + warn_span(a) : INT64_MAX;
}

static int check_idle(struct attach *a, struct err *e)
{
	int64_t now = clock_ms();
	char span[24];

	if (now >= idle_end(a)) {
		err_set(e, ERR_INFRA, "nothing was typed for %s: the board goes to who wants it next",
			units_duration_text(a->o->idle_ms, span));
		return err_hint(e, "a key now and then keeps it; docs/reservations.md says whose limit that is");
	}
	if (now >= warn_at(a) && !a->warned) {
		a->warned = true;
		a->warned_ms = now;
		note(a, "nothing was typed for long: in %s the board goes to who wants it next; any key keeps it",
		     units_duration_text(warn_span(a), span));
	}
	return GOING_ON;
}

/* -1, or GOING_ON. */
static int check_stay(struct attach *a, struct err *e)
{
	int rc;

	if (a->o->may_stay && clock_ms() >= a->ask_ms) {
		a->ask_ms = clock_ms() + ASK_MS;
		rc = a->o->may_stay(a->o->ctx, a->typed, e);
		if (rc < 0)
			return -1;
		if (rc > 0)
			note(a, "%s", e->what);
		a->typed = false;
	}
	return check_idle(a, e);
}

/* When that is to be looked at again. */
static int64_t stay_due(const struct attach *a)
{
	int64_t at = a->o->may_stay ? a->ask_ms : INT64_MAX, idle = a->warned ? idle_end(a) : warn_at(a);

	return idle < at ? idle : at;
}

/* ---- both ---- */

static int64_t due(const struct attach *a)
{
	if (a->waiting.len)
		return clock_ms() + RETRY_MS;
	return a->input_ended ? a->heard_ms + a->o->linger_ms : INT64_MAX;
}

static int turn(struct attach *a, struct err *e)
{
	struct pollfd p[] = {
		{.fd = a->console->fd, .events = POLLIN},
		{.fd = a->input_ended || a->waiting.len >= WAITING_MOST ? -1 : a->o->in, .events = POLLIN},
		{.fd = cancel_fd(), .events = POLLIN},
		{.fd = a->o->out}, /* its reader has gone: that is heard without being asked for */
	};
	int64_t until = due(a) < stay_due(a) ? due(a) : stay_due(a);
	bool over = a->input_ended && !a->waiting.len && clock_ms() >= due(a); /* and then nothing is there */
	int rc;

	poll(p, sizeof p / sizeof p[0], clock_poll_timeout(until));
	if (cancel_requested())
		return is_cancelled(e);
	rc = check_stay(a, e);
	if (rc != GOING_ON)
		return rc;
	if (p[3].revents)
		return ATTACH_QUIT;
	if (p[0].revents)
		rc = read_board(a, e);
	if (rc == GOING_ON && p[1].revents)
		rc = read_keys(a, e);
	if (rc == GOING_ON)
		rc = write_board(a, e);
	if (rc == GOING_ON && over && (!p[0].revents || !a->o->linger_ms))
		rc = ATTACH_INPUT_END;
	return rc;
}

int attach_run(struct console *c, struct handlog *log, const struct attach_options *o, struct err *e)
{
	struct attach a = {.console = c, .log = log, .o = o, .gaps = c->gaps, .last = '\n',
			   .keys = {.escape = o->interactive ? o->escape : KEYS_NO_ESCAPE}};
	int rc;

	harmless_init(&a.shown);
	a.typed_ms = clock_ms();
	rc = hear_out(&a, e);
	while (rc == GOING_ON)
		rc = turn(&a, e);
	if (rc >= 0 && cancel_requested()) /* it looks as if nobody read any more */
		rc = is_cancelled(e);
	if (rc >= 0)
		show_rest(&a);
	if (o->interactive && a.last != '\n')
		put_all(o->notes, "\r\n", 2);
	buf_finish(&a.waiting);
	return rc;
}
