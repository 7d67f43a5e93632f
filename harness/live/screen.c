#include "live/screen.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/file.h"
#include "util/utf8.h"

#define ERASE_BELOW "\033[J"
#define ERASE_REST "\033[K"

/* We were stopped, and what stands above the cursor is somebody else's now. A signal handler has no other way to tell. */
static volatile sig_atomic_t continued;

static void on_continue(int sig)
{
	(void)sig;
	continued = 1;
}

static bool says(const char *name)
{
	const char *value = getenv(name);

	return value && *value && strcmp(value, "0") != 0 && strcmp(value, "false") != 0;
}

bool screen_fits(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0 && !says("CI");
}

void screen_measure(struct screen *s)
{
	struct winsize size = {0};
	bool known = ioctl(s->fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row;

	s->columns = known ? size.ws_col : 80;
	s->rows = known ? size.ws_row : 24;
}

void screen_open(struct screen *s, int fd)
{
	struct sigaction sa = {.sa_handler = on_continue, .sa_flags = SA_RESTART};

	*s = (struct screen){.fd = fd};
	sigemptyset(&sa.sa_mask);
	sigaction(SIGCONT, &sa, NULL);
	continued = 0;
	screen_measure(s);
}

void screen_print(struct screen *s, const char *text, size_t n)
{
	buf_add(&s->above, text, n);
}

/* Columns of a line of ours, whose only control sequences are colours. */
static size_t width_of(const char *line, size_t n)
{
	size_t width = 0;

	while (n) {
		const char *escape = memchr(line, '\033', n);
		size_t plain = escape ? (size_t)(escape - line) : n;
		const char *end = escape ? memchr(escape, 'm', n - plain) : NULL;
		size_t all = end ? (size_t)(end - line) + 1 : n;

		width += utf8_width(line, plain);
		line += all;
		n -= all;
	}
	return width;
}

size_t screen_rows_of(const char *lines, size_t n, size_t columns)
{
	size_t rows = 0;

	while (n) {
		const char *end = memchr(lines, '\n', n);
		size_t len = end ? (size_t)(end - lines) : n, width = width_of(lines, len);

		rows += width > columns && columns ? (width + columns - 1) / columns : 1;
		len += end ? 1 : 0;
		lines += len;
		n -= len;
	}
	return rows;
}

/* A terminal that has become narrower has broken the lines that stood there. */
static void go_up(struct screen *s, struct buf *out)
{
	size_t rows = s->shown.len ? screen_rows_of(s->shown.data, s->shown.len, s->columns) : 0;

	rows = rows < s->rows ? rows : s->rows - 1;
	buf_adds(out, "\r");
	if (rows)
		buf_printf(out, "\033[%zuA", rows);
}

static void add_lines(struct buf *out, const struct buf *lines)
{
	for (size_t i = 0; i < lines->len; i++) {
		if (lines->data[i] == '\n')
			buf_adds(out, ERASE_REST);
		buf_addc(out, lines->data[i]);
	}
}

/* It is not ours to draw on while another process group has it. */
static bool in_background(const struct screen *s)
{
	pid_t group = tcgetpgrp(s->fd);

	return group > 0 && group != getpgrp();
}

static bool takes_output(const struct screen *s)
{
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

static void put(struct screen *s, const struct buf *lines)
{
	struct buf out = {0};

	go_up(s, &out);
	if (s->above.len) {
		buf_adds(&out, ERASE_BELOW);
		buf_add(&out, s->above.data, s->above.len);
	}
	add_lines(&out, lines);
	buf_adds(&out, ERASE_BELOW);
	file_write_all(s->fd, out.data, out.len);
	buf_finish(&out);
	buf_clear(&s->above);
	buf_clear(&s->shown);
	if (lines->len)
		buf_add(&s->shown, lines->data, lines->len);
	s->shown_columns = s->columns;
}

static void put_above(struct screen *s)
{
	if (s->above.len)
		file_write_all(s->fd, s->above.data, s->above.len);
	buf_clear(&s->above);
}

static bool is_shown(const struct screen *s, const struct buf *lines)
{
	return s->columns == s->shown_columns && lines->len == s->shown.len &&
	       (!lines->len || memcmp(lines->data, s->shown.data, lines->len) == 0);
}

void screen_draw(struct screen *s, const struct buf *lines)
{
	if (continued)
		buf_clear(&s->shown);
	continued = 0;
	if (in_background(s)) {
		buf_clear(&s->shown); /* a shell has written over it */
		if (s->above.len && takes_output(s))
			put_above(s);
		return;
	}
	if ((s->above.len || !is_shown(s, lines)) && takes_output(s))
		put(s, lines);
}

void screen_close(struct screen *s)
{
	static const struct buf nothing = {0};

	if (s->shown.len && !continued && !in_background(s))
		put(s, &nothing);
	else
		put_above(s);
	buf_finish(&s->above);
	buf_finish(&s->shown);
}
