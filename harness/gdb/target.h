/*
 * What a GDB server tells of a target that stands still: memory in pieces as large as the server takes, registers by name,
 * points to stop at. Errors as in gdb.h.
 */
#ifndef RUNTEST_GDB_TARGET_H
#define RUNTEST_GDB_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "config/board.h"
#include "gdb/gdb.h"

/*
 * From here on addresses are physical, or again those that the target's processor sees. -1 where the server does not know
 * how (only QEMU's does).
 */
int gdb_physical(struct gdb *g, bool physical, int64_t deadline_ms, struct err *e);

int gdb_read(struct gdb *g, uint64_t address, void *out, size_t n, int64_t deadline_ms, struct err *e);
int gdb_write(struct gdb *g, uint64_t address, const void *bytes, size_t n, int64_t deadline_ms, struct err *e);

/* Learn the registers' names: as the server describes them, or GDB's own where it does not. Once, before the two below. */
int gdb_describe(struct gdb *g, enum arch arch, int64_t deadline_ms, struct err *e);

/* One of at most 64 bits, of a little-endian target. */
int gdb_register(struct gdb *g, const char *name, uint64_t *value, int64_t deadline_ms, struct err *e);
int gdb_set_register(struct gdb *g, const char *name, uint64_t value, int64_t deadline_ms, struct err *e);

int gdb_point(struct gdb *g, bool set, enum gdb_point kind, uint64_t address, size_t size, int64_t deadline_ms, struct err *e);

/* Run a line in the server's own monitor ("gva2gpa 0x200000"); what it says is added to out. */
int gdb_monitor(struct gdb *g, const char *line, struct buf *out, int64_t deadline_ms, struct err *e);

#endif
