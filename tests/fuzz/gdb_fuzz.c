/* What a GDB server may send. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/gdbpacket.h"
#include "proto/gdbregisters.h"
#include "proto/gdbreply.h"

const unsigned fuzz_cost = 1;

static void read_packet(const struct buf *packet)
{
	struct gdb_registers registers;
	struct gdb_supported supported;
	struct gdb_stop stop;
	struct buf includes = {0};
	char text[64];

	gdb_registers_init(&registers);
	gdb_reply_kind(packet->data, packet->len);
	gdb_reply_error_text(packet->data, packet->len, text, sizeof text);
	gdb_reply_bytes(packet->data, packet->len, text, sizeof text);
	gdb_stop_read(&stop, packet->data, packet->len);
	gdb_supported_read(&supported, packet->data, packet->len);
	gdb_registers_read(&registers, packet->data, packet->len, &includes);
	gdb_registers_find(&registers, "pc");
	gdb_registers_finish(&registers);
	buf_finish(&includes);
}

/* What was framed comes out as it went in. */
static void there_and_back(const uint8_t *bytes, size_t n)
{
	struct gdb_decoder d;
	struct buf wire = {0};

	gdb_decoder_init(&d);
	gdb_packet_frame(&wire, (const char *)bytes, n);
	gdb_decoder_feed(&d, wire.data, wire.len);
	if (gdb_decoder_next(&d) != GDB_PACKET || d.packet.len != n || (n && memcmp(d.packet.data, bytes, n) != 0))
		abort();
	gdb_decoder_finish(&d);
	buf_finish(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf whole = {0};
	struct gdb_decoder d;
	enum gdb_event ev;

	there_and_back(bytes, n);
	buf_add(&whole, bytes, n);
	read_packet(&whole);
	buf_finish(&whole);
	gdb_decoder_init(&d);
	for (size_t half = 0; half < 2; half++) {
		gdb_decoder_feed(&d, (const char *)bytes + (half ? n / 2 : 0), half ? n - n / 2 : n / 2);
		while ((ev = gdb_decoder_next(&d)) != GDB_NOTHING)
			if (ev == GDB_PACKET || ev == GDB_NOTICE)
				read_packet(&d.packet);
	}
	gdb_decoder_finish(&d);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char described[] = "l<?xml version=\"1.0\"?><target><!-- x --><xi:include href=\"core.xml\"/><reg name=\"pc\" "
					"bitsize=\"64\" type=\"code_ptr\" regnum=\"32\"/></target>";
	const char *const contents[] = {
		"OK", "E01", "E.no such memory", "T05thread:p01.01;watch:ffffff8060200000;", "S02", "W00;process:1",
		"PacketSize=1000;qXfer:features:read+;vContSupported+;ReverseStep+;ReverseContinue+", "a5a5a5a5a5a5a5a5",
		described,
	};
	static const char runs[] = "+$0* #7a$T05swbreak:;#8f-%Stop:T05#7a";
	struct buf wire = {0};

	for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
		add(contents[i], strlen(contents[i]));
		gdb_packet_frame(&wire, contents[i], strlen(contents[i]));
		add(wire.data, wire.len);
	}
	add(runs, sizeof runs - 1);
	buf_finish(&wire);
}
