/*
 * A board behind a machine queue (seL4's mq.sh), as the `mq` section of a board unit describes it: the queue locks it,
 * switches it, loads it and follows its console. All strings live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_MQ_H
#define RUNTEST_CONFIG_MQ_H

#include <stdint.h>

#define MQ_FILE "{file}" /* a file of this machine, absolute */
#define MQ_NAME "{name}" /* what it is called there: unlike any other session's */

/* A client that runs on another machine reads files of that machine. */
struct mq_remote {
	const char *const *copy;   /* command that brings a file there */
	const char *path;          /* what the client calls it then */
	const char *const *remove; /* command that takes it away again */
};

struct unit_mq {
	int line;                   /* of its file */
	const char *const *command; /* the client and what runs it, NULL-terminated: {"mq.sh"} */
	const char *const *boards;  /* what it is called there; several are tried in order; NULL-terminated */
	const struct mq_remote *remote; /* NULL: the client runs here */
	const char *started;        /* what the console says when the image takes over; NULL: nothing in particular */
	int64_t wait_ms;            /* how long the lock may be waited for */
	int64_t retry_ms;           /* between two tries for it */
	int64_t reclaim_ms;         /* the lock may be taken from us after so long */
	int64_t job_ms;             /* of one boot, from power-on */
	int64_t boot_ms;            /* of it, until `started` is said */
	int64_t stop_ms;            /* how long the client may take to switch the board off */
};

#endif
