/*
 * A console: bytes from and to the board. The base owns the descriptor (non-blocking); a driver only opens and closes.
 * Opened and drained before power goes on, so that the first byte is never lost.
 */
#ifndef RUNTEST_BOARD_CONSOLE_H
#define RUNTEST_BOARD_CONSOLE_H

#include <stddef.h>
#include <sys/types.h>

#include "util/err.h"

struct console;

struct console_ops {
	const char *name;
	int (*open)(struct console *c, struct err *e); /* sets c->fd and c->out_fd */
	void (*close)(struct console *c);              /* and forgets it */
	void (*destroy)(struct console *c);
};

struct console {
	const struct console_ops *ops;
	int fd;     /* what the board says; -1: not open; poll it for reading */
	int out_fd; /* what goes to it; the same as fd where the line is one descriptor */
};

int console_open(struct console *c, struct err *e);
void console_destroy(struct console *c); /* closes; NULL is fine */

/* What has come, up to n bytes: their number, 0 at the end of the line (hung up), -1 for nothing now, -2 on error. */
ssize_t console_read(struct console *c, void *out, size_t n, struct err *e);

/* Write what the line takes now: the number of bytes (0: none at the moment), or -1 on error. */
ssize_t console_write(struct console *c, const void *bytes, size_t n, struct err *e);

struct machine;
/* The serial line of a QEMU machine, which stays the machine's. */
struct console *console_qemu_create(struct machine *m);

#endif
