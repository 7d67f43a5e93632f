/* The client against a peer that follows a script: targets that run, that are slow, and servers that go wrong. */
#include "gdb/gdb.h"

#include <check.h>
#include <string.h>

#include "gdb/peer.h"
#include "gdb/target.h"
#include "util/clock.h"

Suite *gdb_test(void);

enum { PATIENCE = 60000, SHORT = 30 };

static struct peer peer;
static struct gdb g;
static struct err e;
static uint8_t got[10000];

static int64_t soon(void)
{
	return clock_ms() + PATIENCE;
}

static int open_with(const struct peer_rule *rules)
{
	e = (struct err){0};
	peer_start(&peer, rules);
	return gdb_open(&g, peer.fd, GDB_ATTACH_HALTS, soon(), &e);
}

static void shut(void)
{
	gdb_finish(&g);
	peer_end(&peer);
}

static void expect_bytes(uint64_t address, size_t n)
{
	memset(got, 0, sizeof got);
	ck_assert_msg(gdb_read(&g, address, got, n, soon(), &e) == 0, "%s", e.what);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(got[i], (address + i) & 255);
}

static void expect_error(const char *text)
{
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_msg(strstr(e.what, text) != NULL, "\"%s\" is not in \"%s\"", text, e.what);
}

#define SAYS(command_, reply_) {.command = command_, .reply = reply_}
#define PLAIN SAYS("qSupported", "PacketSize=1000;QStartNoAckMode+"), SAYS("QStart", "OK"), SAYS("?", "T05thread:01;")

START_TEST(a_server_is_greeted_and_read)
{
	static const struct peer_rule rules[] = {PLAIN, {0}};

	ck_assert_msg(open_with(rules) == 0, "%s", e.what);
	ck_assert_int_eq(g.state, GDB_HALTED);
	ck_assert(!g.acks);
	ck_assert_uint_eq(g.can.packet_size, 0x1000);
	expect_bytes(0x60000001, 9000);
	shut();
	ck_assert_uint_eq(peer.commands, 3 + 5);
}
END_TEST

START_TEST(a_server_that_says_nothing_of_itself_is_taken_as_the_oldest)
{
	static const struct peer_rule rules[] = {SAYS("?", "S05"), {0}};

	ck_assert_msg(open_with(rules) == 0, "%s", e.what);
	ck_assert(g.acks);
	expect_bytes(16, 1000);
	shut();
}
END_TEST

START_TEST(commands_fit_into_small_packets)
{
	static const struct peer_rule rules[] = {
		SAYS("qSupported", "PacketSize=64"), SAYS("?", "S05"), SAYS("M", "OK"), {0}};
	char zeros[1000] = {0};

	ck_assert_int_eq(open_with(rules), 0);
	expect_bytes(0x123456789abc, 1000);
	ck_assert_msg(gdb_write(&g, 0x123456789abc, zeros, sizeof zeros, soon(), &e) == 0, "%s", e.what);
	shut();
	ck_assert_uint_gt(peer.longest, 60); /* and the greeting is longer, which the server has not limited yet */
	ck_assert_uint_gt(peer.commands, 2 + 20 + 38);
}
END_TEST

START_TEST(a_short_answer_is_gone_on_from)
{
	static const struct peer_rule rules[] = {PLAIN, SAYS("m10,8", "101112"), {0}};

	ck_assert_int_eq(open_with(rules), 0);
	expect_bytes(0x10, 8);
	shut();
	ck_assert_str_eq(peer.last, "m13,5");
}
END_TEST

