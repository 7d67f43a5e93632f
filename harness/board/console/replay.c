/*
 * What another session's console said, from its console.log, at the pace of its console.idx or at once. It waits where
 * that session typed something until as much has been typed again, and at its power cycles for power (typed.idx).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "board/console/console.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

/* No session takes thirty years: sums of times stay far from overflow. */
#define LATEST_US ((int64_t)1000000000000000)

/* From `offset` on it came at that time. */
struct stretch {
	uint64_t offset;
	int64_t at_us;
	bool stale;
};

/* Nothing behind `offset` before so much has been typed, and power has gone on so often. */
struct gate {
	uint64_t offset, typed;
	unsigned boots;
};

struct replay_console {
	struct console base;
	const struct console_replay *spec;
	struct buf log;
	struct stretch *stretches;
	size_t stretch_count, stretch_room, next_stretch; /* the first that has not begun */
	struct gate *gates;
	size_t gate_count, gate_room, next_gate;
	uint64_t position, typed;
	unsigned boots;
	int64_t shift_us; /* clock_us() at the recording's time 0 */
};

static struct replay_console *self(struct console *c)
{
	return (struct replay_console *)c;
}

/* ---- reading ---- */

static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	return xasprintf("%.*s/%s", (int)(slash - file), file, name);
}

/* The line that begins at *at, NUL-terminated in place; moves on. NULL behind the last. */
static char *next_line(char **at)
{
	char *line = *at, *end = line ? strchr(line, '\n') : NULL;

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return line;
}

static int bad_line(const char *path, int number, struct err *e)
{
	err_set(e, ERR_INFRA, "this is no line that a session writes");
	return err_at(e, path, number, 0);
}

static int read_index(struct replay_console *r, const char *path, struct err *e)
{
	struct buf text = {0};
	int number = 0, rc = file_exists(path) ? file_read(path, &text, e) : 0;
	char *at = text.data, *line;

	while (rc == 0 && (line = next_line(&at))) {
		struct stretch s = {0};
		char word[8] = "";

		number++;
		if (sscanf(line, "%" SCNu64 " %" SCNd64 " %7s", &s.offset, &s.at_us, word) < 2 ||
		    s.at_us < -LATEST_US || s.at_us > LATEST_US ||
		    (r->stretch_count && s.offset < r->stretches[r->stretch_count - 1].offset))
			rc = bad_line(path, number, e);
		s.stale = strcmp(word, "stale") == 0;
		r->stretches = xgrow(r->stretches, &r->stretch_room, r->stretch_count + 1, sizeof *r->stretches);
		r->stretches[r->stretch_count++] = s;
	}
	buf_finish(&text);
	return rc;
}

/* "MS CONSOLE OFFSET LENGTH": typed; "MS CONSOLE power-cycle". Other words are about what a recording cannot show. */
static int read_gate(struct gate *g, const char *line)
{
	uint64_t offset, length;
	char word[16] = "";
	int64_t ms;

	if (sscanf(line, "%" SCNd64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &ms, &g->offset, &offset, &length) == 4)
		g->typed = offset + length;
	else if (sscanf(line, "%" SCNd64 " %" SCNu64 " %15s", &ms, &g->offset, word) < 3)
		return -1;
	else if (strcmp(word, "power-cycle") == 0)
		g->boots++;
	return 0;
}

static int read_gates(struct replay_console *r, const char *path, struct err *e)
{
	struct gate g = {.boots = 1};
	struct buf text = {0};
	int number = 0, rc = file_exists(path) ? file_read(path, &text, e) : 0;
	char *at = text.data, *line;

	while (rc == 0 && (line = next_line(&at))) {
		number++;
		if (read_gate(&g, line) < 0)
			rc = bad_line(path, number, e);
		r->gates = xgrow(r->gates, &r->gate_room, r->gate_count + 1, sizeof *r->gates);
		r->gates[r->gate_count++] = g;
	}
	buf_finish(&text);
	return rc;
}

static int read_all(struct replay_console *r, struct err *e)
{
	char *index = beside(r->spec->file, "console.idx"), *typed = beside(r->spec->file, "typed.idx");
	int rc = file_read(r->spec->file, &r->log, e);

	if (rc == 0 && r->spec->pace == REPLAY_REAL_TIME && !file_exists(index)) {
		err_set(e, ERR_INFRA, "a console can only be replayed in real time with its console.idx");
		rc = err_at(e, index, 0, 0);
	}
	if (rc == 0)
		rc = read_index(r, index, e);
	if (rc == 0)
		rc = read_gates(r, typed, e);
	free(index);
	free(typed);
	return rc;
}

/* ---- saying it again ---- */

