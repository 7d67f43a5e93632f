#include "proto/gdbpacket.h"

#include <stdbool.h>
#include <string.h>

#include "proto/gdbdigits.h"

enum { ESCAPE = '}', ESCAPED_BY = 0x20, REPEAT = '*', REPEAT_BASE = 29, SUM_LENGTH = 3 /* "#xx" */ };

void gdb_decoder_init(struct gdb_decoder *d)
{
	memset(d, 0, sizeof *d);
}

void gdb_decoder_finish(struct gdb_decoder *d)
{
	buf_finish(&d->in);
	buf_finish(&d->packet);
}

void gdb_decoder_feed(struct gdb_decoder *d, const char *bytes, size_t n)
{
	buf_add(&d->in, bytes, n);
}

static enum gdb_event damaged(struct gdb_decoder *d, const char *why)
{
	d->why = why;
	buf_clear(&d->packet);
	return GDB_DAMAGED;
}

static unsigned char sum_of(const char *contents, size_t n)
{
	unsigned char sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = (unsigned char)(sum + (unsigned char)contents[i]);
	return sum;
}

/*
 * "c*N": c, and N-29 times more. Runs are of the bytes on the wire, so that they are expanded before escapes are looked
 * at. Returns what is wrong, or NULL.
 */
static const char *expand(struct buf *out, const char *wire, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int more;

		if (wire[i] != REPEAT) {
			buf_addc(out, wire[i]);
			continue;
		}
		if (!out->len || i + 1 >= n)
			return "a run of nothing";
		more = (unsigned char)wire[++i] - REPEAT_BASE;
		if (more < 1 || (unsigned char)wire[i] > 126)
			return "a run of an impossible length";
		while (more-- > 0)
			buf_addc(out, out->data[out->len - 1]);
		if (out->len > GDB_PACKET_MAX)
			return "a packet that is too long";
	}
	return NULL;
}

/* In place: escapes only ever shorten. */
static const char *unescape(struct buf *b)
{
	size_t to = 0;

	for (size_t i = 0; i < b->len; i++) {
		if (b->data[i] != ESCAPE) {
			b->data[to++] = b->data[i];
			continue;
		}
		if (++i >= b->len)
			return "an escape of nothing";
		b->data[to++] = (char)(b->data[i] ^ ESCAPED_BY);
	}
	b->len = to;
	if (b->data)
		b->data[to] = '\0';
	return NULL;
}

/* A packet's contents have come, and its sum. */
static enum gdb_event take(struct gdb_decoder *d, const char *wire, size_t n)
{
	int high = gdb_digit(wire[n + 1]), low = gdb_digit(wire[n + 2]);
	const char *why;

	buf_clear(&d->packet);
	buf_add(&d->packet, "", 0);
	if (high < 0 || low < 0)
		return damaged(d, "a checksum that is no number");
	if (sum_of(wire, n) != high * 16 + low)
		return damaged(d, "a wrong checksum");
	why = expand(&d->packet, wire, n);
	if (!why)
		why = unescape(&d->packet);
	return why ? damaged(d, why) : GDB_PACKET;
}

/* in.data[0] begins a packet. */
static enum gdb_event read_packet(struct gdb_decoder *d)
{
	const char *wire = d->in.data + 1;
	size_t n = d->in.len - 1, end = 0;
	enum gdb_event ev;

	while (end < n && wire[end] != '#' && wire[end] != '$')
		end++;
	if (end > GDB_PACKET_MAX) {
		buf_drop_front(&d->in, end);
		return damaged(d, "a packet that is too long");
	}
	if (end < n && wire[end] == '$') { /* never part of contents: the rest of the packet has been lost */
		buf_drop_front(&d->in, end + 1);
		return damaged(d, "a packet that breaks off");
	}
	if (end + SUM_LENGTH > n)
		return GDB_NOTHING;
	ev = take(d, wire, end);
	if (ev == GDB_PACKET && d->in.data[0] == '%')
		ev = GDB_NOTICE;
	buf_drop_front(&d->in, 1 + end + SUM_LENGTH);
	d->noise = 0;
	return ev;
}

enum gdb_event gdb_decoder_next(struct gdb_decoder *d)
{
	static const char starts[] = {'$', '%', '+', '-'};
	size_t skip = 0;

	while (skip < d->in.len && !memchr(starts, d->in.data[skip], sizeof starts))
		skip++;
	if (skip) {
		d->noise += skip;
		buf_drop_front(&d->in, skip);
	}
	if (!d->in.len)
		return GDB_NOTHING;
	if (d->in.data[0] == '$' || d->in.data[0] == '%')
		return read_packet(d);
	skip = d->in.data[0] == '+';
	buf_drop_front(&d->in, 1);
	return skip ? GDB_ACK : GDB_NAK;
}

void gdb_packet_frame(struct buf *out, const char *contents, size_t n)
{
	size_t start;

	buf_addc(out, '$');
	start = out->len;
	for (size_t i = 0; i < n; i++) {
		bool special = contents[i] && strchr("$#}*", contents[i]);

		if (special)
			buf_addc(out, ESCAPE);
		buf_addc(out, special ? (char)(contents[i] ^ ESCAPED_BY) : contents[i]);
	}
	buf_printf(out, "#%02x", sum_of(out->data + start, out->len - start));
}
