#include "util/warden.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

/* Pipes, locks and consoles of the parent must not stay open because the warden, its copy, holds them too. */
static void close_all_but(const int *keep, size_t count)
{
	unsigned low = 0;

	for (;;) {
		unsigned next = UINT_MAX;

		for (size_t i = 0; i < count; i++)
			if (keep[i] >= 0 && (unsigned)keep[i] >= low && (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next == UINT_MAX)
			break;
		if (next > low)
			close_range(low, next - 1, 0);
		low = next + 1;
	}
	close_range(low, UINT_MAX, 0);
}

/* One round over those that are our children now; -1 when the kernel does not list them. */
static int kill_children(void)
{
	FILE *list = fopen("/proc/thread-self/children", "re");
	int pid;

	if (!list)
		return -1;
	while (fscanf(list, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	fclose(list);
	return 0;
}

/* Orphans come to us as their parents die, so the rounds end when nobody is left below. */
static void end_everything(void)
{
	do {
		if (kill_children() < 0)
			kill(0, SIGKILL); /* our group at least, and we with it */
	} while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

static void end_like(int status)
{
	static const struct rlimit no_core = {0, 0};
	sigset_t none;
	int sig;

	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	sig = WTERMSIG(status);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(sig, SIG_DFL);
	sigemptyset(&none);
	raise(sig);
	sigprocmask(SIG_SETMASK, &none, NULL);
	_exit(128 + sig);
}

/* Reap what has ended; whether the command was among it. */
static int reap(pid_t command, int *status)
{
	int ended = 0, st;
	pid_t pid;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid != command)
			continue;
		*status = st;
		ended = 1;
	}
	return ended;
}

/* Wait for a signal until the deadline: the signal, or 0. */
static int next_signal(const sigset_t *set, int64_t deadline_ms)
{
	int ms = clock_poll_timeout(deadline_ms);
	struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
	int sig = ms < 0 ? sigwaitinfo(set, NULL) : sigtimedwait(set, NULL, &t);

	return sig > 0 ? sig : 0;
}

static void watch(pid_t command, pid_t parent, const sigset_t *set)
{
	int64_t deadline = INT64_MAX;
	int status = SIGKILL; /* as wait(2) would report it */

	while (!reap(command, &status)) {
		int sig = next_signal(set, deadline);

		if (getppid() != parent || (!sig && clock_ms() >= deadline))
			break;
		/* Sent to the whole group: the command has it too, and a moment to obey. */
		if ((sig == SIGTERM || sig == SIGINT || sig == SIGHUP) && deadline == INT64_MAX)
			deadline = clock_ms() + WARDEN_GRACE_MS;
	}
	end_everything();
	end_like(status);
}

int warden_split(pid_t parent, const int *keep, size_t keep_count)
{
	sigset_t all;
	pid_t command;

	setpgid(0, 0);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGCHLD, SIG_DFL); /* an ignored one would reap the command before us */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (getppid() != parent)
		_exit(127);
	command = fork();
	if (command <= 0)
		return command;
	prctl(PR_SET_NAME, "runtest-warden");
	close_all_but(keep, keep_count);
	watch(command, parent, &all);
	return 0;
}
