#include "image/block.h"

#include <check.h>

Suite *block_test(void);

#define MIB (UINT64_C(1) << 20)

static const struct memory_piece ram = {0x40000000, 1024 * MIB};

/* The kernel at `kernel`, the initial task a MiB behind it; `pool` is where its objects are. */
static enum block_answer answer(uint64_t kernel, uint64_t pool, const struct memory_piece *offered, size_t count)
{
	struct region regions[] = {{.owner = REGION_KERNEL, .paddr = kernel, .size = MIB}};
	struct memory_piece reserved[] = {{kernel, 2 * MIB}, {pool, MIB}, {0x60000000, count ? 512 * MIB : 0}};
	struct boot_image img = {
		.ui_start = kernel + MIB,
		.ui_end = kernel + 2 * MIB,
		.regions = regions,
		.region_count = 1,
		.reserved = reserved,
		.reserved_count = 3,
		.has_reserved = true,
	};

	return block_answer(&img, ram, offered, count, 512 * MIB);
}

START_TEST(reserves_at_both_ends_leave_no_half)
{
	ck_assert_int_eq(answer(0x40800000, 0x7ff00000, NULL, 0), BLOCK_REFUSED);
	ck_assert_int_eq(answer(0x40000000, 0x60000000, NULL, 0), BLOCK_REFUSED);
}
END_TEST

START_TEST(reserves_in_one_half_leave_the_other)
{
	ck_assert_int_eq(answer(0x40800000, 0x5ff00000, NULL, 0), BLOCK_GRANTED);
	ck_assert_int_eq(answer(0x60000000, 0x7ff00000, NULL, 0), BLOCK_GRANTED);
}
END_TEST

START_TEST(what_the_device_tree_reserves_can_be_had_unless_the_image_is_there)
{
	static const struct memory_piece half = {0x60000000, 512 * MIB}, crooked = {0x60100000, 512 * MIB};

	ck_assert_int_eq(answer(0x40800000, 0x40000000, &half, 1), BLOCK_GRANTED);
	ck_assert_int_eq(answer(0x60800000, 0x40000000, &half, 1), BLOCK_REFUSED);
	ck_assert_int_eq(answer(0x40800000, 0x40000000, &crooked, 1), BLOCK_REFUSED); /* not aligned to its size */
}
END_TEST

START_TEST(two_halves_of_two_halves_are_no_half)
{
	struct boot_image img = {.ui_start = 0x5ff00000, .ui_end = 0x60100000, .has_reserved = true};

	ck_assert_int_eq(block_answer(&img, ram, NULL, 0, 512 * MIB), BLOCK_REFUSED);
	ck_assert_int_eq(block_answer(&img, ram, NULL, 0, 256 * MIB), BLOCK_GRANTED);
}
END_TEST

START_TEST(without_a_report_nobody_knows)
{
	struct boot_image img = {.ui_start = 0x40000000, .ui_end = 0x40001000};
	static const struct memory_piece half = {0x60000000, 512 * MIB};

	ck_assert_int_eq(block_answer(&img, ram, NULL, 0, 512 * MIB), BLOCK_UNKNOWN);
	ck_assert_ptr_null(block_answer_name(BLOCK_UNKNOWN));
	ck_assert_int_eq(block_answer(&img, ram, &half, 1, 512 * MIB), BLOCK_GRANTED);
}
END_TEST

/* Ranges up to the last address neither wrap nor loop. */
START_TEST(the_end_of_the_address_space_is_no_trap)
{
	struct boot_image img = {.ui_start = 0, .ui_end = 1, .has_reserved = true};
	struct memory_piece top = {UINT64_MAX - 0xfff, 0xfff}, all = {0, UINT64_MAX};

	ck_assert_int_eq(block_answer(&img, top, NULL, 0, 4096), BLOCK_REFUSED);
	ck_assert_int_eq(block_answer(&img, all, NULL, 0, UINT64_C(1) << 63), BLOCK_REFUSED);
	ck_assert_int_eq(block_answer(&img, all, NULL, 0, UINT64_C(1) << 62), BLOCK_GRANTED);
}
END_TEST

Suite *block_test(void)
{
	Suite *s = suite_create("block");
	TCase *t = tcase_create("block");

	tcase_add_test(t, reserves_at_both_ends_leave_no_half);
	tcase_add_test(t, reserves_in_one_half_leave_the_other);
	tcase_add_test(t, what_the_device_tree_reserves_can_be_had_unless_the_image_is_there);
	tcase_add_test(t, two_halves_of_two_halves_are_no_half);
	tcase_add_test(t, without_a_report_nobody_knows);
	tcase_add_test(t, the_end_of_the_address_space_is_no_trap);
	suite_add_tcase(s, t);
	return s;
}
