/*
 * The lab's control socket, in its folder: one line of words comes in, one line goes out, "ok TEXT" or "error TEXT".
 * Only who may enter the folder reaches it: the user whose lab it is.
 */
#ifndef RUNTEST_LAB_CONTROL_H
#define RUNTEST_LAB_CONTROL_H

#include <stddef.h>

#include "lab/loop.h"
#include "util/buf.h"
#include "util/err.h"

enum { CONTROL_WORDS = 8, CONTROL_LINE_MAX = 1024 };

/* Answer it now or later, once, with control_answer or control_refuse; never is allowed too. */
typedef void control_handler(void *ctx, unsigned talk, char *const *words, size_t count);

struct control_talk;

struct control {
	struct loop *loop;
	int fd;
	control_handler *handle;
	void *ctx;
	struct control_talk *talks;
	unsigned last;
};

int control_open(struct control *c, struct loop *loop, const char *folder, control_handler *handle, void *ctx,
		 struct err *e);
void control_close(struct control *c);

/* The end of a talk; one that is over already (who asked has gone) is no error. */
void control_answer(struct control *c, unsigned talk, const char *text);
void control_refuse(struct control *c, unsigned talk, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The other side: tell the lab in that folder so many words, and wait for what it says, however long. The text in
 * answer. ERR_INFRA when there is no lab or it refuses, ERR_CANCELLED. */
int control_tell(const char *folder, char *const *words, size_t count, struct buf *answer, struct err *e);

#endif
