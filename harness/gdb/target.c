#include "gdb/target.h"

#include <inttypes.h>
#include <string.h>

enum {
	PACKET_DEFAULT = 400, /* where the server does not say: GDB's own assumption */
	FRAME = 4,            /* "$" and "#xx": some servers count them in */
	COMMAND = 48,         /* of a packet, more than any command of ours takes beside its data */
	PIECE_MAX = 64 * 1024,
	LEAST_PACKET = 2 * COMMAND,
};

static size_t packet_size(const struct gdb *g)
{
	size_t n = g->can.packet_size ? g->can.packet_size : PACKET_DEFAULT;

	return n < LEAST_PACKET ? LEAST_PACKET : n; /* one that takes less than this takes no command at all */
}

static int unknown(const char *doing, struct err *e)
{
	return err_set(e, ERR_INFRA, "cannot %s: the GDB server does not know how", doing);
}

/* A command whose good answer is OK. */
static int command(struct gdb *g, const char *text, const char *doing, int64_t deadline_ms, struct err *e)
{
	int rc = gdb_ask(g, text, doing, deadline_ms, e);

	if (rc > 0)
		return unknown(doing, e);
	if (rc == 0 && gdb_reply_kind(g->in.packet.data, g->in.packet.len) != GDB_REPLY_OK)
		return err_set(e, ERR_INFRA, "cannot %s: the GDB server answers something else", doing);
	return rc;
}

int gdb_physical(struct gdb *g, bool physical, int64_t deadline_ms, struct err *e)
{
	if (g->physical == physical)
		return 0;
	if (command(g, physical ? GDB_ASK_PHYSICAL : GDB_ASK_VIRTUAL, "use physical addresses", deadline_ms, e) < 0)
		return -1;
	g->physical = physical;
	return 0;
}

/* ---- memory ---- */

/* One piece; the number of bytes that came, at least 1, or -1. */
static long read_piece(struct gdb *g, uint64_t address, void *out, size_t n, int64_t deadline_ms, struct err *e)
{
	struct buf ask = {0};
	char doing[64];
	long got;
	int rc;

	snprintf(doing, sizeof doing, "read %zu bytes at 0x%" PRIx64, n, address);
	gdb_ask_read(&ask, address, n);
	rc = gdb_ask(g, ask.data, doing, deadline_ms, e);
	buf_finish(&ask);
	if (rc != 0)
		return rc < 0 ? -1 : unknown(doing, e);
	got = gdb_reply_bytes(g->in.packet.data, g->in.packet.len, out, n);
	return got > 0 ? got : err_set(e, ERR_INFRA, "cannot %s: the GDB server answers something else", doing);
}

int gdb_read(struct gdb *g, uint64_t address, void *out, size_t n, int64_t deadline_ms, struct err *e)
{
	size_t most = (packet_size(g) - FRAME) / 2;

	if (most > PIECE_MAX)
		most = PIECE_MAX;
	while (n) {
		long got = read_piece(g, address, out, n < most ? n : most, deadline_ms, e);

		if (got < 0)
			return -1;
		address += (uint64_t)got;
		out = (char *)out + got;
		n -= (size_t)got;
	}
	return 0;
}

int gdb_write(struct gdb *g, uint64_t address, const void *bytes, size_t n, int64_t deadline_ms, struct err *e)
{
	size_t most = (packet_size(g) - COMMAND) / 2;
	struct buf ask = {0};
	char doing[64];
	int rc = 0;

	if (most > PIECE_MAX)
		most = PIECE_MAX;
	while (n && rc == 0) {
		size_t piece = n < most ? n : most;

		snprintf(doing, sizeof doing, "write %zu bytes at 0x%" PRIx64, piece, address);
		buf_clear(&ask);
		gdb_ask_write(&ask, address, bytes, piece);
		rc = command(g, ask.data, doing, deadline_ms, e);
		address += piece;
		bytes = (const char *)bytes + piece;
		n -= piece;
	}
	buf_finish(&ask);
	return rc;
}

/* ---- registers ---- */

/* A whole document; 1 where the server does not have it. */
static int document(struct gdb *g, const char *name, struct buf *out, int64_t deadline_ms, struct err *e)
{
	size_t piece = packet_size(g) - FRAME - 1;
	struct buf ask = {0};
	int rc = 0;
	bool last = false;

	while (rc == 0 && !last && out->len < GDB_PACKET_MAX) {
		buf_clear(&ask);
		gdb_ask_object(&ask, "features", name, out->len, piece);
		rc = gdb_ask(g, ask.data, "read the target's description", deadline_ms, e);
		if (rc != 0)
			break;
		last = g->in.packet.data[0] != 'm' || g->in.packet.len < 2;
		if (g->in.packet.data[0] != 'm' && g->in.packet.data[0] != 'l')
			rc = 1;
		else
			buf_add(out, g->in.packet.data + 1, g->in.packet.len - 1);
	}
	buf_finish(&ask);
	return rc;
}

