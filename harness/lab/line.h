/*
 * The serial line between a lab board and whoever has its console: on the host's side a tty (one end of a pty pair,
 * under a name that stays), on the board's a socket to its QEMU, while that has power. Between them is what can go wrong
 * on such a line.
 *
 * What the board says waits in the tty until somebody reads it; when nobody has for a second and the tty is full, what
 * comes is lost, as on any serial line. What is typed while the board has no power is lost.
 */
#ifndef RUNTEST_LAB_LINE_H
#define RUNTEST_LAB_LINE_H

#include <stdbool.h>

#include "lab/garble.h"
#include "lab/loop.h"
#include "util/buf.h"
#include "util/err.h"

/* What becomes of what is typed. */
enum line_input {
	LINE_INPUT_PASSES,
	LINE_INPUT_MISSES_AUTOBOOT, /* lost until U-Boot's countdown is over */
	LINE_INPUT_DIES_AT_PROMPT,  /* lost from U-Boot's first prompt on */
	LINE_INPUT_LOST,
};

struct line {
	struct loop *loop;
	char *link;              /* the host's name for it */
	int master, slave;       /* the pty pair; -1: unplugged */
	int board;               /* -1: no power */
	struct buf to_host;      /* what the tty has not taken yet */
	unsigned unread_looks;   /* how often it was found full, with nothing read since the last time */
	bool unread;             /* it is full, and nobody reads */
	struct garble from_board, from_host;
	enum line_input input;
	char *half_typed;        /* put on U-Boot's line at its first prompt, or NULL */
	struct buf recent;       /* the end of what the board said since it has power */
	bool counted, prompted;  /* its countdown is over; its prompt was there */
};

/* Plug it in: a tty that is called `link` (a symbolic link). ERR_INFRA. */
int line_open(struct line *l, struct loop *loop, const char *link, struct err *e);
void line_close(struct line *l);

/* As if the USB adapter were pulled out, and put in again. */
void line_unplug(struct line *l);
int line_plug(struct line *l, struct err *e);

/* The board has power: `fd` is its end (taken over). And has none any more. */
void line_connect(struct line *l, int fd);
void line_disconnect(struct line *l);

/* The board has started again, with its power on. */
void line_restarted(struct line *l);

/* As if the board had said it; as if it had been typed. */
void line_say(struct line *l, const char *bytes, size_t n);
void line_type(struct line *l, const char *bytes, size_t n);

#endif
