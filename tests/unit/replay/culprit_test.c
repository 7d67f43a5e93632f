/* Where a kernel sees all physical memory. */
#include <check.h>
#include <string.h>

#include "replay/culprit.h"

Suite *culprit_test(void);

START_TEST(each_kernel_has_its_window)
{
	uint64_t at;

	ck_assert_int_eq(culprit_window("aarch64", "el2", &at), 0);
	ck_assert_uint_eq(at, UINT64_C(0x8000000000));
	ck_assert_int_eq(culprit_window("aarch64", "el1", &at), 0);
	ck_assert_uint_eq(at, UINT64_C(0xffffff8000000000));
	ck_assert_int_eq(culprit_window("riscv64", "s-mode", &at), 0);
	ck_assert_uint_eq(at, UINT64_C(0xffffffc000000000));
}
END_TEST

/* A wrong guess would find nobody, and say that nobody did it. */
START_TEST(what_nobody_knows_is_no_window)
{
	uint64_t at;

	ck_assert_int_eq(culprit_window("aarch64", NULL, &at), -1);
	ck_assert_int_eq(culprit_window("x86_64", "ring0", &at), -1);
	ck_assert_int_eq(culprit_window(NULL, NULL, &at), -1);
}
END_TEST

/* What is left is told by what became of it; the limit, too. */
START_TEST(what_got_away_is_told)
{
	struct culprit_open_page open[] = {{.how = OPEN_UNTOUCHED, .page = 0x1000},
					   {.how = OPEN_NARROWED, .page = 0x2000, .from = 5, .to = 9},
					   {.how = OPEN_NARROWED, .page = 0x3000, .from = 4, .to = 8},
					   {.how = OPEN_UNWRITTEN, .page = 0x4000}};
	struct culprits c = {.wanted = 70, .watched = 64, .found = 60, .open = open, .open_count = 4, .window = 0x8000000000};
	const char *const *said;
	struct arena a;

	arena_init(&a);
	said = culprits_remarks(&c, &a);
	ck_assert_ptr_nonnull(strstr(said[0], "of 70 lost pages the first 64 were watched"));
	ck_assert_ptr_nonnull(strstr(said[1], "1 of 70 pages (0x1000, watched at physical + 0x8000000000): nothing touched them"));
	ck_assert_ptr_nonnull(strstr(said[2], "2 of 70 pages (0x2000, ...)"));
	ck_assert_ptr_nonnull(strstr(said[2], "after instruction 4 of the boot and by instruction 9"));
	ck_assert_ptr_nonnull(strstr(said[3], "never loaded"));
	ck_assert_ptr_null(said[4]);
	arena_finish(&a);
}
END_TEST

START_TEST(nothing_is_said_when_all_were_found)
{
	struct culprits c = {.wanted = 3, .watched = 3, .found = 3};
	struct arena a;

	arena_init(&a);
	ck_assert_ptr_null(culprits_remarks(&c, &a));
	arena_finish(&a);
}
END_TEST

/* The first region of the image in a page says what it should hold, and where in the page. */
START_TEST(a_page_knows_what_it_should_hold)
{
	static const uint8_t bytes[0x1800] = {1, 2, 3};
	struct region r = {.paddr = 0x60000800, .size = sizeof bytes, .bytes = bytes};
	struct boot_image img = {.regions = &r, .region_count = 1};
	struct replay_page p = replay_page_of(0x60000000, &img);

	ck_assert_ptr_eq(p.bytes, bytes);
	ck_assert_uint_eq(p.offset, 0x800);
	ck_assert_uint_eq(p.size, 0x800);
	p = replay_page_of(0x60001000, &img);
	ck_assert_ptr_eq(p.bytes, bytes + 0x800);
	ck_assert_uint_eq(p.offset, 0);
	ck_assert_uint_eq(p.size, 0x1000);
	ck_assert_ptr_null(replay_page_of(0x60002000, &img).bytes);
	ck_assert_ptr_null(replay_page_of(0x60000000, NULL).bytes);
}
END_TEST

Suite *culprit_test(void)
{
	Suite *suite = suite_create("culprit");
	TCase *t = tcase_create("culprit");

	tcase_add_test(t, each_kernel_has_its_window);
	tcase_add_test(t, what_nobody_knows_is_no_window);
	tcase_add_test(t, what_got_away_is_told);
	tcase_add_test(t, nothing_is_said_when_all_were_found);
	tcase_add_test(t, a_page_knows_what_it_should_hold);
	suite_add_tcase(suite, t);
	return suite;
}