START_TEST(an_error_is_told_and_not_final)
{
	static const struct peer_rule rules[] = {PLAIN, SAYS("m10,", "E01"), SAYS("m20,", "E.no memory there"), SAYS("m30,", "zz"),
						 SAYS("m40,", ""), {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_read(&g, 0x10, got, 4, soon(), &e), -1);
	expect_error("cannot read 4 bytes at 0x10: the GDB server says error 01");
	ck_assert_int_eq(gdb_read(&g, 0x20, got, 4, soon(), &e), -1);
	expect_error("no memory there");
	ck_assert_int_eq(gdb_read(&g, 0x30, got, 4, soon(), &e), -1);
	expect_error("something else");
	ck_assert_int_eq(gdb_read(&g, 0x40, got, 4, soon(), &e), -1);
	expect_error("does not know how");
	ck_assert_int_eq(gdb_physical(&g, true, soon(), &e), -1);
	expect_error("physical");
	ck_assert_int_eq(g.state, GDB_HALTED);
	expect_bytes(0x50, 4);
	shut();
}
END_TEST

/* A late answer must not pass for that to the next question. */
START_TEST(a_slow_target_is_given_up_and_heard_out)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "m10,", .reply = "ffffffff", .fault = PEER_LATE}, {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_read(&g, 0x10, got, 4, clock_ms() + SHORT, &e), -1);
	expect_error("did not answer in time");
	ck_assert_int_eq(g.state, GDB_SLOW);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), -1);
	expect_error("has not answered yet");
	peer_release(&peer);
	expect_bytes(0x20, 4);
	ck_assert_int_eq(g.state, GDB_HALTED);
	shut();
}
END_TEST

START_TEST(a_running_target_is_not_asked)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "c", .fault = PEER_SILENT}, SAYS("\003", "T02thread:01;"), {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), 0);
	ck_assert_int_eq(g.state, GDB_RUNNING);
	ck_assert_int_eq(gdb_read(&g, 0x10, got, 4, soon(), &e), -1);
	expect_error("the target is running");
	ck_assert_int_eq(gdb_wait(&g, clock_ms() + SHORT, &e), 0);
	ck_assert_int_eq(gdb_interrupt(&g, &e), 0);
	ck_assert_msg(gdb_wait(&g, soon(), &e) == 1, "%s", e.what);
	ck_assert_int_eq(g.stop.signal, GDB_SIGNAL_INTERRUPT);
	expect_bytes(0x10, 4);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_BACK, &e), -1);
	expect_error("back in time");
	shut();
	ck_assert_uint_eq(peer.interrupts, 1);
}
END_TEST

START_TEST(a_target_that_does_not_stand_still_is_told_of)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "c", .fault = PEER_SILENT},
						 {.command = "\003", .fault = PEER_SILENT}, {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), 0);
	ck_assert_int_eq(gdb_interrupt(&g, &e), 0);
	ck_assert_int_eq(gdb_wait(&g, clock_ms() + SHORT, &e), 0);
	ck_assert_int_eq(g.state, GDB_HALTING);
	shut();
}
END_TEST

START_TEST(a_target_that_was_running_when_it_was_connected_is_interrupted)
{
	static const struct peer_rule rules[] = {PLAIN, SAYS("\003", "T02thread:01;"), {0}};

	peer_start(&peer, rules);
	ck_assert_msg(gdb_open(&g, peer.fd, GDB_ATTACH_RUNNING, soon(), &e) == 0, "%s", e.what);
	expect_bytes(0x10, 4);
	shut();
}
END_TEST

START_TEST(texts_of_the_target_and_notices_are_no_answers)
{
	static const struct peer_rule rules[] = {
		PLAIN, {.command = "c", .wire = "$O48490a#b9%Stop:x#58$T05watch:ffffff8060200000;#99"}, {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), 0);
	ck_assert_int_eq(gdb_wait(&g, soon(), &e), 1);
	ck_assert_uint_eq(g.stop.address, 0xffffff8060200000);
	shut();
}
END_TEST

/* Two stops of one continue: an interrupt that met a breakpoint. */
START_TEST(a_second_stop_is_no_answer_to_the_next_command)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "c", .wire = "$S05#b8$S02#b5"}, {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), 0);
	ck_assert_int_eq(gdb_wait(&g, soon(), &e), 1);
	expect_bytes(0x10, 4);
	shut();
}
END_TEST

