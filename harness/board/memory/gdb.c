/*
 * Memory through a GDB server: QEMU's own stub, or a debugger on hardware. There is nothing to look at in place, so the
 * machine stands still for every look, and memory is copied.
 *
 * A server that listens is connected to when the first look is due, because connecting stops the machine. QEMU's own
 * stub is connected from the start; there the machine runs until it is interrupted.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board/memory/memory.h"
#include "config/board.h"
#include "gdb/endpoint.h"
#include "gdb/target.h"
#include "machine/machine.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
	CONNECT_MS = 20000,
	ANSWER_MS = 20000, /* for one region; servers answer in a millisecond, unless the host stalls */
};

struct gdb_memory {
	struct memory base;
	struct gdb gdb;
	const struct memory_range *ram;
	const char *endpoint;    /* NULL: the machine's own stub */
	enum gdb_addresses addresses;
	struct machine *machine; /* borrowed; NULL: none of ours */
	pid_t connected_to;      /* the machine's process then */
	struct err lost;         /* why there is no hope of that server any more; ERR_NONE: there is */
};

static struct gdb_memory *self(struct memory *m)
{
	return (struct gdb_memory *)m;
}

/* Was it the machine that runs now? */
static bool is_same(const struct gdb_memory *g)
{
	return g->endpoint || g->connected_to == g->machine->pid;
}

static bool connected(const struct gdb_memory *g)
{
	return g->gdb.state != GDB_GONE && is_same(g);
}

static int connect_now(struct gdb_memory *g, struct err *e)
{
	int fd;

	gdb_finish(&g->gdb);
	g->lost.kind = ERR_NONE;
	if (g->endpoint)
		fd = gdb_endpoint_connect(g->endpoint, clock_ms() + CONNECT_MS, e);
	else if (g->machine->gdb_fd < 0 || g->machine->pid <= 0)
		return err_set(e, ERR_INFRA, "the machine is off, and its memory gone");
	else if ((fd = dup(g->machine->gdb_fd)) < 0)
		return err_sys(e, ERR_INFRA, "cannot speak to QEMU's GDB stub");
	if (fd < 0)
		return -1;
	g->connected_to = g->machine ? g->machine->pid : 0;
	gdb_begin(&g->gdb, fd, g->endpoint ? GDB_ATTACH_HALTS : GDB_ATTACH_RUNNING);
	return 0;
}

static int gdb_request_stop(struct memory *m, struct err *e)
{
	struct gdb_memory *g = self(m);

	if (!connected(g) && g->lost.kind && is_same(g)) {
		*e = g->lost;
		return -1;
	}
	if (!connected(g))
		return connect_now(g, e);
	if (g->gdb.state == GDB_HALTED || g->gdb.state == GDB_GREETING)
		return 0;
	return gdb_interrupt(&g->gdb, e);
}

static int gdb_request_continue(struct memory *m, struct err *e)
{
	return gdb_go(&self(m)->gdb, GDB_GO_CONTINUE, e);
}

static int gdb_fd(struct memory *m)
{
	return self(m)->gdb.state == GDB_GONE ? -1 : self(m)->gdb.fd;
}

/* That QEMU's own stub is gone means that QEMU is, which its process tells better. */
static int gdb_follow(struct memory *m, struct err *e)
{
	struct gdb_memory *g = self(m);
	struct err why;

	if (gdb_pump(&g->gdb, &why) == 0)
		return 0;
	if (!g->endpoint && !g->gdb.in.noise)
		return 0;
	*e = g->lost = why;
	return -1;
}

static bool gdb_stopped(struct memory *m)
{
	return connected(self(m)) && (self(m)->gdb.state == GDB_HALTED || self(m)->gdb.state == GDB_SLOW);
}

