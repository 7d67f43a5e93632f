/*
 * The board's memory as a witness sees it: make the machine stand still, read guest physical memory, let it go on.
 * Stopping is asynchronous, because the console has to be drained meanwhile: request, poll `fd`, pump, ask `stopped`.
 */
#ifndef RUNTEST_BOARD_MEMORY_H
#define RUNTEST_BOARD_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct memory;

struct memory_ops {
	const char *name;
	int (*request_stop)(struct memory *m, struct err *e);
	int (*request_continue)(struct memory *m, struct err *e);
	int (*fd)(struct memory *m);                 /* polls readable when there is something to pump; or -1 */
	int (*pump)(struct memory *m, struct err *e);
	bool (*stopped)(struct memory *m);
	/* One of the two may be missing. `size` bytes of physical memory in place, whether the machine moves or not; NULL
	 * when they are not RAM. Valid while the board is open. */
	const uint8_t *(*view)(struct memory *m, uint64_t paddr, uint64_t size);
	/* The same as a copy, of a machine that stands still. ERR_INFRA. */
	int (*read)(struct memory *m, uint64_t paddr, void *out, size_t size, struct err *e);
	/* Fill RAM before power-on, or while the board stands still before a reset, so that what is never written can be
	 * told. ERR_INFRA where that cannot be done. */
	int (*poison)(struct memory *m, uint64_t paddr, uint64_t size, uint8_t byte, struct err *e);
	/* Let go of a server that somebody else needs now; the next look takes it again. NULL: there is none. */
	void (*release)(struct memory *m);
	void (*destroy)(struct memory *m);
};

struct memory {
	const struct memory_ops *ops;
};

void memory_destroy(struct memory *m); /* NULL is fine */

struct machine;
/* Guest RAM of a QEMU machine, mapped; the machine is borrowed. */
struct memory *memory_qemu_create(struct machine *m);

struct memory_range;
/*
 * RAM behind a GDB server: at the endpoint (gdb/endpoint.h), or, where that is NULL, the machine's own stub. All are
 * borrowed; the machine may be NULL when there is an endpoint.
 */
struct memory *memory_gdb_create(const struct memory_range *ram, const char *endpoint, struct machine *m);

#endif
