/* Calls of the queue's client. */
#ifndef RUNTEST_BOARD_MQ_CLIENT_H
#define RUNTEST_BOARD_MQ_CLIENT_H

#include "board/mq/queue.h"

/* The client's command with these words (NULL-terminated) behind it, in `a`. Where the client runs on another machine a shell
 * there splits the words anew, so they are quoted. */
const char *const *mq_words(const struct unit_mq *spec, const char *const *words, struct arena *a);

/* A command of the unit's with {file} and {name} replaced, in `a`. */
const char *const *mq_filled(const char *const *command, const char *file, const char *name, struct arena *a);
const char *mq_filled_text(const char *text, const char *file, const char *name, struct arena *a);

/* Run a command to its end, or till the deadline (clock_ms) or, with stop_fd >= 0, a signal; what it says goes to `said`. The
 * exit status, or -1 (ERR_INFRA, ERR_CANCELLED). */
int mq_call(const char *const *argv, int stop_fd, int64_t deadline_ms, struct buf *said, struct err *e);

/* How long a call that waits for nothing may take. */
enum { MQ_CALL_MS = 60000 };

#endif
