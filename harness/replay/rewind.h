/*
 * Back in time, for a debugger on a recorded boot: the boot is run again from its beginning, up to a place before the one
 * where it stands. QEMU's own way, by snapshots of the machine, was seen to stand still for ever (docs/recording.md).
 */
#ifndef RUNTEST_REPLAY_REWIND_H
#define RUNTEST_REPLAY_REWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay/probe.h"

/* Where the debugger wants to be stopped. */
struct rewind_point {
	enum gdb_point kind;
	uint64_t address;
	size_t size;
};

struct rewind_points {
	struct rewind_point *items;
	size_t count, room;
};

void rewind_add_point(struct rewind_points *p, const struct rewind_point *point);
void rewind_remove_point(struct rewind_points *p, const struct rewind_point *point);
void rewind_points_finish(struct rewind_points *p);

/* To where all points are set and so many instructions have run. As probe_again. */
int rewind_to(struct probe *p, const struct rewind_points *points, uint64_t count, struct err *e);

/*
 * The last place before instruction `count` at which one of the points would have stopped: the probe stands there, with the
 * points set, and `stop` says why. Behind a store that is watched: of processors like these gdb takes it that the access is
 * still to come, in either direction, and steps over it by itself. 1: there is none, and it stands before the first
 * instruction. -1: as probe_again.
 */
int rewind_back(struct probe *p, const struct rewind_points *points, uint64_t count, struct gdb_stop *stop, struct err *e);

#endif
