/*
 * A recorded boot, run again: the same instructions, the same input, the same output (docs/recording.md).
 *
 * Order of calls: replay_start, then replay_wait as often as there is something to wait for, replay_finish. Whoever
 * debugs (machine.gdb_fd) must go on calling replay_wait meanwhile, or the console fills its pipe and stands still.
 */
#ifndef RUNTEST_REPLAY_REPLAY_H
#define RUNTEST_REPLAY_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/machine.h"
#include "replay/recording.h"
#include "util/buf.h"

struct replay_options {
	unsigned boot;         /* which one, from 0 */
	bool debug;            /* stand still before the first instruction; machine.gdb_fd speaks to the GDB stub */
	const char *log;       /* file for what QEMU says; NULL: nobody wants it */
};

struct replay {
	const struct recording *recording; /* borrowed */
	const struct recorded_boot *boot;
	const char *dir;                   /* the session's folder; borrowed */
	struct machine machine;
	struct buf console;                /* all of it so far */
	bool console_ended;
};

/*
 * Memory as it was, then QEMU with the record. ERR_USAGE: the record was cut short, a file has changed; ERR_INFRA: QEMU
 * cannot be started. On error nothing is left running; finish in either case.
 */
int replay_start(struct replay *r, const struct recording *recording, const char *dir,
		 const struct replay_options *options, struct err *e);

/*
 * Take the console in until fd polls readable (1), the deadline (monotonic ms) passes or the boot has ended (0).
 * -1: ERR_CANCELLED, ERR_INFRA. fd may be -1: until the boot has ended.
 */
int replay_wait(struct replay *r, int fd, int64_t deadline_ms, struct err *e);

/* Has QEMU come to the end of the record? */
bool replay_ended(const struct replay *r);

/* How the boot that has ended compares with the one that was recorded. */
struct replay_outcome {
	bool console_same;
	uint64_t console_at;       /* else: the first byte that differs, in console.log */
	unsigned memory_compared;  /* regions */
	unsigned memory_different;
	const char *first_different; /* a region's name, the recording's; NULL: none */
};

/* ERR_IO when console.log cannot be read. */
int replay_compare(const struct replay *r, struct replay_outcome *out, struct err *e);

void replay_finish(struct replay *r); /* ends QEMU; safe on one that did not start */

#endif
