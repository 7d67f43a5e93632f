/*
 * A person, or a program on a pipe, at a board's console: what is typed goes to the board, what the board says is shown
 * and logged, until either has had enough.
 */
#ifndef RUNTEST_HAND_ATTACH_H
#define RUNTEST_HAND_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "board/console/console.h"
#include "hand/handlog.h"
#include "util/err.h"

struct attach_options {
	int in, out, notes;  /* descriptors: keys, what the board says, and what is said about it */
	bool interactive;    /* `in` is a terminal in raw mode: the escape key means us, lines end in CR LF */
	bool harmless;       /* nothing of the board's that a terminal would obey is shown (util/harmless.h) */
	bool returns;        /* a newline of the board's begins at the left, for boards that send LF alone */
	int escape;          /* as in struct keys */
	int64_t settle_ms;   /* what comes before such a silence was on the line already */
	int64_t linger_ms;   /* without a terminal: once the input has ended, until the board is silent so long */
	int64_t idle_ms;     /* it ends when nothing was typed for so long, and says so before; 0: it does not */
	/* May one stay? Asked a few times a second, with whether something was typed since it was asked before. -1 with the
	 * reason ends it at once; 1: yes, and e->what is said to the person. NULL: nobody is asked. */
	int (*may_stay)(void *ctx, bool typed, struct err *e);
	void *ctx;
};

enum attach_end {
	ATTACH_QUIT,      /* as ordered, or nobody reads the output any more */
	ATTACH_INPUT_END, /* all input was sent, and the board has fallen silent */
	ATTACH_LINE_END,  /* the console died: console->why says it where it is known */
};

/* The console is open, and stays so. How it ended, or -1: ERR_CANCELLED, ERR_INFRA (idle for too long, or as may_stay). */
int attach_run(struct console *c, struct handlog *log, const struct attach_options *o, struct err *e);

#endif
