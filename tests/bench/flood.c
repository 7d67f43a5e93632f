/*
 * How fast a console is read and matched: another process writes console text into a pty as fast as it goes, and the tty
 * driver reads it the way a session does, with or without the watch and its denied patterns. Without them it shows what
 * the pty gives.
 *
 * flood MIB PATTERNS...
 * Prints, for each number of patterns in the order given, the MB/s, and the MB per second of the reader's processor time.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "board/console/console.h"
#include "match/watch.h"
#include "patterns.h"
#include "util/clock.h"
#include "util/mem.h"

enum { CHUNK = 64 * 1024, BLOCK = 1 << 20 }; /* CHUNK: as in session/pump.c */

/* What each MiB ends with: it must be found every time, or the figure is worth nothing. */
static const char denied[] = "\r\nKERNEL DATA ABORT!\r\n";

static void die(const struct err *e)
{
	err_print(stderr, e);
	exit(1);
}

/* The board: so many MiB of text on the pty, and then it waits to be ended. */
static pid_t start_board(int master, int mib)
{
	pid_t pid = fork();
	char *text;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	text = bench_text(BLOCK);
	memcpy(text + BLOCK - sizeof denied + 1, denied, sizeof denied - 1);
	for (int i = 0; i < mib; i++)
		for (ssize_t at = 0, n; at < BLOCK; at += n) {
			n = write(master, text + at, (size_t)(BLOCK - at));
			if (n < 0)
				_exit(1);
		}
	for (;;)
		pause();
}

static int open_pty(char *name, size_t size)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, name, size) != 0 ||
	    tcgetattr(master, &t) < 0) {
		perror("flood: pty");
		exit(1);
	}
	cfmakeraw(&t);
	tcsetattr(master, TCSANOW, &t);
	return master;
}

static struct watch *make_watch(int patterns)
{
	struct watch *w = patterns ? watch_create() : NULL;
	struct err e;

	for (int i = 0; i < patterns; i++) {
		char *regex = bench_pattern((size_t)i);

		if (watch_deny(w, regex, i, &e) < 0)
			die(&e);
		free(regex);
	}
	return w;
}

/* How many denied texts were found. */
static size_t read_all(struct console *c, struct watch *w, size_t total)
{
	static char chunk[CHUNK];
	struct watch_hit hit;
	size_t hits = 0, n;
	ssize_t last = -1;
	struct err e;

	for (size_t had = 0; had < total; had += n) {
		struct pollfd p = {.fd = c->fd, .events = POLLIN};

		n = poll(&p, 1, -1) > 0 ? console_read_on(c, chunk, sizeof chunk, &last, &e) : 0;
		if (last == 0 || last < -1) {
			fputs("flood: the console has ended\n", stderr);
			exit(1);
		}
		if (n && w)
			watch_feed(w, chunk, n);
		while (w && watch_next_denied(w, &hit))
			hits++;
	}
	return hits;
}

static double processor_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void measure(int mib, int patterns)
{
	char name[64];
	int master = open_pty(name, sizeof name), status;
	struct console_tty tty = {.place = TTY_DEVICE, .device = name, .baud = 115200};
	struct unit_console spec = {.driver = CONSOLE_TTY, .tty = &tty};
	struct console *c = console_create(&spec);
	struct watch *w = make_watch(patterns);
	size_t total = (size_t)mib * BLOCK;
	double begun, worked;
	struct err e;
	pid_t board;

	if (console_open(c, &e) < 0)
		die(&e);
	worked = processor_us();
	begun = (double)clock_us();
	board = start_board(master, mib);
	if (read_all(c, w, total) != (w ? (size_t)mib : 0)) {
		fputs("flood: not what the text has was found\n", stderr);
		exit(1);
	}
	begun = (double)clock_us() - begun;
	worked = processor_us() - worked;
	kill(board, SIGKILL);
	waitpid(board, &status, 0);
	console_destroy(c);
	watch_destroy(w);
	close(master);
	printf("%.1f %.1f ", (double)total / begun, (double)total / worked);
}

int main(int argc, char **argv)
{
	int mib = argc > 2 ? atoi(argv[1]) : 0;

	if (mib < 1) {
		fputs("usage: flood MIB PATTERNS...\n", stderr);
		return 2;
	}
	for (int i = 2; i < argc; i++)
		measure(mib, atoi(argv[i]));
	printf("\n");
	return 0;
}
