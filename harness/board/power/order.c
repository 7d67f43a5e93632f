#include "board/power/order.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "match/pattern.h"
#include "net/ssh.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/proc.h"
#include "util/text.h"

enum { GRACE_MS = 500 }; /* for a program that is told to end */

/* ---- last words ---- */

static void add_output(struct buf *out, const char *bytes, size_t n)
{
	size_t room = ORDER_OUTPUT_MAX - out->len;

	buf_add(out, bytes, n < room ? n : room);
}

/* `: "what it said last"`, or nothing, behind an error. */
static void add_last_words(const struct buf *out, char text[TEXT_QUOTED + 2])
{
	size_t end = out->len, start;
	char quoted[TEXT_QUOTED];

	while (end && strchr(" \t\r\n", out->data[end - 1]))
		end--;
	text[0] = '\0';
	if (!end)
		return;
	start = text_last_lines(out->data, end, 1);
	snprintf(text, TEXT_QUOTED + 2, ": %s", text_quote(quoted, out->data + start, end - start));
}

/* ---- here ---- */

/* 1: it has ended, 0: not in time, -1: stopped. */
static int await_end(pid_t pid, const struct switch_wait *wait)
{
	struct pollfd p[] = {{.fd = proc_pidfd(pid), .events = POLLIN},
			     {.fd = wait->stoppable ? cancel_fd() : -1, .events = POLLIN}};
	int n;

	while ((n = poll(p, 2, clock_poll_timeout(wait->deadline_ms))) < 0 && errno == EINTR)
		;
	close(p[0].fd);
	return n <= 0 ? 0 : p[0].revents ? 1 : -1;
}

static int judge(const char *program, int status, const struct buf *out, struct err *e)
{
	char how[96], words[TEXT_QUOTED + 2];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	add_last_words(out, words);
	err_set(e, ERR_INFRA, "%s %s%s", program, proc_status_text(status, how, sizeof how), words);
	return err_hint(e, "try it by hand as the user who runs runtest");
}

static int follow(pid_t pid, const char *program, const struct switch_wait *wait, int *status, struct err *e)
{
	int ended = await_end(pid, wait);

	*status = ended > 0 ? proc_wait(pid) : proc_end(pid, SIGTERM, GRACE_MS);
	if (ended > 0 && !(wait->stoppable && proc_was_killed(*status) && cancel_comes()))
		return 0;
	if (ended)
		return err_set(e, ERR_CANCELLED, "stopped by a signal while %s was running", program);
	err_set(e, ERR_INFRA, "%s did not end in time and was stopped", program);
	return err_hint(e, "it hangs, or it needs more than the unit's \"deadline\"; try it by hand");
}

static void read_output(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	for (off_t at = 0; (n = pread(fd, chunk, sizeof chunk, at)) > 0 && out->len < ORDER_OUTPUT_MAX; at += n)
		add_output(out, chunk, (size_t)n);
}

/* Its output goes to memory and not through a pipe: whatever it leaves running may hold that open for ever. */
int order_here(const char *const *argv, const struct switch_wait *wait, struct buf *out, struct err *e)
{
	int fd = memfd_create("output", MFD_CLOEXEC), status, rc;
	pid_t pid;

	if (fd < 0)
		return err_sys(e, ERR_INFRA, "cannot make a file for output");
	pid = proc_start(&(struct proc_spec){.argv = argv, .in = -1, .out = fd, .err = fd}, e);
	if (pid < 0) {
		close(fd);
		return -1;
	}
	rc = follow(pid, argv[0], wait, &status, e);
	read_output(fd, out);
	close(fd);
	return rc < 0 ? rc : judge(argv[0], status, out, e);
}

/* ---- there ---- */

/* Until its output ends. 0, or -1: not in time, or stopped. */
static int hear_out(const struct ssh_stream *s, const struct switch_wait *wait, struct buf *out, struct err *e)
{
	struct pollfd p[] = {{.fd = s->fd, .events = POLLIN}, {.fd = wait->stoppable ? cancel_fd() : -1, .events = POLLIN}};
	char chunk[4096];

	for (;;) {
		int n = poll(p, 2, clock_poll_timeout(wait->deadline_ms));
		ssize_t got;

		if (n < 0 && errno == EINTR)
			continue;
		if (p[1].revents && n > 0)
			return err_set(e, ERR_CANCELLED, "stopped by a signal while a command was running on %s", s->host->host);
		if (n <= 0) {
			err_set(e, ERR_INFRA, "the command on %s did not end in time", s->host->host);
			return err_hint(e, "it hangs, or it needs more than the unit's \"deadline\"; what it leaves running "
					   "must not keep its output: >/dev/null 2>&1");
		}
		got = read(s->fd, chunk, sizeof chunk);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			return 0;
		if (got > 0)
			add_output(out, chunk, (size_t)got);
	}
}

int order_there(const struct ssh_host *host, const char *command, const struct switch_wait *wait, struct buf *out,
		struct err *e)
{
	char why[sizeof ((struct ssh_report *)0)->what], words[TEXT_QUOTED + 2];
	struct ssh_stream s;
	int rc, status = -1;

	if (ssh_open(&s, host, command, false, wait->deadline_ms, wait->stoppable, e) < 0)
		return -1;
	rc = hear_out(&s, wait, out, e);
	if (rc == 0)
		status = ssh_why_ended(&s, why, sizeof why);
	ssh_close(&s);
	if (rc < 0 || status == 0)
		return rc;
	add_last_words(out, words);
	err_set(e, ERR_INFRA, "%s%s", why, words);
	return err_hint(e, "try it by hand there as the user whom ssh lets in");
}

/* ---- readings ---- */

static bool has(const struct buf *out, const struct text_pattern *text)
{
	struct pattern *p = pattern_create(text->regex, NULL);
	struct pattern_span at;
	const char *reason;
	bool found = p && pattern_find(p, out->data ? out->data : "", out->len, 0, PATTERN_ENDED, &at, &reason) == PATTERN_FOUND;

	pattern_destroy(p);
	return found;
}

int order_reading(const struct buf *out, const struct text_pattern *on, const struct text_pattern *off, const char *by,
		  enum power_state *state, struct err *e)
{
	bool says_on = has(out, on), says_off = has(out, off);
	char words[TEXT_QUOTED + 2];

	*state = says_on == says_off ? POWER_UNKNOWN : says_on ? POWER_ON : POWER_OFF;
	if (*state != POWER_UNKNOWN)
		return 0;
	add_last_words(out, words);
	err_set(e, ERR_INFRA, "%s says %s%s", by, says_on ? "both on and off" : "neither on nor off", words);
	return err_hint(e, "look at \"on\" and \"off\" of the unit's \"state\": they are searched for in what it prints");
}
