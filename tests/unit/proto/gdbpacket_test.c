#include <check.h>
#include <string.h>

#include "proto/gdbpacket.h"

Suite *gdbpacket_test(void);

static struct gdb_decoder d;

static void setup(void)
{
	gdb_decoder_init(&d);
}

static void teardown(void)
{
	gdb_decoder_finish(&d);
}

static void feed(const char *bytes)
{
	gdb_decoder_feed(&d, bytes, strlen(bytes));
}

static void expect(enum gdb_event ev, const char *contents)
{
	ck_assert_int_eq(gdb_decoder_next(&d), ev);
	if (contents) {
		ck_assert_uint_eq(d.packet.len, strlen(contents));
		ck_assert_str_eq(d.packet.data, contents);
	}
}

START_TEST(events_are_found_however_the_bytes_are_cut)
{
	static const char wire[] = "+$OK#9a-%Stop:T05#99$#00$m1,2#5f";

	for (size_t cut = 0; cut < sizeof wire; cut++) {
		struct gdb_decoder again;

		gdb_decoder_init(&again);
		for (int half = 0; half < 2; half++)
			gdb_decoder_feed(&again, wire + (half ? cut : 0), half ? sizeof wire - 1 - cut : cut);
		d = again;
		expect(GDB_ACK, NULL);
		expect(GDB_PACKET, "OK");
		expect(GDB_NAK, NULL);
		expect(GDB_NOTICE, "Stop:T05");
		expect(GDB_PACKET, "");
		ck_assert_int_eq(gdb_decoder_next(&d), GDB_DAMAGED); /* a wrong sum */
		expect(GDB_NOTHING, NULL);
		gdb_decoder_finish(&d);
	}
}
END_TEST

START_TEST(what_is_framed_comes_out_again)
{
	char all[256];
	struct buf wire = {0};

	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	gdb_packet_frame(&wire, all, sizeof all);
	for (size_t i = 0; i < wire.len; i++) {
		ck_assert_int_eq(gdb_decoder_next(&d), GDB_NOTHING);
		gdb_decoder_feed(&d, wire.data + i, 1);
	}
	ck_assert_int_eq(gdb_decoder_next(&d), GDB_PACKET);
	ck_assert_uint_eq(d.packet.len, sizeof all);
	ck_assert_int_eq(memcmp(d.packet.data, all, sizeof all), 0);
	buf_finish(&wire);
}
END_TEST

START_TEST(runs_are_expanded)
{
	feed("$0* #7a$x*\"y*!#8a"); /* "0000", and a run of six that a sender may not shorten further */
	expect(GDB_PACKET, "0000");
	ck_assert_int_ne(gdb_decoder_next(&d), GDB_NOTHING);
}
END_TEST

START_TEST(damage_is_told_and_the_next_packet_is_read)
{
	static const char *const wires[] = {"$OK#9b", "$OK#xy", "$*!#4b", "$0*#5a", "$0*\x1d#77", "$a}#de", "$brok$brok"};

	for (size_t i = 0; i < sizeof wires / sizeof wires[0]; i++) {
		setup();
		feed(wires[i]);
		if (i + 1 < sizeof wires / sizeof wires[0])
			feed("$OK#9a");
		ck_assert_int_eq(gdb_decoder_next(&d), GDB_DAMAGED);
		ck_assert_ptr_nonnull(d.why);
		if (i + 1 < sizeof wires / sizeof wires[0])
			expect(GDB_PACKET, "OK");
		teardown();
	}
	setup();
}
END_TEST

START_TEST(a_packet_without_an_end_is_given_up)
{
	struct buf bytes = {0};

	buf_addc(&bytes, '$');
	for (size_t i = 0; i < GDB_PACKET_MAX; i++)
		buf_addc(&bytes, 'a');
	gdb_decoder_feed(&d, bytes.data, bytes.len);
	expect(GDB_NOTHING, NULL);
	feed("aa$OK#9a");
	expect(GDB_DAMAGED, NULL);
	expect(GDB_PACKET, "OK");
	buf_finish(&bytes);
}
END_TEST

START_TEST(a_run_cannot_grow_without_bounds)
{
	struct buf wire = {0};
	unsigned char sum = '0';

	buf_adds(&wire, "$0");
	for (size_t i = 0; i < GDB_PACKET_MAX / 64; i++) {
		buf_adds(&wire, "*~");
		sum = (unsigned char)(sum + '*' + '~');
	}
	buf_printf(&wire, "#%02x", sum);
	gdb_decoder_feed(&d, wire.data, wire.len);
	expect(GDB_DAMAGED, NULL);
	buf_finish(&wire);
}
END_TEST

START_TEST(noise_is_passed_over_and_counted)
{
	feed("U Boot 2023.01\r\n");
	expect(GDB_NOTHING, NULL);
	ck_assert_uint_eq(d.noise, 16);
	feed("$OK#9a");
	expect(GDB_PACKET, "OK");
	ck_assert_uint_eq(d.noise, 0);
}
END_TEST

Suite *gdbpacket_test(void)
{
	Suite *suite = suite_create("gdbpacket");
	TCase *t = tcase_create("gdbpacket");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, events_are_found_however_the_bytes_are_cut);
	tcase_add_test(t, what_is_framed_comes_out_again);
	tcase_add_test(t, runs_are_expanded);
	tcase_add_test(t, damage_is_told_and_the_next_packet_is_read);
	tcase_add_test(t, a_packet_without_an_end_is_given_up);
	tcase_add_test(t, a_run_cannot_grow_without_bounds);
	tcase_add_test(t, noise_is_passed_over_and_counted);
	suite_add_tcase(suite, t);
	return suite;
}