/* In so many microseconds; 0: at once. The base polls the timer. */
static void wake_in(struct replay_console *r, int64_t us)
{
	struct itimerspec when = {.it_value = {us / 1000000, us % 1000000 * 1000}};

	if (us <= 0)
		when.it_value.tv_nsec = 1;
	timerfd_settime(r->base.fd, 0, &when, NULL);
}

static void rest(struct replay_console *r)
{
	const struct itimerspec never = {.it_value = {0, 0}};

	timerfd_settime(r->base.fd, 0, &never, NULL);
}

static bool is_open(const struct replay_console *r, const struct gate *g)
{
	return r->typed >= g->typed && r->boots >= g->boots;
}

/* How far it may go: up to the first gate that is shut. */
static uint64_t limit_of(struct replay_console *r)
{
	while (r->next_gate < r->gate_count && is_open(r, &r->gates[r->next_gate]))
		r->next_gate++;
	if (!r->boots)
		return r->position;
	if (r->next_gate < r->gate_count && r->gates[r->next_gate].offset < r->log.len)
		return r->gates[r->next_gate].offset;
	return r->log.len;
}

static int64_t time_of(const struct replay_console *r, uint64_t position)
{
	int64_t at_us = 0;

	for (size_t i = 0; i < r->stretch_count && r->stretches[i].offset <= position; i++)
		at_us = r->stretches[i].at_us;
	return at_us;
}

/* What stood on the line before power went on is none of what the board said. */
static void skip_stale(struct replay_console *r)
{
	for (size_t i = 0; i < r->stretch_count; i++) {
		uint64_t end = i + 1 < r->stretch_count ? r->stretches[i + 1].offset : r->log.len;

		if (r->stretches[i].stale && r->stretches[i].offset <= r->position && r->position < end)
			r->position = end;
	}
}

/* Up to where it is due by now, and when the next piece is (us from now; negative: nothing waits for the clock). */
static uint64_t due_of(struct replay_console *r, uint64_t limit, int64_t *next_us)
{
	int64_t now = clock_us() - r->shift_us;

	*next_us = -1;
	if (r->spec->pace == REPLAY_AT_ONCE)
		return limit;
	while (r->next_stretch < r->stretch_count && r->stretches[r->next_stretch].at_us <= now)
		r->next_stretch++;
	if (r->next_stretch == r->stretch_count || r->stretches[r->next_stretch].offset >= limit)
		return limit;
	*next_us = r->stretches[r->next_stretch].at_us - now;
	return r->stretches[r->next_stretch].offset;
}

/* It waited for us: time goes on from here. */
static void resume(struct replay_console *r)
{
	r->shift_us = clock_us() - time_of(r, r->position);
	wake_in(r, 0);
}

static ssize_t replay_read(struct console *c, void *out, size_t n, struct err *e)
{
	struct replay_console *r = self(c);
	uint64_t limit, due;
	int64_t next_us;

	(void)e;
	skip_stale(r);
	limit = limit_of(r);
	due = limit > r->position ? due_of(r, limit, &next_us) : limit;
	if (due <= r->position) {
		if (limit > r->position)
			wake_in(r, next_us);
		else
			rest(r); /* typing or power wakes it; behind the end it is silent */
		return -1;
	}
	if (n > due - r->position)
		n = due - r->position;
	memcpy(out, r->log.data + r->position, n);
	r->position += n;
	wake_in(r, 0);
	return (ssize_t)n;
}

static ssize_t replay_write(struct console *c, const void *bytes, size_t n, struct err *e)
{
	struct replay_console *r = self(c);
	bool waited = limit_of(r) <= r->position;

	(void)bytes, (void)e;
	r->typed += n;
	if (waited && limit_of(r) > r->position)
		resume(r);
	return (ssize_t)n;
}

static int replay_powered(struct console *c, struct err *e)
{
	(void)e;
	self(c)->boots++;
	resume(self(c));
	return 0;
}

static int replay_open(struct console *c, struct err *e)
{
	if (read_all(self(c), e) < 0)
		return -1;
	c->fd = c->out_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	return c->fd < 0 ? err_sys(e, ERR_INFRA, "cannot make a timer") : 0;
}

static void replay_close(struct console *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = c->out_fd = -1;
}

static void replay_destroy(struct console *c)
{
	struct replay_console *r = self(c);

	buf_finish(&r->log);
	free(r->stretches);
	free(r->gates);
	free(r);
}

static const struct console_ops replay_ops = {
	.name = "replay",
	.settle_ms = 1,
	.open = replay_open,
	.close = replay_close,
	.destroy = replay_destroy,
	.read = replay_read,
	.write = replay_write,
	.powered = replay_powered,
};

struct console *console_replay_create(const struct console_replay *spec)
{
	struct replay_console *r = xcalloc(1, sizeof *r);

	r->base = (struct console){.ops = &replay_ops, .fd = -1, .out_fd = -1};
	r->spec = spec;
	return &r->base;
}
