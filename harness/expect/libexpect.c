/* The module expect.so: the only user of libexpect. It knows the terminal, nothing of consoles or scripts. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include "expect/dialogue.h"

/* the header is older than prototypes */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <expect.h>
#pragma GCC diagnostic pop

extern const struct dialogue_ops dialogue_module;

enum { FOUND = 1 };

/* libexpect's hook in the child takes no argument. */
static struct {
	const struct dialogue_spec *spec;
	pid_t parent;
} child;

static void reset_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* libexpect has put the terminal on 0, 1 and 2. */
static void lay_descriptors(const struct dialogue_spec *spec)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), log = spec->log >= 0 ? spec->log : null;

	dup2(log, 2);
	if (!spec->on_tty)
		return;
	dup2(log, 1);
	dup2(null, 0);
}

/* In the child, right before exec. */
static void prepare_child(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != child.parent)
		_exit(127);
	lay_descriptors(child.spec);
	for (const char *const *v = child.spec->env; v && *v; v++)
		putenv((char *)*v);
	reset_signals();
}

/* Our own pair, made raw in C: libexpect would run stty(1) in a shell, and "raw" there leaves the echo on. */
static int open_pair(int pair[2])
{
	struct termios t;
	int saved;

	pair[1] = -1;
	pair[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pair[0] < 0)
		return -1;
	if (grantpt(pair[0]) == 0 && unlockpt(pair[0]) == 0)
		pair[1] = open(ptsname(pair[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pair[1] >= 0 && tcgetattr(pair[1], &t) == 0) {
		cfmakeraw(&t);
		if (tcsetattr(pair[1], TCSANOW, &t) == 0)
			return 0;
	}
	saved = errno;
	close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
	errno = saved;
	return -1;
}

static int spawn(const struct dialogue_spec *spec, pid_t *pid, int *held)
{
	sigset_t all, before;
	int fd, saved;

	if (open_pair(exp_pty) < 0)
		return -1;
	*held = spec->on_tty ? fcntl(exp_pty[1], F_DUPFD_CLOEXEC, 0) : -1;
	exp_autoallocpty = 0;
	exp_loguser = 0; /* or it copies to our standard output */
	child.spec = spec;
	child.parent = getpid();
	exp_child_exec_prelude = prepare_child;
	/* a signal in the middle would leave the child waiting for libexpect's go-ahead for ever */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	saved = exp_pty[0];
	fd = exp_spawnv((char *)spec->argv[0], (char **)spec->argv);
	if (fd < 0) {
		int error = errno;

		close(saved);
		if (*held >= 0)
			close(*held);
		errno = error;
	} else {
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*pid = exp_pid;
	return fd;
}

/*
 * libexpect's own time-outs are whole seconds, and early. With a time-out of 0 it does one read and looks: the caller
 * polls, with deadlines in milliseconds. It still takes SIGALRM's handler, which is given back.
 */
static int look_for(int fd, const char *text, const char **rest, size_t *rest_len)
{
	struct sigaction alarm_before;
	int found;

	exp_timeout = 0;
	exp_remove_nulls = 0; /* what stands behind `text` must stay as it is */
	sigaction(SIGALRM, NULL, &alarm_before);
	found = exp_expectl(fd, exp_exact, text, FOUND, exp_end);
	sigaction(SIGALRM, &alarm_before, NULL);
	if (found == EXP_EOF || (found == -1 && errno != EAGAIN && errno != EINTR))
		return -1;
	if (found != FOUND)
		return 0;
	*rest = exp_match_end;
	*rest_len = (size_t)(exp_buffer_end - exp_match_end);
	return 1;
}

const struct dialogue_ops dialogue_module = {.spawn = spawn, .look_for = look_for};
