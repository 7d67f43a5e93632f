/*
 * A console: bytes from and to the board. The base owns the descriptor (non-blocking) and what is said of the line's
 * end; a driver opens and closes, and reads and writes where bytes on the way are not the board's own.
 *
 * Opened before power goes on, so that the first byte is never lost, and heard out: what was on the line before is none
 * of this boot's. The order: console_create, console_open, (console_read until it is silent), power on,
 * console_powered, ..., console_destroy.
 */
#ifndef RUNTEST_BOARD_CONSOLE_H
#define RUNTEST_BOARD_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/console.h"
#include "util/err.h"

struct console;

struct console_ops {
	const char *name;
	bool late;        /* there is no line before power is on */
	int64_t settle_ms; /* how long it must be silent to be heard out, where the unit does not say */
	int (*open)(struct console *c, struct err *e); /* sets c->fd and c->out_fd */
	void (*close)(struct console *c);              /* and forgets them */
	void (*destroy)(struct console *c);
	/* As console_read and console_write; NULL: read(2) of c->fd, write(2) to c->out_fd. */
	ssize_t (*read)(struct console *c, void *out, size_t n, struct err *e);
	ssize_t (*write)(struct console *c, const void *bytes, size_t n, struct err *e);
	int (*powered)(struct console *c, struct err *e);               /* power has gone on; NULL: no matter */
	int (*send_break)(struct console *c, int64_t ms, struct err *e); /* NULL: there is none on this line */
};

struct console {
	const struct console_ops *ops;
	int fd;          /* poll it for reading; -1: not open */
	int out_fd;      /* what goes to the board; the same as fd where the line is one descriptor; -1: nothing now */
	char why[256];   /* why the line ended, once it has and the driver knows; else empty */
	unsigned gaps;   /* how often the line went away and came back while it was open ... */
	int64_t away_ms; /* ... and for how long in all */
};

/* The driver that a unit's console section asks for; nothing is opened. `c` outlives it. Never NULL. */
struct console *console_create(const struct unit_console *c);

/* ERR_INFRA, ERR_CANCELLED. Within CONSOLE_OPEN_MS, and what a server takes over its options. */
enum { CONSOLE_OPEN_MS = 20000 };
int console_open(struct console *c, struct err *e);
int console_powered(struct console *c, struct err *e);
void console_destroy(struct console *c); /* closes; NULL is fine */

/* What has come, up to n bytes: their number, 0 at the end of the line (hung up), -1 for nothing now, -2 on error. */
ssize_t console_read(struct console *c, void *out, size_t n, struct err *e);

/* The same over and over, while reads are as long as CONSOLE_MORE: a pty gives 4 KiB at a time, and what is done with the
 * bytes costs less in large pieces. How much has come; *last: what the last read said. */
enum { CONSOLE_MORE = 2048 };
size_t console_read_on(struct console *c, void *out, size_t n, ssize_t *last, struct err *e);

/* Write what the line takes now: the number of bytes (0: none at the moment), or -1 on error. */
ssize_t console_write(struct console *c, const void *bytes, size_t n, struct err *e);

/* A break condition of so many milliseconds; waits for it. ERR_INFRA where the line has none. */
int console_break(struct console *c, int64_t ms, struct err *e);

/* For drivers: the line has ended, and that is why (one sentence without a full stop). Returns 0. */
int console_ended(struct console *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct machine;
/* The serial line of a QEMU machine, which stays the machine's. */
struct console *console_qemu_create(struct machine *m);

/* One per kind of console; what is pointed to outlives the console. */
struct console *console_tty_create(const struct console_tty *t);
struct console *console_tcp_create(const struct console_tcp *t);
struct console *console_ssh_create(const struct console_ssh *s);
struct console *console_exec_create(const struct console_exec *x);
struct console *console_replay_create(const struct console_replay *r);

#endif
