#include "lab/server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/port.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/proc.h"
#include "util/text.h"
#include "util/warden.h"

enum { READY_MS = 60000, LOOK_MS = 5, TRIES = 5 };

static void ended(void *ctx, short revents)
{
	struct server *s = ctx;

	(void)revents;
	fprintf(stderr, "lab: %s has ended by itself; %s may say why\n", s->name, s->log);
	server_stop(s);
}

static void give_ports_back(struct server *s)
{
	while (s->held_count)
		close(s->held[--s->held_count]);
}

/*
 * Held from now on, by a socket beside the server's own, which does not listen: boards' files name these ports, so nobody
 * else may be given one of them while the server is down. Who connects then is refused as if nobody held it.
 */
static int choose_ports(struct server *s, struct err *e)
{
	give_ports_back(s);
	while (s->held_count < s->port_count) {
		int fd = port_hold(&s->ports[s->held_count], e);

		if (fd < 0)
			return -1;
		s->held[s->held_count++] = fd;
	}
	return 0;
}

static int start(struct server *s, struct err *e)
{
	int log = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	struct proc_spec spec = {.argv = s->argv, .in = -1, .out = log, .err = log, .warden = s->warden};

	if (log < 0)
		return file_error(e, "write", s->log);
	s->pid = proc_start(&spec, e);
	close(log);
	if (s->pid < 0) {
		s->pid = 0;
		return -1;
	}
	s->pidfd = proc_pidfd(s->pid);
	return 0;
}

static bool has_ended(const struct server *s)
{
	struct pollfd p = {.fd = s->pidfd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static bool listens(const struct server *s)
{
	for (size_t i = 0; i < s->port_count; i++)
		if (!port_is_listened(s->ports[i], s->pid))
			return false;
	return true;
}

/* 1: it listens on all its ports; 0: it has ended, or does not; -1: we are to stop. */
static int wait_until_ready(const struct server *s, struct err *e)
{
	static const struct timespec pause = {0, LOOK_MS * 1000000L};
	int64_t deadline = clock_ms() + READY_MS;

	while (!listens(s)) {
		if (cancel_requested())
			return err_set(e, ERR_CANCELLED, "stopped while the lab was starting");
		if (has_ended(s) || clock_ms() >= deadline)
			return 0;
		nanosleep(&pause, NULL);
	}
	return 1;
}

int server_launch(struct server *s, struct err *e)
{
	s->pid = 0;
	s->pidfd = -1;
	return choose_ports(s, e) < 0 || s->configure(s, e) < 0 ? -1 : start(s, e);
}

static int watch(struct server *s)
{
	loop_watch(s->loop, s->pidfd, POLLIN, ended, s);
	return 0;
}

/* With the last of what it said itself: its folder may be gone before anybody looks. */
static int does_not_start(const struct server *s, const char *what, struct err *e)
{
	char quoted[TEXT_QUOTED];
	struct buf log;
	size_t last;

	buf_init(&log);
	file_read(s->log, &log, NULL);
	last = text_last_lines(log.data, log.len, 1);
	err_set(e, ERR_INFRA, "%s %s; the last it said is %s", s->name, what,
		log.len ? text_quote(quoted, log.data + last, log.len - last) : "nothing");
	err_at(e, s->log, 0, 0);
	err_hint(e, "that file says what it has against it");
	buf_finish(&log);
	return -1;
}

int server_await(struct server *s, struct err *e)
{
	for (int i = 0; i < TRIES; i++) {
		int rc = wait_until_ready(s, e);

		if (rc > 0)
			return watch(s);
		server_stop(s);
		if (rc < 0 || server_launch(s, e) < 0)
			return -1;
	}
	server_stop(s);
	return does_not_start(s, "does not start", e);
}

void server_stop(struct server *s)
{
	if (s->pid <= 0)
		return;
	loop_unwatch(s->loop, s->pidfd);
	/* A warden has to live until it has ended the others. */
	proc_end(s->pid, s->warden ? SIGTERM : SIGKILL, WARDEN_PATIENCE_MS);
	s->pid = 0;
	if (s->pidfd >= 0)
		close(s->pidfd);
	s->pidfd = -1;
}

void server_close(struct server *s)
{
	server_stop(s);
	give_ports_back(s);
}

int server_restart(struct server *s, struct err *e)
{
	int rc = 0;

	for (int i = 0; i < TRIES && rc == 0; i++) {
		server_stop(s);
		if (s->configure(s, e) < 0 || start(s, e) < 0)
			return -1;
		rc = wait_until_ready(s, e);
	}
	if (rc > 0)
		return watch(s);
	server_stop(s);
	return rc < 0 ? -1 : does_not_start(s, "does not start again", e);
}