/* QEMU reads zeros where nothing is, and a debugger may hang the bus there. */
static int must_be_ram(const struct gdb_memory *g, uint64_t paddr, uint64_t size, struct err *e)
{
	const struct memory_range *ram = g->ram;

	if (paddr < ram->base || paddr - ram->base > ram->size || size > ram->size - (paddr - ram->base)) {
		err_set(e, ERR_INFRA, "0x%" PRIx64 " bytes at 0x%" PRIx64 " lie outside of the board's RAM", size, paddr);
		return err_hint(e, "is the image built for this board's memory?");
	}
	return 0;
}

/* From here on addresses are physical. */
static int use_physical(struct gdb_memory *g, struct err *e)
{
	if (g->addresses == GDB_ADDRESSES_PHYSICAL || gdb_physical(&g->gdb, true, clock_ms() + ANSWER_MS, e) == 0)
		return 0;
	return e->kind == ERR_CANCELLED ? -1 : err_hint(e, "is it OpenOCD? Then give the unit the port of a mem_ap target, and "
								     "\"addresses: physical\" beside gdb");
}

static int gdb_copy(struct memory *m, uint64_t paddr, void *out, size_t size, struct err *e)
{
	struct gdb_memory *g = self(m);
	int64_t deadline = clock_ms() + ANSWER_MS;

	if (must_be_ram(g, paddr, size, e) < 0 || use_physical(g, e) < 0)
		return -1;
	return gdb_read(&g->gdb, paddr, out, size, deadline, e);
}

static int gdb_poison(struct memory *m, uint64_t paddr, uint64_t size, uint8_t byte, struct err *e)
{
	enum { CHUNK = 4096 };
	struct gdb_memory *g = self(m);
	char bytes[CHUNK];
	int rc = 0;

	if (!gdb_stopped(m))
		return err_set(e, ERR_INFRA, "memory cannot be filled: the board's debugger is not connected");
	if (must_be_ram(g, paddr, size, e) < 0 || use_physical(g, e) < 0)
		return -1;
	memset(bytes, byte, sizeof bytes);
	for (uint64_t at = 0; at < size && rc == 0; at += CHUNK)
		rc = gdb_write(&g->gdb, paddr + at, bytes, size - at < CHUNK ? (size_t)(size - at) : CHUNK,
			       clock_ms() + ANSWER_MS, e);
	return rc;
}

static int gdb_reset(struct memory *m, const char *command, struct err *e)
{
	struct gdb_memory *g = self(m);
	struct buf said = {0};
	int rc;

	if (!gdb_stopped(m))
		return err_set(e, ERR_INFRA, "the board cannot be reset by its debugger, which is not connected");
	rc = gdb_monitor(&g->gdb, command, &said, clock_ms() + ANSWER_MS, e);
	buf_finish(&said);
	return rc;
}

/* The next connection is to whatever is there then. */
static void gdb_release(struct memory *m)
{
	struct gdb_memory *g = self(m);

	if (!g->endpoint)
		return;
	gdb_finish(&g->gdb);
	g->lost.kind = ERR_NONE;
}

static void gdb_destroy(struct memory *m)
{
	gdb_finish(&self(m)->gdb);
	free(m);
}

static const struct memory_ops gdb_ops = {
	.name = "gdb",
	.request_stop = gdb_request_stop,
	.request_continue = gdb_request_continue,
	.fd = gdb_fd,
	.pump = gdb_follow,
	.stopped = gdb_stopped,
	.read = gdb_copy,
	.poison = gdb_poison,
	.reset = gdb_reset,
	.release = gdb_release,
	.destroy = gdb_destroy,
};

struct memory *memory_gdb_create(const struct memory_range *ram, const struct unit_memory *unit, struct machine *m)
{
	struct gdb_memory *g = xcalloc(1, sizeof *g);

	g->base.ops = &gdb_ops;
	g->ram = ram;
	g->endpoint = unit->gdb.endpoint;
	g->addresses = unit->addresses;
	g->machine = m;
	g->gdb.fd = -1;
	g->gdb.state = GDB_GONE;
	return &g->base;
}
