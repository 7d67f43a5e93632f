#include "session/handover.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/script.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

enum {
	READY_MS = 30000,      /* how long the interpreter may take to come up, on a machine that is busy */
	GRACE_MS = 500,        /* how long a script may take to end once it is told to */
	CHUNK = 4096,
	ENOUGH = 64 * 1024,    /* unsent bytes of a script that talks faster than the board listens */
};

void handover_prepare(const struct handover *h, struct pollfd *script, struct pollfd *keyboard, int out_fd)
{
	*script = (struct pollfd){.fd = h->over ? -1 : dialogue_fd(h->dialogue)};
	if (h->to_board.len < ENOUGH)
		script->events |= POLLIN;
	if (h->to_script.len)
		script->events |= POLLOUT;
	if (h->to_board.len)
		keyboard->fd = out_fd;
}

void handover_feed(struct handover *h, const void *bytes, size_t n)
{
	if (!h->over)
		buf_add(&h->to_script, bytes, n);
}

static void give(struct handover *h)
{
	ssize_t n = h->to_script.len ? dialogue_write(h->dialogue, h->to_script.data, h->to_script.len) : 0;

	if (n > 0)
		buf_drop_front(&h->to_script, (size_t)n);
}

/* What the script sends answers what came before: the next text to expect lies behind it. */
static void take(struct session *s, struct handover *h)
{
	char chunk[CHUNK];
	ssize_t n;

	while (h->to_board.len < ENOUGH && (n = dialogue_read(h->dialogue, chunk, sizeof chunk)) != DIALOGUE_LATER) {
		if (n == DIALOGUE_OVER) {
			h->over = true;
			return;
		}
		buf_add(&h->to_board, chunk, (size_t)n);
		watch_skip_to_end(s->watch);
	}
}

int handover_move(struct session *s, struct handover *h, struct err *e)
{
	ssize_t n;

	if (!h->over) {
		give(h);
		take(s, h);
	}
	n = h->to_board.len ? console_write(s->board.console, h->to_board.data, h->to_board.len, e) : 0;
	if (n < 0)
		return -1;
	session_typed(s, session_now(s), h->to_board.data, (size_t)n);
	buf_drop_front(&h->to_board, (size_t)n);
	return 0;
}

/* The script begins where the last expected text ended, and much may have come since. */
static int feed_backlog(struct session *s, struct handover *h, struct err *e)
{
	char *path = arena_printf(&s->result->arena, "%s/%s", s->dir, s->result->console);
	struct buf log;
	int rc;

	buf_init(&log);
	rc = file_read(path, &log, e);
	if (rc == 0 && log.len > s->taken)
		handover_feed(h, log.data + s->taken, log.len - s->taken);
	buf_finish(&log);
	return rc;
}

static int start(struct session *s, struct handover *h, const char *path, struct err *e)
{
	char *log_path = arena_printf(&s->result->arena, "%s/script.log", s->dir);
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (log < 0) {
		err_sys(e, ERR_IO, "cannot create the script's log");
		return err_at(e, log_path, 0, 0);
	}
	h->dialogue = script_start(path, log, READY_MS, e);
	close(log);
	return h->dialogue ? feed_backlog(s, h, e) : -1;
}

static bool is_over(struct session *s, void *arg)
{
	struct handover *h = arg;
	struct err e;

	if (handover_move(s, h, &e) < 0)
		session_end_error(s, &e);
	return h->over && !h->to_board.len;
}

static void finish(struct session *s, struct handover *h, const char *path)
{
	int status = dialogue_end(h->dialogue, GRACE_MS);
	char text[96];

	if (s->ended || !(WIFSIGNALED(status) || WEXITSTATUS(status)) || (proc_was_killed(status) && session_is_stopped(s)))
		return;
	session_note(s, "what the script said stands in script.log");
	session_end(s, END_SCRIPT_FAILED, CAUSE_NONE,
		    arena_printf(&s->result->arena, "the script %s %s", path, proc_status_text(status, text, sizeof text)));
}

void session_script(struct session *s, const char *path, int64_t deadline_ms)
{
	struct handover h = {0};
	enum pump how = PUMP_MET;
	struct err e;

	watch_expect_nothing(s->watch);
	if (start(s, &h, path, &e) < 0) {
		session_end_error(s, &e);
	} else {
		s->handover = &h;
		how = session_pump(s, deadline_ms, is_over, &h);
		s->handover = NULL;
	}
	if (how == PUMP_DEADLINE)
		session_end(s, END_TIMEOUT, CAUSE_NONE,
			    arena_printf(&s->result->arena, "the script %s did not end in time", path));
	if (h.dialogue)
		finish(s, &h, path);
	buf_finish(&h.to_script);
	buf_finish(&h.to_board);
}
