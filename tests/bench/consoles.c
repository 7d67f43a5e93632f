/*
 * Many serial consoles at a time, and what reading them costs at the least.
 *
 * consoles talk COUNT FOLDER CRC32: so many boards, whose lines are FOLDER/tty0 and on. "on N" and "off N" on the FIFO
 * FOLDER/power switch them. One that is on says what a U-Boot says, takes any command, has the CRC-32 in its RAM whatever
 * was loaded, and once it is told to boot talks without a pause, at 115,200 baud, a few bytes each millisecond as a UART
 * gives them. "read N" makes it talk at once. What a line does not take is lost, and told on SIGTERM.
 *
 * consoles read COUNT FOLDER: processes that read those lines, one each, into FOLDER/read0 and on, and nothing more.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "patterns.h"
#include "util/clock.h"

enum { MOST = 256, TEXT = 1 << 16, BYTES_PER_S = 11520 };

struct board {
	int line;
	enum { OFF, COUNTS, PROMPT, TALKS } state;
	char command[512];
	size_t typed;
	int64_t since_us; /* it has talked */
	uint64_t said;    /* of the text, since then */
};

static struct board boards[MOST];
static int count;
static const char *crc;
static uint64_t lost;
static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "consoles: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void put(struct board *b, const char *bytes, size_t n)
{
	ssize_t done = write(b->line, bytes, n);

	lost += n - (done > 0 ? (size_t)done : 0);
}

__attribute__((format(printf, 2, 3))) static void say(struct board *b, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	put(b, text, strlen(text));
}

static void talk(struct board *b)
{
	b->state = TALKS;
	b->since_us = clock_us();
	b->said = 0;
}

static void obey(struct board *b)
{
	b->command[b->typed] = '\0';
	b->typed = 0;
	say(b, "\r\n");
	if (strstr(b->command, "crc32 "))
		say(b, "crc32 for 0 ... 0 ==> %s\r\n", crc);
	if (strstr(b->command, "booti ")) {
		say(b, "Starting kernel ...\r\n\r\n");
		talk(b);
		return;
	}
	say(b, "=> ");
}

static void take(struct board *b, char c)
{
	if (b->state == COUNTS) {
		b->state = PROMPT;
		say(b, "\r\n=> ");
	} else if (b->state == PROMPT && c == '\r') {
		obey(b);
	} else if (b->state == PROMPT && b->typed + 1 < sizeof b->command) {
		b->command[b->typed++] = c;
		put(b, &c, 1);
	}
}

static void listen_to(struct board *b)
{
	char typed[512];
	ssize_t n = read(b->line, typed, sizeof typed);

	for (ssize_t i = 0; i < n; i++)
		take(b, typed[i]);
}

/* What is due by now. */
static void go_on(struct board *b, const char *text)
{
	uint64_t due = (uint64_t)(clock_us() - b->since_us) * BYTES_PER_S / 1000000, n = due - b->said;
	uint64_t at = b->said % TEXT;

	if (!n)
		return;
	n = n < TEXT - at ? n : TEXT - at;
	put(b, text + at, n);
	b->said += n;
}

static void switch_one(const char *word, int number)
{
	struct board *b = &boards[number];

	if (number < 0 || number >= count)
		return;
	b->typed = 0;
	if (strcmp(word, "read") == 0) {
		talk(b);
	} else if (strcmp(word, "on") == 0) {
		b->state = COUNTS;
		say(b, "\r\nU-Boot 2023.01\r\n\r\nHit any key to stop autoboot:  2 ");
	} else {
		b->state = OFF;
	}
}

/* Whole lines; the beginning of one waits for its rest. */
static void switch_boards(int fifo)
{
	static char words[4096];
	static size_t kept;
	ssize_t n = read(fifo, words + kept, sizeof words - 1 - kept);
	char *rest = words, *end, word[8];
	int number;

	kept += n > 0 ? (size_t)n : 0;
	words[kept] = '\0';
	for (; (end = strchr(rest, '\n')); rest = end + 1)
		if (sscanf(rest, "%7s %d", word, &number) == 2)
			switch_one(word, number);
	kept = strlen(rest);
	memmove(words, rest, kept);
}

static int open_line(const char *folder, int number)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), slave;
	char name[64], *path = xasprintf("%s/tty%d", folder, number);
	struct termios t;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, name, sizeof name) != 0)
		die("pty");
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC); /* held open, so that a reader who goes is no hang-up */
	if (slave < 0 || tcgetattr(slave, &t) < 0)
		die(name);
	cfmakeraw(&t);
	if (tcsetattr(slave, TCSANOW, &t) < 0 || symlink(name, path) < 0)
		die(path);
	free(path);
	return master;
}

static int be_boards(const char *folder)
{
	char *path = xasprintf("%s/power", folder), *text = bench_text(TEXT);
	struct pollfd p[MOST + 1];
	int fifo;

	for (int i = 0; i < count; i++)
		boards[i].line = open_line(folder, i);
	if (mkfifo(path, 0600) < 0 || (fifo = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)) < 0)
		die(path);
	signal(SIGTERM, on_term);
	prctl(PR_SET_TIMERSLACK, 1);
	while (!stop) {
		for (int i = 0; i < count; i++)
			p[i] = (struct pollfd){.fd = boards[i].state == TALKS ? -1 : boards[i].line, .events = POLLIN};
		p[count] = (struct pollfd){.fd = fifo, .events = POLLIN};
		poll(p, (nfds_t)count + 1, 1);
		if (p[count].revents)
			switch_boards(fifo);
		for (int i = 0; i < count; i++)
			if (p[i].revents)
				listen_to(&boards[i]);
			else if (boards[i].state == TALKS)
				go_on(&boards[i], text);
	}
	printf("%llu\n", (unsigned long long)lost);
	free(path);
	free(text);
	return 0;
}

static int be_reader(const char *folder, int number)
{
	char *from = xasprintf("%s/tty%d", folder, number), *to = xasprintf("%s/read%d", folder, number), bytes[65536];
	int in = open(from, O_RDONLY | O_NOCTTY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((n = read(in, bytes, sizeof bytes)) > 0)
		if (write(out, bytes, (size_t)n) != n)
			die(to);
	return 1;
}

static int be_readers(const char *folder)
{
	for (int i = 0; i < count; i++)
		if (fork() == 0)
			_exit(be_reader(folder, i));
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	count = argc > 3 ? atoi(argv[2]) : 0;
	if (count >= 1 && count <= MOST && argc == 5 && strcmp(argv[1], "talk") == 0) {
		crc = argv[4];
		return be_boards(argv[3]);
	}
	if (count >= 1 && count <= MOST && argc == 4 && strcmp(argv[1], "read") == 0)
		return be_readers(argv[3]);
	fputs("usage: consoles talk COUNT FOLDER CRC32 | read COUNT FOLDER\n", stderr);
	return 2;
}