START_TEST(a_server_that_closes_is_gone)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "m", .fault = PEER_CLOSES}, {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_read(&g, 0x10, got, 4, soon(), &e), -1);
	expect_error("gone");
	ck_assert_int_eq(g.state, GDB_GONE);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), -1);
	shut();
}
END_TEST

START_TEST(what_ends_there_is_gone)
{
	static const struct peer_rule rules[] = {PLAIN, SAYS("c", "W00"), {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_go(&g, GDB_GO_CONTINUE, &e), 0);
	ck_assert_int_eq(gdb_wait(&g, soon(), &e), -1);
	expect_error("what ran there has ended");
	shut();
}
END_TEST

START_TEST(garbage_is_told_from_a_server)
{
	static const struct peer_rule greets[][3] = {
		{SAYS("qSupported", "hello"), {0}},
		{SAYS("?", "hello"), {0}},
		{SAYS("?", "W00"), {0}},
		{{.command = "qSupported", .fault = PEER_CLOSES}, {0}},
	};

	ck_assert_int_eq(open_with(greets[_i]), -1);
	expect_error("gone");
	shut();
}
END_TEST

START_TEST(noise_is_told_from_a_server)
{
	struct buf noise = {0};
	struct peer_rule rules[] = {{.command = "qSupported"}, {0}};

	while (noise.len < 2 * GDB_NOISE_MAX)
		buf_adds(&noise, "login: ");
	rules[0].wire = noise.data;
	ck_assert_int_eq(open_with(rules), -1);
	expect_error("not the GDB remote protocol");
	shut();
	buf_finish(&noise);
}
END_TEST

START_TEST(nobody_there_is_told_in_time)
{
	static const struct peer_rule rules[] = {{.command = "", .fault = PEER_SILENT}, {0}};

	peer_start(&peer, rules);
	ck_assert_int_eq(gdb_open(&g, peer.fd, GDB_ATTACH_HALTS, clock_ms() + SHORT, &e), -1);
	expect_error("does not answer");
	shut();
}
END_TEST

/* With acknowledgements what arrives damaged is asked for again, three times. */
START_TEST(damage_is_repaired_or_told)
{
	struct peer_rule rules[] = {SAYS("qSupported", "PacketSize=1000"), SAYS("?", "S05"), {.command = "m10,", .wire = "$10111213#00"}, {0}};

	rules[2].times = _i;
	ck_assert_int_eq(open_with(rules), 0);
	if (_i)
		expect_bytes(0x10, 4);
	else
		ck_assert_int_eq(gdb_read(&g, 0x10, got, 4, soon(), &e), -1);
	shut();
	ck_assert_uint_eq(peer.naks, _i ? (unsigned)_i : 3);
}
END_TEST

START_TEST(damage_without_acknowledgements_is_final)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "m10,", .wire = "$10111213#00"}, {0}};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_read(&g, 0x10, got, 4, soon(), &e), -1);
	expect_error("wrong checksum");
	shut();
}
END_TEST

START_TEST(registers_are_read_by_name)
{
	static const struct peer_rule rules[] = {
		PLAIN, SAYS("p20", "8000007000000000"), SAYS("p21", "c9030000"), SAYS("p1", "xxxxxxxxxxxxxxxx"), SAYS("P20=", "OK"), {0}};
	uint64_t value = 0;

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_int_eq(gdb_describe(&g, ARCH_AARCH64, soon(), &e), 0);
	ck_assert_int_eq(gdb_register(&g, "pc", &value, soon(), &e), 0);
	ck_assert_uint_eq(value, 0x70000080);
	ck_assert_int_eq(gdb_register(&g, "cpsr", &value, soon(), &e), 0);
	ck_assert_uint_eq(value, 0x3c9);
	ck_assert_int_eq(gdb_register(&g, "x1", &value, soon(), &e), -1);
	ck_assert_int_eq(gdb_register(&g, "satp", &value, soon(), &e), -1);
	expect_error("does not know a register satp");
	ck_assert_int_eq(gdb_set_register(&g, "pc", 0x200000, soon(), &e), 0);
	shut();
	ck_assert_str_eq(peer.last, "P20=0000200000000000");
}
END_TEST

