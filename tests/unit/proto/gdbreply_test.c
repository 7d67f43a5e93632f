/* What a server answers, what it supports, and its registers. */
#include <check.h>
#include <string.h>

#include "proto/gdbcommand.h"
#include "proto/gdbregisters.h"
#include "proto/gdbreply.h"

Suite *gdbreply_test(void);

static enum gdb_reply_kind kind(const char *reply)
{
	return gdb_reply_kind(reply, strlen(reply));
}

START_TEST(kinds_are_told_apart)
{
	char text[16];

	ck_assert_int_eq(kind("OK"), GDB_REPLY_OK);
	ck_assert_int_eq(kind(""), GDB_REPLY_UNSUPPORTED);
	ck_assert_int_eq(kind("E01"), GDB_REPLY_ERROR);
	ck_assert_int_eq(kind("E.cannot"), GDB_REPLY_ERROR);
	ck_assert_int_eq(kind("E012"), GDB_REPLY_DATA);
	ck_assert_int_eq(kind("Exy"), GDB_REPLY_DATA);
	ck_assert_int_eq(kind("E"), GDB_REPLY_DATA);
	gdb_reply_error_text("E0a", 3, text, sizeof text);
	ck_assert_str_eq(text, "error 0a");
	gdb_reply_error_text("E.no\nsuch memory region", 23, text, sizeof text);
	ck_assert_str_eq(text, "no?such memory ");
}
END_TEST

START_TEST(digits_are_bytes_or_nothing)
{
	unsigned char out[2];

	ck_assert_int_eq(gdb_reply_bytes("0aFf", 4, out, 2), 2);
	ck_assert(out[0] == 0x0a && out[1] == 0xff);
	ck_assert_int_eq(gdb_reply_bytes("0aF", 3, out, 2), -1);
	ck_assert_int_eq(gdb_reply_bytes("xx", 2, out, 2), -1);
	ck_assert_int_eq(gdb_reply_bytes("010203", 6, out, 2), -1);
	ck_assert_int_eq(gdb_reply_bytes("", 0, out, 2), 0);
}
END_TEST

static struct gdb_stop stop(const char *reply)
{
	struct gdb_stop s;

	ck_assert_msg(gdb_stop_read(&s, reply, strlen(reply)), "%s", reply);
	return s;
}

START_TEST(stop_replies_are_read)
{
	ck_assert_uint_eq(stop("T05thread:01;watch:ffffff8060200000;").address, 0xffffff8060200000);
	ck_assert_int_eq(stop("T05watch:10;thread:p01.01;").reason, GDB_REASON_WATCH);
	ck_assert_str_eq(stop("T05watch:10;thread:p01.01;").thread, "p01.01");
	ck_assert_int_eq(stop("T05swbreak:;").reason, GDB_REASON_BREAKPOINT);
	ck_assert_int_eq(stop("T05replaylog:end;").reason, GDB_REASON_LOG_ENDS);
	ck_assert_int_eq(stop("S02").signal, GDB_SIGNAL_INTERRUPT);
	ck_assert_int_eq(stop("T0505:8877665544332211;").reason, GDB_REASON_NONE);
	ck_assert_int_eq(stop("W00").kind, GDB_STOP_EXITED);
	ck_assert_int_eq(stop("X09;process:1").kind, GDB_STOP_KILLED);
	ck_assert_int_eq(stop("O48490a").kind, GDB_STOP_OUTPUT);
	ck_assert_int_eq(stop("N").kind, GDB_STOP_NONE);
}
END_TEST

START_TEST(what_is_no_stop_reply_is_refused)
{
	static const char *const no[] = {"", "T", "T5", "Txx", "OK", "E01", "S05thread:1;", "T05watch", "T05watch:;",
					 "T05watch:10000000000000000;", "T05awatch:zz;", "NO"};
	struct gdb_stop s;

	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		ck_assert_msg(!gdb_stop_read(&s, no[i], strlen(no[i])), "%s", no[i]);
}
END_TEST

static bool supported(struct gdb_supported *s, const char *reply)
{
	return gdb_supported_read(s, reply, strlen(reply));
}