/* target.xml, and what it includes; one level, as servers have it. */
static int read_descriptions(struct gdb *g, int64_t deadline_ms, struct err *e)
{
	struct buf xml = {0}, names = {0}, ignored = {0};
	int rc = document(g, "target.xml", &xml, deadline_ms, e);

	if (rc == 0)
		gdb_registers_read(&g->registers, xml.data, xml.len, &names);
	for (char *name = names.data, *end; rc == 0 && name && (end = strchr(name, '\n')); name = end + 1) {
		*end = '\0';
		buf_clear(&xml);
		rc = document(g, name, &xml, deadline_ms, e);
		if (rc == 0 && xml.len)
			gdb_registers_read(&g->registers, xml.data, xml.len, &ignored);
	}
	buf_finish(&xml);
	buf_finish(&names);
	buf_finish(&ignored);
	return rc < 0 ? -1 : 0;
}

int gdb_describe(struct gdb *g, enum arch arch, int64_t deadline_ms, struct err *e)
{
	gdb_registers_finish(&g->registers);
	if (g->can.features && read_descriptions(g, deadline_ms, e) < 0)
		return -1;
	if (gdb_registers_find(&g->registers, "pc"))
		return 0;
	gdb_registers_finish(&g->registers);
	if (arch == ARCH_RISCV64)
		gdb_registers_of_riscv64(&g->registers);
	else
		gdb_registers_of_aarch64(&g->registers);
	return 0;
}

static const struct gdb_register *known(struct gdb *g, const char *name, struct err *e)
{
	const struct gdb_register *r = gdb_registers_find(&g->registers, name);

	if (!r || r->bits > 64 || r->bits % 8) {
		err_set(e, ERR_INFRA, "the GDB server does not know a register %s", name);
		return NULL;
	}
	return r;
}

int gdb_register(struct gdb *g, const char *name, uint64_t *value, int64_t deadline_ms, struct err *e)
{
	const struct gdb_register *r = known(g, name, e);
	unsigned char bytes[8] = {0};
	struct buf ask = {0};
	char doing[64];
	int rc;

	if (!r)
		return -1;
	snprintf(doing, sizeof doing, "read register %s", name);
	gdb_ask_register(&ask, r->number);
	rc = gdb_ask(g, ask.data, doing, deadline_ms, e);
	buf_finish(&ask);
	if (rc != 0)
		return rc < 0 ? -1 : unknown(doing, e);
	if (gdb_reply_bytes(g->in.packet.data, g->in.packet.len, bytes, sizeof bytes) <= 0)
		return err_set(e, ERR_INFRA, "cannot %s: the GDB server does not have its value", doing);
	*value = 0;
	for (int i = 7; i >= 0; i--)
		*value = *value << 8 | bytes[i];
	return 0;
}

int gdb_set_register(struct gdb *g, const char *name, uint64_t value, int64_t deadline_ms, struct err *e)
{
	const struct gdb_register *r = known(g, name, e);
	unsigned char bytes[8];
	struct buf ask = {0};
	char doing[64];
	int rc;

	if (!r)
		return -1;
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	snprintf(doing, sizeof doing, "write register %s", name);
	gdb_ask_set_register(&ask, r->number, bytes, r->bits / 8);
	rc = command(g, ask.data, doing, deadline_ms, e);
	buf_finish(&ask);
	return rc;
}

/* ---- points and the monitor ---- */

int gdb_point(struct gdb *g, bool set, enum gdb_point kind, uint64_t address, size_t size, int64_t deadline_ms, struct err *e)
{
	static const char *const what[] = {"breakpoint", "breakpoint", "write watchpoint", "read watchpoint",
					   "access watchpoint"};
	struct buf ask = {0};
	char doing[80];
	int rc;

	snprintf(doing, sizeof doing, "%s a %s at 0x%" PRIx64, set ? "set" : "remove", what[kind], address);
	gdb_ask_point(&ask, set, kind, address, size);
	rc = command(g, ask.data, doing, deadline_ms, e);
	buf_finish(&ask);
	return rc;
}

int gdb_monitor(struct gdb *g, const char *line, struct buf *out, int64_t deadline_ms, struct err *e)
{
	static const char doing[] = "use the GDB server's monitor";
	struct buf ask = {0};
	char text[4096];
	int rc;

	gdb_ask_monitor(&ask, line);
	rc = gdb_ask(g, ask.data, doing, deadline_ms, e);
	buf_finish(&ask);
	if (rc > 0)
		return unknown(doing, e);
	while (rc == 0 && gdb_reply_kind(g->in.packet.data, g->in.packet.len) != GDB_REPLY_OK) {
		long n = g->in.packet.data[0] == 'O'
				 ? gdb_reply_bytes(g->in.packet.data + 1, g->in.packet.len - 1, text, sizeof text)
				 : -1;

		if (n < 0)
			return err_set(e, ERR_INFRA, "cannot %s: it answers something else", doing);
		buf_add(out, text, (size_t)n);
		rc = gdb_reply(g, doing, deadline_ms, e);
	}
	return rc;
}
