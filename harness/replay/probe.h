/*
 * A recorded boot, run again under the harness's own debugger: it stands still where points were set, or at an
 * instruction by its number, and tells its registers. All of it is bounded by one deadline.
 *
 * Order of calls: probe_start, then points (gdb/target.h on `gdb`) and probe_run until that says PROBE_OVER, probe_finish.
 */
#ifndef RUNTEST_REPLAY_PROBE_H
#define RUNTEST_REPLAY_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/board.h"
#include "gdb/gdb.h"
#include "replay/replay.h"

struct probe {
	struct replay replay;
	struct gdb gdb;
	enum arch arch;
	int64_t deadline_ms; /* monotonic; of all that is asked of it */
	bool fell;           /* after an error: QEMU ended short of the recorded end. It does now and then (7.2): try again */
	bool stops;          /* by probe_stop_at, and it has not yet */
	uint64_t stop_at;
};

/* Stands still before the first instruction. Errors as replay_start; finish it in either case. */
int probe_start(struct probe *p, const struct recording *rec, const char *dir, unsigned boot, int64_t deadline_ms,
		struct err *e);
void probe_finish(struct probe *p);

enum probe_run {
	PROBE_HALTED, /* it stands still; gdb.stop says where */
	PROBE_OVER,   /* it has come to its recorded end, with the recorded console */
	PROBE_LATE,   /* the deadline passed */
	PROBE_STUCK,  /* QEMU does not come on any more, though the record has not ended (probe.c): another try may */
};

/* Let it go on. -1: ERR_INFRA, also where QEMU ended short of the recorded end; ERR_CANCELLED. */
int probe_run(struct probe *p, enum gdb_go how, struct err *e);

/* After an error of whatever was asked of it: PROBE_OVER where the boot had come to its recorded end meanwhile, which is no
 * error; else -1, and `e` stays. */
int probe_after_error(struct probe *p, struct err *e);

/* While it stands still: how many instructions have run since power-on. */
int probe_instruction(struct probe *p, uint64_t *count, struct err *e);

/* While it stands still: stop again when so many have run (gdb/qemu.h). */
int probe_stop_at(struct probe *p, uint64_t count, struct err *e);
int probe_stop_nowhere(struct probe *p, struct err *e);

/* From a place before it to where so many have run. As probe_run; PROBE_HALTED: it stands there, and nowhere else. */
int probe_go_to(struct probe *p, uint64_t count, struct err *e);

/*
 * The same; but where the record is over before, further runs of the boot have to agree: in its last stretch, to the end of
 * which nothing reaches the machine any more, QEMU can be gone before it has stopped.
 */
int probe_reach(struct probe *p, uint64_t count, struct err *e);

/* The same boot from its beginning, to where so many have run: what the debugger has set or changed is gone. As probe_reach;
 * -1 also for what probe_start has. */
int probe_again(struct probe *p, uint64_t count, struct err *e);

/* Where an address of the program that runs now is in physical memory. 1: nowhere. */
int probe_physical(struct probe *p, uint64_t vaddr, uint64_t *paddr, struct err *e);

/* While it stands still: the level at which the processor runs: "EL0".."EL3", "user mode", "supervisor mode", "machine
 * mode"; "" where it does not say. Static. */
const char *probe_level(struct probe *p);

#endif