START_TEST(features_are_read)
{
	struct gdb_supported s;

	ck_assert(supported(&s, "PacketSize=1000;qXfer:features:read+;vContSupported+;ReverseStep+;ReverseContinue-;"));
	ck_assert_uint_eq(s.packet_size, 0x1000);
	ck_assert(s.features && s.vcont && s.reverse_step && !s.reverse_continue && !s.no_ack);
	ck_assert(supported(&s, "") && s.packet_size == 0);
	ck_assert(supported(&s, "QStartNoAckMode+;multiprocess+;x?") && s.no_ack);
	ck_assert(!supported(&s, "PacketSize=zz"));
	ck_assert(!supported(&s, "nonsense") && !supported(&s, "PacketSize=;QStartNoAckMode+") && s.no_ack);
}
END_TEST

START_TEST(registers_come_from_a_description)
{
	static const char xml[] = "<?xml version=\"1.0\"?><!-- <reg name=\"no\" bitsize=\"64\"/> -->"
				  "<target><xi:include href=\"core.xml\"/><xi:include href=\"../x;y\"/>"
				  "<feature name=\"f\"><reg name=\"satp\" bitsize=\"64\" regnum=\"450\"/>"
				  "<reg name=\"next\" bitsize=\"32\"/></feature></target>";
	struct gdb_registers r;
	struct buf includes = {0};

	gdb_registers_init(&r);
	ck_assert(gdb_registers_read(&r, xml, sizeof xml - 1, &includes));
	ck_assert_str_eq(includes.data, "core.xml\n");
	ck_assert_uint_eq(gdb_registers_find(&r, "satp")->number, 450);
	ck_assert_uint_eq(gdb_registers_find(&r, "next")->number, 451);
	ck_assert_uint_eq(gdb_registers_find(&r, "next")->bits, 32);
	ck_assert_ptr_null(gdb_registers_find(&r, "no"));
	ck_assert(!gdb_registers_read(&r, "<reg name=\"a\"/>", 15, &includes));
	ck_assert(!gdb_registers_read(&r, "<reg name=\"a\" bitsize=\"-1\"/>", 28, &includes));
	buf_finish(&includes);
	gdb_registers_finish(&r);
}
END_TEST

START_TEST(registers_are_known_without_one)
{
	struct gdb_registers arm, riscv;

	gdb_registers_init(&arm);
	gdb_registers_init(&riscv);
	gdb_registers_of_aarch64(&arm);
	gdb_registers_of_riscv64(&riscv);
	ck_assert_uint_eq(gdb_registers_find(&arm, "pc")->number, 32);
	ck_assert_uint_eq(gdb_registers_find(&arm, "x30")->number, 30);
	ck_assert_uint_eq(gdb_registers_find(&riscv, "pc")->number, 32);
	ck_assert_uint_eq(gdb_registers_find(&riscv, "a0")->number, 10);
	gdb_registers_finish(&arm);
	gdb_registers_finish(&riscv);
}
END_TEST

START_TEST(commands_are_spelled_as_the_manual_has_them)
{
	struct buf b = {0};

	gdb_ask_read(&b, 0x60200000, 2048);
	gdb_ask_write(&b, 0x10, "\xa5\x01", 2);
	gdb_ask_point(&b, 1, GDB_POINT_WRITE, 0x8060200000, 8);
	gdb_ask_point(&b, 0, GDB_POINT_SOFTWARE, 0x200000, 4);
	gdb_ask_set_register(&b, 32, "\x00\x10", 2);
	gdb_ask_monitor(&b, "gva2gpa 1");
	gdb_ask_object(&b, "features", "target.xml", 0, 0xffb);
	ck_assert_str_eq(b.data, "m60200000,800" "M10,2:a501" "Z2,8060200000,8" "z0,200000,4" "P20=0010"
				 "qRcmd,67766132677061" "2031" "qXfer:features:read:target.xml:0,ffb");
	buf_finish(&b);
}
END_TEST

Suite *gdbreply_test(void)
{
	Suite *suite = suite_create("gdbreply");
	TCase *t = tcase_create("gdbreply");

	tcase_add_test(t, kinds_are_told_apart);
	tcase_add_test(t, digits_are_bytes_or_nothing);
	tcase_add_test(t, stop_replies_are_read);
	tcase_add_test(t, what_is_no_stop_reply_is_refused);
	tcase_add_test(t, features_are_read);
	tcase_add_test(t, registers_come_from_a_description);
	tcase_add_test(t, registers_are_known_without_one);
	tcase_add_test(t, commands_are_spelled_as_the_manual_has_them);
	suite_add_tcase(suite, t);
	return suite;
}
