/* What QEMU's monitor tells through its GDB stub, of a target that stands still. Errors as in gdb.h. */
#ifndef RUNTEST_GDB_QEMU_H
#define RUNTEST_GDB_QEMU_H

#include <stdint.h>

#include "gdb/gdb.h"

/* Where an address of the program that runs now is in physical memory. 1: nowhere. */
int gdb_qemu_physical(struct gdb *g, uint64_t vaddr, uint64_t *paddr, int64_t deadline_ms, struct err *e);

/* Of a machine that records or replays: how many instructions have run since power-on. */
int gdb_qemu_instruction(struct gdb *g, uint64_t *count, int64_t deadline_ms, struct err *e);

/* Of one that replays: stop again when so many have run, more than have by now: at the very number where it stands QEMU 7.2
 * would wait for ever. One such place at a time; a stop for another reason leaves it set. */
int gdb_qemu_stop_at(struct gdb *g, uint64_t count, int64_t deadline_ms, struct err *e);
int gdb_qemu_stop_nowhere(struct gdb *g, int64_t deadline_ms, struct err *e);

#endif
