/*
 * A debugger loads the board: its GDB server makes it stand still, files are written to memory and read back, registers
 * set, and it goes on. The connection is closed then, as one server serves one of us at a time: the memory witness may
 * want it next.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "board/load/load.h"
#include "board/memory/memory.h"
#include "gdb/endpoint.h"
#include "gdb/target.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/text.h"

enum {
	ANSWER_MS = 10000,   /* of a monitor command: a reset takes a while */
	PIECE = 16 * 1024,   /* bytes written and read at once */
	STAYS_MS = 100,      /* a board that goes on stops at once where its first instruction is none */
	DEADLINE_MS = 120000,
};

struct openocd_load {
	struct load base;
	const struct board_unit *unit;
	const struct openocd_board *how;
	const struct load_job *job;
	struct memory *memory;
	struct gdb gdb;
};

static const char *const no_commands[] = {NULL};
static const struct openocd_board usual = {.before = no_commands, .deadline_ms = DEADLINE_MS};

static int64_t soon(int64_t deadline_ms)
{
	int64_t then = clock_ms() + ANSWER_MS;

	return then < deadline_ms ? then : deadline_ms;
}

static int openocd_prepare(struct load *l, struct err *e)
{
	const struct openocd_load *o = (struct openocd_load *)l;

	if (!o->job->files[0].placed)
		return 0;
	err_set(e, ERR_CONFIG, "a debugger writes raw images to board %s, and %s is wrapped up in a file that says where its bytes go",
		o->unit->name, o->job->files[0].path);
	return err_hint(e, "let Microkit write a raw image (--image-type binary)");
}

/* ---- its steps ---- */

static int attach(struct openocd_load *o, int64_t deadline_ms, struct err *e)
{
	int fd;

	if (o->memory && o->memory->ops->release)
		o->memory->ops->release(o->memory);
	fd = gdb_endpoint_connect(o->unit->load->openocd->endpoint, soon(deadline_ms), e);
	return fd < 0 ? -1 : gdb_open(&o->gdb, fd, GDB_ATTACH_HALTS, soon(deadline_ms), e);
}

static int monitor(struct openocd_load *o, int64_t deadline_ms, struct err *e)
{
	struct buf said = {0};
	int rc = 0;

	for (const char *const *line = o->how->before; *line && rc == 0; line++)
		rc = gdb_monitor(&o->gdb, *line, &said, soon(deadline_ms), e);
	buf_finish(&said);
	return rc;
}

static int read_back(struct openocd_load *o, const char *path, uint64_t address, const char *wanted, size_t n,
		     int64_t deadline_ms, struct err *e)
{
	char is[PIECE];

	if (gdb_read(&o->gdb, address, is, n, soon(deadline_ms), e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is[i] != wanted[i]) {
			err_set(e, ERR_INFRA, "%s arrived damaged: 0x%02x was written to 0x%" PRIx64 ", and 0x%02x is read back there",
				path, (unsigned char)wanted[i], address + i, (unsigned char)is[i]);
			return err_hint(e, "is memory set up there already (DRAM wants training), and the adapter's clock slow enough?");
		}
	return 0;
}

static int write_file(struct openocd_load *o, const char *path, uint64_t address, int64_t deadline_ms, struct err *e)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(path, &bytes, e);
	for (size_t at = 0, n; rc == 0 && at < bytes.len; at += n) {
		n = bytes.len - at < PIECE ? bytes.len - at : PIECE;
		rc = gdb_write(&o->gdb, address + at, bytes.data + at, n, soon(deadline_ms), e);
	}
	/* All is written before any is read: a piece must not be spoilt by a later one. */
	for (size_t at = 0, n; rc == 0 && at < bytes.len; at += n) {
		n = bytes.len - at < PIECE ? bytes.len - at : PIECE;
		rc = read_back(o, path, address + at, bytes.data + at, n, deadline_ms, e);
	}
	buf_finish(&bytes);
	if (rc == 0 && clock_ms() >= deadline_ms)
		rc = err_set(e, ERR_INFRA, "the debugger did not write all files in time");
	return rc;
}

static int write_files(struct openocd_load *o, int64_t deadline_ms, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < o->how->file_count && rc == 0; i++)
		rc = write_file(o, o->how->files[i].file, o->how->files[i].address, deadline_ms, e);
	for (size_t i = o->job->count; i-- > 0 && rc == 0;)
		rc = write_file(o, o->job->files[i].path, o->job->files[i].address, deadline_ms, e);
	return rc;
}

static int set_registers(struct openocd_load *o, int64_t deadline_ms, struct err *e)
{
	bool has_pc = false;
	int rc = gdb_describe(&o->gdb, o->unit->kind->arch, soon(deadline_ms), e);

	for (size_t i = 0; i < o->how->register_count && rc == 0; i++) {
		const struct openocd_register *r = &o->how->registers[i];

		has_pc |= strcmp(r->name, "pc") == 0;
		rc = gdb_set_register(&o->gdb, r->name, r->value, soon(deadline_ms), e);
	}
	if (rc == 0 && !has_pc)
		rc = gdb_set_register(&o->gdb, "pc", o->unit->kind->load_address, soon(deadline_ms), e);
	return rc;
}

static int let_go(struct openocd_load *o, struct load_line *line, struct err *e)
{
	int stopped;

	line->ops->handing_over(line);
	if (gdb_go(&o->gdb, GDB_GO_CONTINUE, e) < 0)
		return -1;
	stopped = gdb_wait(&o->gdb, clock_ms() + STAYS_MS, e);
	if (stopped <= 0)
		return stopped;
	err_set(e, ERR_INFRA, "the board stopped again at once");
	return err_hint(e, "a breakpoint of the debugger's, or pc does not point at code: look at the kind's openocd section");
}

static enum load_end openocd_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	struct openocd_load *o = (struct openocd_load *)l;
	bool done;

	done = attach(o, deadline_ms, e) == 0 && monitor(o, deadline_ms, e) == 0 && write_files(o, deadline_ms, e) == 0 &&
	       set_registers(o, deadline_ms, e) == 0 && let_go(o, line, e) == 0;
	gdb_finish(&o->gdb);
	return done ? LOAD_DONE : LOAD_FAILED;
}

static void openocd_destroy(struct load *l)
{
	gdb_finish(&((struct openocd_load *)l)->gdb);
	free(l);
}

static const struct load_ops openocd_ops = {
	.name = "openocd",
	.prepare = openocd_prepare,
	.deliver = openocd_deliver,
	.destroy = openocd_destroy,
};

struct load *load_openocd_create(const struct board_unit *unit, const struct load_job *job, struct memory *memory)
{
	struct openocd_load *o = xcalloc(1, sizeof *o);

	o->how = unit->kind->openocd ? unit->kind->openocd : &usual;
	o->base = (struct load){.ops = &openocd_ops, .patience_ms = o->how->deadline_ms};
	o->unit = unit;
	o->job = job;
	o->memory = memory;
	o->gdb.fd = -1;
	o->gdb.state = GDB_GONE;
	return &o->base;
}
