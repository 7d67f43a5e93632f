#include "hand/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "util/file.h"

/* A process has one terminal and one set of signal handlers, which have no other way to know. */
static int terminal_fd = -1;
static struct termios before, raw;
static volatile sig_atomic_t is_raw;

/* tcsetattr(3) may be called from a signal handler (POSIX); nobody waits for a terminal that does not take its output. */
static void set(const struct termios *how)
{
	while (tcsetattr(terminal_fd, TCSANOW, how) < 0 && errno == EINTR)
		;
}

void terminal_restore(void)
{
	if (!is_raw)
		return;
	is_raw = 0;
	set(&before);
}

/* It ends us all the same: the handler is gone by now (SA_RESETHAND), and the signal comes again. */
static void on_end(int sig)
{
	int saved = errno;

	terminal_restore();
	raise(sig);
	errno = saved;
}

/* Stopped from outside: the shell gets its terminal as it was, and we go on where we were. */
static void on_stop(int sig)
{
	int saved = errno;
	bool was = is_raw;

	(void)sig;
	if (was)
		set(&before);
	raise(SIGSTOP);
	if (was)
		set(&raw);
	errno = saved;
}

static void install(void)
{
	static const int ends[] = {SIGQUIT, SIGILL, SIGABRT, SIGBUS,    SIGFPE,  SIGSEGV, SIGSYS, SIGUSR1,
				   SIGUSR2, SIGALRM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF};
	struct sigaction end = {.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND};
	struct sigaction stop = {.sa_handler = on_stop, .sa_flags = SA_RESTART};

	sigemptyset(&end.sa_mask);
	sigemptyset(&stop.sa_mask);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		sigaction(ends[i], &end, NULL);
	sigaction(SIGTSTP, &stop, NULL);
	atexit(terminal_restore);
}

int terminal_raw(int fd, struct err *e)
{
	if (tcgetattr(fd, &before) < 0)
		return err_sys(e, ERR_INFRA, "cannot read the terminal's settings");
	if (terminal_fd < 0)
		install();
	terminal_fd = fd;
	raw = before;
	cfmakeraw(&raw);
	is_raw = 1;
	set(&raw);
	return 0;
}

void terminal_tidy(int fd)
{
	/* xterm's control sequences (invisible-island.net/xterm/ctlseqs): the normal screen, around saved cursor the whole
	 * scrolling region, no reports of mouse or focus, no bracketed paste, lines wrap, cursor seen, keys as usual. */
	static const char sequences[] = "\x1b[?1047l\x1b""7\x1b[r\x1b""8\x1b[?1000;1002;1003;1004;1006;2004l\x1b[?7;25h"
					"\x1b[?1l\x1b>\x1b(B\x0f\x1b[0m";
	const char *term = getenv("TERM");

	if (isatty(fd) && term && strcmp(term, "dumb") != 0)
		file_write_all(fd, sequences, sizeof sequences - 1);
}
