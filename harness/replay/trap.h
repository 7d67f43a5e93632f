/* How user code enters the kernel, by the processor's registers: aarch64 at EL1 and EL2, riscv64 in supervisor mode. */
#ifndef RUNTEST_REPLAY_TRAP_H
#define RUNTEST_REPLAY_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "gdb/gdb.h"

/* The registers of one kernel. */
struct trap_regs {
	const char *level, *vector, *cause, *pc, *address, *space;
	uint64_t level_mask; /* of `level`: all 0 in user mode */
	uint64_t vector_mask, vector_offset;
};

/* By arch and the level at which the kernel is entered (both may be NULL), or NULL: nobody knows that kernel. */
const struct trap_regs *trap_regs_of(const char *arch, const char *entry);

struct trap {
	bool fault;          /* neither a system call nor an interrupt, nor the first use of the floating point unit */
	const char *what;    /* "data abort"; static */
	uint64_t pc, address; /* of the trapping instruction; what it wanted to reach, where the processor says */
	uint64_t space;      /* whose memory it saw: the same for one protection domain all the time */
};

int trap_in_user_mode(struct gdb *g, const struct trap_regs *regs, bool *user, int64_t deadline_ms, struct err *e);
int trap_vector(struct gdb *g, const struct trap_regs *regs, uint64_t *vaddr, int64_t deadline_ms, struct err *e);
int trap_space(struct gdb *g, const struct trap_regs *regs, uint64_t *space, int64_t deadline_ms, struct err *e);

/* The machine stands at the vector. */
int trap_read(struct gdb *g, const struct trap_regs *regs, struct trap *t, int64_t deadline_ms, struct err *e);

#endif
