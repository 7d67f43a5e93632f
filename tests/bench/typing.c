/*
 * Typing at a U-Boot: long commands as the load driver types them, with every character's echo compared, against the same
 * with a fixed pause of 10 ms after each character. Either way the answer must be what was typed.
 *
 * typing COMMANDS PACED_COMMANDS POWER_ON tty DEVICE | tcp HOST PORT
 * POWER_ON is for the shell. Prints the characters per second of both.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "board/console/console.h"
#include "board/load/prompt.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

enum { WORD = 120, PAUSE_MS = 10, LIMIT_MS = 120000 };

struct line {
	struct load_line base;
	struct console *console;
};

static void die(const struct err *e)
{
	err_print(stderr, e);
	exit(1);
}

static enum line_state line_send(struct load_line *l, const char *bytes, size_t n, int64_t deadline_ms)
{
	struct err e;

	while (n) {
		ssize_t put = console_write(((struct line *)l)->console, bytes, n, &e);

		if (put < 0)
			die(&e);
		bytes += put;
		n -= (size_t)put;
		if (n && clock_ms() >= deadline_ms)
			return LINE_LATE;
	}
	return LINE_OK;
}

static enum line_state line_receive(struct load_line *l, struct buf *in, int64_t deadline_ms)
{
	struct console *c = ((struct line *)l)->console;
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	char chunk[4096];
	struct err e;
	ssize_t n = -1;

	while (n == -1) {
		if (poll(&p, 1, clock_poll_timeout(deadline_ms)) == 0)
			return LINE_LATE;
		n = console_read(c, chunk, sizeof chunk, &e);
	}
	if (n < -1)
		die(&e);
	if (n == 0)
		return LINE_ENDED;
	buf_add(in, chunk, (size_t)n);
	return LINE_OK;
}

static void line_handing_over(struct load_line *l)
{
	(void)l;
}

static const struct load_line_ops ops = {line_send, line_receive, line_handing_over};

static char *command_of(int number)
{
	char *command = xmalloc(WORD + 6);

	memcpy(command, "echo ", 5);
	for (int i = 0; i < WORD; i++)
		command[5 + i] = "abcdefghijklmnopqrstuvwxyz0123456789"[(i * 7 + number * 5) % 36];
	command[5 + WORD] = '\0';
	return command;
}

/* Character by character; false where U-Boot does not answer. */
static bool run_paced(struct prompt *p, const char *command, struct buf *said)
{
	for (const char *c = command; *c; c++) {
		if (line_send(p->line, c, 1, p->deadline_ms) != LINE_OK)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000}, NULL);
	}
	buf_clear(said);
	return line_send(p->line, "\r", 1, p->deadline_ms) == LINE_OK && prompt_await(p, command, said) == LOAD_DONE;
}

static bool run_echoed(struct prompt *p, const char *command, struct buf *said)
{
	return prompt_run(p, command, said) == LOAD_DONE;
}

/* Characters per second, with what follows a command until the prompt is there again. */
static double measure(struct prompt *p, int commands, bool (*run)(struct prompt *p, const char *command, struct buf *said))
{
	struct buf said = {0};
	int64_t begun = clock_us();

	for (int i = 0; i < commands; i++) {
		char *command = command_of(i);

		if (!run(p, command, &said)) {
			err_print(stderr, p->err);
			exit(1);
		}
		/* The answer's line; the typed one is echo. */
		if (!said.data || !memmem(said.data, said.len, command + 5, WORD)) {
			fprintf(stderr, "typing: characters were lost: %s\n", said.data ? said.data : "");
			exit(1);
		}
		free(command);
	}
	buf_finish(&said);
	return commands * (WORD + 5) * 1e6 / (double)(clock_us() - begun);
}

static void power_on(const char *command)
{
	struct proc_spec shell = {.argv = (const char *const[]){"sh", "-c", command, NULL}, .in = -1};
	struct err e;

	if (proc_run(&shell, NULL, &e) != 0) {
		fprintf(stderr, "typing: `%s` failed\n", command);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct console_tty tty = {.place = TTY_DEVICE, .device = argc > 5 ? argv[5] : NULL, .baud = 115200};
	struct console_tcp tcp = {.host = argc > 5 ? argv[5] : NULL, .port = argc > 6 ? atoi(argv[6]) : 0, .protocol = TCP_RAW};
	struct unit_console spec = {.driver = argc == 7 ? CONSOLE_TCP : CONSOLE_TTY, .tty = &tty, .tcp = &tcp};
	struct uboot_board is = {.prompt = "=> ", .banner = "U-Boot 20", .autoboot = "Hit any key to stop autoboot", .interrupt = " "};
	struct line line = {.base = {&ops}};
	struct prompt p;
	struct err e;
	double echoed;

	if (argc != 6 && argc != 7) {
		fputs("usage: typing COMMANDS PACED_COMMANDS POWER_ON tty DEVICE | tcp HOST PORT\n", stderr);
		return 2;
	}
	line.console = console_create(&spec);
	if (console_open(line.console, &e) < 0)
		die(&e);
	prompt_init(&p, &line.base, &is, clock_ms() + LIMIT_MS, &e);
	power_on(argv[3]);
	if (prompt_reach(&p) != LOAD_DONE)
		die(&e);
	echoed = measure(&p, atoi(argv[1]), run_echoed);
	printf("%.0f %.1f\n", echoed, measure(&p, atoi(argv[2]), run_paced));
	prompt_finish(&p);
	console_destroy(line.console);
	return 0;
}