START_TEST(descriptions_are_read_in_pieces)
{
	static const struct peer_rule rules[] = {
		SAYS("qSupported", "PacketSize=1000;qXfer:features:read+"),
		SAYS("?", "S05"),
		SAYS("qXfer:features:read:target.xml:0,", "m<target><xi:include href=\"csr."),
		SAYS("qXfer:features:read:target.xml:1e,", "lxml\"/><reg name=\"pc\" bitsize=\"64\"/></target>"),
		SAYS("qXfer:features:read:csr.xml:0,", "l<reg name=\"satp\" bitsize=\"64\" regnum=\"450\"/>"),
		SAYS("p1c2", "0100000000000080"),
		{0}};
	uint64_t value = 0;

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_msg(gdb_describe(&g, ARCH_RISCV64, soon(), &e) == 0, "%s", e.what);
	ck_assert_msg(gdb_register(&g, "satp", &value, soon(), &e) == 0, "%s", e.what);
	ck_assert_uint_eq(value, 0x8000000000000001);
	shut();
}
END_TEST

START_TEST(the_monitor_speaks_in_pieces)
{
	static const struct peer_rule rules[] = {PLAIN, {.command = "qRcmd,", .wire = "$O6869#2c$O0a#e0$OK#9a"}, {0}};
	struct buf said = {0};

	ck_assert_int_eq(open_with(rules), 0);
	ck_assert_msg(gdb_monitor(&g, "info", &said, soon(), &e) == 0, "%s", e.what);
	ck_assert_str_eq(said.data, "hi\n");
	expect_bytes(0x10, 4);
	shut();
	buf_finish(&said);
}
END_TEST

Suite *gdb_test(void)
{
	Suite *suite = suite_create("gdb");
	TCase *t = tcase_create("gdb");

	tcase_add_test(t, a_server_is_greeted_and_read);
	tcase_add_test(t, a_server_that_says_nothing_of_itself_is_taken_as_the_oldest);
	tcase_add_test(t, commands_fit_into_small_packets);
	tcase_add_test(t, a_short_answer_is_gone_on_from);
	tcase_add_test(t, an_error_is_told_and_not_final);
	tcase_add_test(t, a_slow_target_is_given_up_and_heard_out);
	tcase_add_test(t, a_running_target_is_not_asked);
	tcase_add_test(t, a_target_that_does_not_stand_still_is_told_of);
	tcase_add_test(t, a_target_that_was_running_when_it_was_connected_is_interrupted);
	tcase_add_test(t, texts_of_the_target_and_notices_are_no_answers);
	tcase_add_test(t, a_second_stop_is_no_answer_to_the_next_command);
	tcase_add_test(t, a_server_that_closes_is_gone);
	tcase_add_test(t, what_ends_there_is_gone);
	tcase_add_loop_test(t, garbage_is_told_from_a_server, 0, 4);
	tcase_add_test(t, noise_is_told_from_a_server);
	tcase_add_test(t, nobody_there_is_told_in_time);
	tcase_add_loop_test(t, damage_is_repaired_or_told, 0, 4);
	tcase_add_test(t, damage_without_acknowledgements_is_final);
	tcase_add_test(t, registers_are_read_by_name);
	tcase_add_test(t, descriptions_are_read_in_pieces);
	tcase_add_test(t, the_monitor_speaks_in_pieces);
	suite_add_tcase(suite, t);
	return suite;
}
