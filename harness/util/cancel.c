#include "util/cancel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* The one global state of the program: a process has one set of signal handlers. */
static int wake[2] = {-1, -1};
static volatile sig_atomic_t requested;

static void on_signal(int sig)
{
	int saved = errno;

	if (!requested) {
		requested = sig;
		if (write(wake[1], "x", 1) < 0)
			errno = 0; /* the pipe is full of requests already: good enough */
	}
	errno = saved;
}

static void open_pipe(void)
{
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		wake[0] = wake[1] = -1;
}

void cancel_init(void)
{
	static const int sigs[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal};

	open_pipe();
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof sigs / sizeof sigs[0]; i++)
		sigaction(sigs[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void cancel_rearm(void)
{
	if (wake[0] >= 0) {
		close(wake[0]);
		close(wake[1]);
	}
	open_pipe();
	requested = 0;
}

int cancel_fd(void)
{
	return wake[0];
}

bool cancel_requested(void)
{
	return requested != 0;
}

int cancel_exit_status(void)
{
	if (!requested)
		return 0;
	return requested == SIGINT ? 130 : 143;
}
