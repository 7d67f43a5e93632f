#include "proto/gdbcommand.h"

#include <inttypes.h>
#include <string.h>

static void add_digits(struct buf *out, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		buf_addc(out, digits[p[i] >> 4]);
		buf_addc(out, digits[p[i] & 15]);
	}
}

/* Without "multiprocess": threads and processes are then spelled the simple way. */
void gdb_ask_supported(struct buf *out)
{
	buf_adds(out, "qSupported:swbreak+;hwbreak+;vContSupported+;QStartNoAckMode+;error-message+");
}

void gdb_ask_read(struct buf *out, uint64_t address, size_t n)
{
	buf_printf(out, "m%" PRIx64 ",%zx", address, n);
}

void gdb_ask_write(struct buf *out, uint64_t address, const void *bytes, size_t n)
{
	buf_printf(out, "M%" PRIx64 ",%zx:", address, n);
	add_digits(out, bytes, n);
}

void gdb_ask_register(struct buf *out, unsigned number)
{
	buf_printf(out, "p%x", number);
}

void gdb_ask_set_register(struct buf *out, unsigned number, const void *bytes, size_t n)
{
	buf_printf(out, "P%x=", number);
	add_digits(out, bytes, n);
}

void gdb_ask_point(struct buf *out, int set, enum gdb_point kind, uint64_t address, size_t size)
{
	buf_printf(out, "%c%d,%" PRIx64 ",%zx", set ? 'Z' : 'z', (int)kind, address, size);
}

void gdb_ask_go(struct buf *out, enum gdb_go how)
{
	static const char *const commands[] = {
		[GDB_GO_CONTINUE] = "c", [GDB_GO_STEP] = "s", [GDB_GO_BACK] = "bc", [GDB_GO_STEP_BACK] = "bs"};

	buf_adds(out, commands[how]);
}

void gdb_ask_monitor(struct buf *out, const char *line)
{
	buf_adds(out, "qRcmd,");
	add_digits(out, line, strlen(line));
}

void gdb_ask_object(struct buf *out, const char *object, const char *annex, size_t offset, size_t n)
{
	buf_printf(out, "qXfer:%s:read:%s:%zx,%zx", object, annex, offset, n);
}
