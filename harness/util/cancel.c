#include "util/cancel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* The one global state of the program: a process has one set of signal handlers. */
static int wake[2] = {-1, -1}, drain_wake[2] = {-1, -1}, insist_wake[2] = {-1, -1};
static volatile sig_atomic_t requested, drains_first, draining, insisted;

static void tell(int fd)
{
	if (write(fd, "x", 1) < 0)
		errno = 0; /* the pipe is full of requests already: good enough */
}

void cancel_request(int sig)
{
	if (requested)
		return;
	requested = sig;
	tell(wake[1]);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (sig == SIGINT && info->si_code == SI_KERNEL && drains_first && !draining) {
		draining = 1;
		tell(drain_wake[1]);
	} else if (requested && !insisted) {
		insisted = 1;
		tell(insist_wake[1]);
	} else {
		cancel_request(sig);
	}
	errno = saved;
}

static void open_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		ends[0] = ends[1] = -1;
}

static void close_pipe(int ends[2])
{
	if (ends[0] >= 0) {
		close(ends[0]);
		close(ends[1]);
	}
	ends[0] = ends[1] = -1;
}

static void listen_to(int sig)
{
	struct sigaction sa = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

void cancel_init(void)
{
	open_pipe(wake);
	open_pipe(drain_wake);
	open_pipe(insist_wake);
	listen_to(SIGINT);
	listen_to(SIGTERM);
	listen_to(SIGHUP);
	signal(SIGPIPE, SIG_IGN);
}

void cancel_rearm(void)
{
	close_pipe(wake);
	close_pipe(drain_wake);
	close_pipe(insist_wake);
	open_pipe(wake);
	signal(SIGINT, SIG_IGN); /* forgets one that waits */
	listen_to(SIGINT);
	drains_first = draining = insisted = 0;
	requested = 0;
}

void cancel_hold(bool on)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

int cancel_fd(void)
{
	return wake[0];
}

bool cancel_requested(void)
{
	return requested != 0;
}

bool cancel_comes(void)
{
	enum { SOON_MS = 3000 };
	struct pollfd stop = {.fd = wake[0], .events = POLLIN};

	if (!requested)
		poll(&stop, 1, SOON_MS);
	return requested != 0;
}

bool cancel_insisted(void)
{
	return insisted != 0;
}

int cancel_insist_fd(void)
{
	return insist_wake[0];
}

void cancel_drain_first(bool on)
{
	drains_first = on;
}

bool cancel_draining(void)
{
	return draining != 0;
}

int cancel_drain_fd(void)
{
	return drain_wake[0];
}

int cancel_exit_status(void)
{
	if (!requested)
		return 0;
	return requested == SIGINT ? 130 : 143;
}
