/* What a U-Boot prints of memory. */
#include <check.h>
#include <string.h>

#include "proto/uboot.h"

Suite *uboot_text_test(void);

static bool crc_of(const char *text, uint32_t *crc)
{
	return uboot_read_crc(text, strlen(text), crc);
}

START_TEST(a_sum_is_the_number_behind_the_arrow)
{
	uint32_t crc = 0;

	ck_assert(crc_of("crc32 for 70000000 ... 70025a27 ==> b3c65ff4\r\n", &crc));
	ck_assert_uint_eq(crc, 0xb3c65ff4);
	ck_assert(crc_of("==> 1\r\ncrc32 for 0 ... f ==> 0000002A", &crc));
	ck_assert_uint_eq(crc, 0x2a);
}
END_TEST

START_TEST(what_is_no_sum_is_refused)
{
	static const char *const texts[] = {"", "==> ", "==> b3c65ff", "=> b3c65ff4", "Unknown command 'crc32'", "==> b3c65gf4"};
	uint32_t crc;

	ck_assert(!crc_of(texts[_i], &crc));
}
END_TEST

static bool dump_of(const char *text, uint8_t *out, size_t n)
{
	return uboot_read_dump(text, strlen(text), 0x50000000, out, n);
}

START_TEST(a_dump_is_read_line_by_line)
{
	uint8_t out[20];

	ck_assert(dump_of("50000000: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................\r\n"
			  "50000010: 10 11 12 ff                                      ....\r\n", out, sizeof out));
	for (size_t i = 0; i < 19; i++)
		ck_assert_uint_eq(out[i], i);
	ck_assert_uint_eq(out[19], 0xff);
}
END_TEST

START_TEST(a_dump_with_a_gap_or_a_damaged_line_is_refused)
{
	static const char *const texts[] = {
		"",
		"50000000: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ....\r\n", /* too short */
		"50000000: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n50000020: 10 11 12 13\n",
		"50000000: 00 01 02 03 04 05 06 07 08 0x 0a 0b 0c 0d 0e 0f\n50000010: 10 11 12 13\n",
		"50000000 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n50000010: 10 11 12 13\n",
		"500000000: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n50000010: 10 11 12 13\n",
	};
	uint8_t out[20];

	ck_assert(!dump_of(texts[_i], out, sizeof out));
}
END_TEST

START_TEST(what_is_reserved_is_known)
{
	static const char text[] = "relocaddr   = 0x00000000bfef7000\r\nlmb_dump_all:\r\n memory.cnt  = 0x1\r\n"
				   " memory[0]\t[0x40000000-0xbfffffff], 0x80000000 bytes flags: 0\r\n"
				   " reserved[0]\t[0xbddb2000-0xbfffffff], 0x0224e000 bytes flags: 0\r\n"
				   " reserved[1]\t[0x80000000-0x8007ffff], 0x00080000 bytes flags: 4\r\n";
	struct uboot_reserved kept[4];

	ck_assert_int_eq(uboot_read_reserved(text, strlen(text), kept, 4), 2);
	ck_assert_uint_eq(kept[0].first, 0xbddb2000);
	ck_assert_uint_eq(kept[0].last, 0xbfffffff);
	ck_assert_uint_eq(kept[1].first, 0x80000000);
	ck_assert_uint_eq(kept[1].last, 0x8007ffff);
	ck_assert_int_eq(uboot_read_reserved(text, strlen(text), kept, 1), 1);
}
END_TEST

START_TEST(who_does_not_say_what_is_reserved_is_not_taken_to_reserve_nothing)
{
	struct uboot_reserved kept[4];
	static const char text[] = "relocaddr   = 0x00000000bfef7000\r\n";

	ck_assert_int_eq(uboot_read_reserved(text, strlen(text), kept, 4), -1);
	ck_assert_int_eq(uboot_read_reserved(NULL, 0, kept, 4), -1);
}
END_TEST

Suite *uboot_text_test(void)
{
	Suite *s = suite_create("uboot_text");
	TCase *t = tcase_create("all");

	tcase_add_test(t, a_sum_is_the_number_behind_the_arrow);
	tcase_add_loop_test(t, what_is_no_sum_is_refused, 0, 6);
	tcase_add_test(t, a_dump_is_read_line_by_line);
	tcase_add_loop_test(t, a_dump_with_a_gap_or_a_damaged_line_is_refused, 0, 6);
	tcase_add_test(t, what_is_reserved_is_known);
	tcase_add_test(t, who_does_not_say_what_is_reserved_is_not_taken_to_reserve_nothing);
	suite_add_tcase(s, t);
	return s;
}
