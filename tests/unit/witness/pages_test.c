#include "witness/pages.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *pages_test(void);

enum { PAGE = PAGE_SIZE_4K, ROOM = 16 * PAGE, WORD = 8 };

static uint8_t image[ROOM], memory[ROOM];
static struct region region;
static struct region_pages pages;
static const struct page_rivals *rivals;

static void set_up(void)
{
	for (size_t i = 0; i < ROOM; i++)
		image[i] = (uint8_t)(1 + i % 251);
	memcpy(memory, image, ROOM);
	region = (struct region){.owner = REGION_PD, .name = "hello-0", .pd = "hello", .paddr = 0x60000000,
				 .size = 4 * PAGE, .access = ACCESS_EXECUTE, .bytes = image};
	memset(&pages, 0, sizeof pages);
	rivals = NULL;
}

static void tear_down(void)
{
	region_pages_finish(&pages);
}

static void compare(void)
{
	unsigned sum = 0, expected;

	region_pages_finish(&pages);
	region_pages_compare(&pages, &region, memory, rivals);
	expected = (unsigned)((region.paddr % PAGE + region.size + PAGE - 1) / PAGE);
	for (int c = 0; c < PAGE_CLASS_COUNT; c++)
		sum += pages.count[c];
	ck_assert_uint_eq(sum, region.size ? expected : 0);
}

static void range_is(size_t i, enum page_class class, uint64_t start, uint64_t end)
{
	ck_assert_uint_lt(i, pages.range_count);
	ck_assert_str_eq(page_class_name(pages.ranges[i].class), page_class_name(class));
	ck_assert_uint_eq(pages.ranges[i].start, start);
	ck_assert_uint_eq(pages.ranges[i].end, end);
}

START_TEST(a_stretch_has_exactly_one_class)
{
	static const struct {
		const char *memory, *image;
		enum page_class class;
	} cases[] = {
		{"1234", "1234", PAGE_INTACT},
		{"0004", "0004", PAGE_INTACT},
		{"0000", "0000", PAGE_BLANK},
		{"0000", "1234", PAGE_CLEARED},
		{"0000", "0001", PAGE_CLEARED},
		{"1200", "1234", PAGE_PARTLY_CLEARED},
		{"0034", "1234", PAGE_PARTLY_CLEARED},
		{"1030", "1234", PAGE_PARTLY_CLEARED},
		{"1235", "1234", PAGE_CHANGED},
		{"0005", "1234", PAGE_CHANGED},
		{"0001", "0000", PAGE_CHANGED},
		{"1230", "0234", PAGE_CHANGED},
		{"5", "5", PAGE_INTACT},
		{"0", "5", PAGE_CLEARED},
		{"0", "0", PAGE_BLANK},
		{"7", "5", PAGE_CHANGED},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t m[4 * WORD], g[4 * WORD];
		size_t n = WORD * strlen(cases[i].memory);

		for (size_t k = 0; k < n; k++) { /* a letter is a word */
			m[k] = (uint8_t)(cases[i].memory[k / WORD] - '0');
			g[k] = (uint8_t)(cases[i].image[k / WORD] - '0');
		}
		ck_assert_msg(page_classify(m, g, n) == cases[i].class, "%s against %s is %s", cases[i].memory,
			      cases[i].image, page_class_name(page_classify(m, g, n)));
	}
}
END_TEST

START_TEST(a_byte_that_happens_to_become_zero_was_not_cleared)
{
	static const struct {
		size_t start, size;
		enum page_class class;
	} cases[] = {{0, 1, PAGE_CHANGED},     {17, 1, PAGE_CHANGED},         {17, 7, PAGE_CHANGED},
		     {17, 8, PAGE_PARTLY_CLEARED}, {57, 7, PAGE_CHANGED}, {56, 8, PAGE_PARTLY_CLEARED}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t m[64], g[64];

		memset(g, 0x11, sizeof g);
		memcpy(m, g, sizeof m);
		memset(m + cases[i].start, 0, cases[i].size);
		ck_assert_msg(page_classify(m, g, sizeof m) == cases[i].class, "row %zu is %s", i,
			      page_class_name(page_classify(m, g, sizeof m)));
		memset(m + 32, 0, 16); /* another stretch does not make up for it */
		ck_assert_int_eq(page_classify(m, g, sizeof m), cases[i].class);
	}
}
END_TEST

START_TEST(a_healthy_region_is_all_intact)
{
	compare();
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 4);
	ck_assert_uint_eq(pages.range_count, 0);
	ck_assert(pages.judged);
	ck_assert_ptr_eq(pages.region, &region);
}
END_TEST

START_TEST(the_first_pages_at_fault_are_kept_as_they_were)
{
	compare();
	ck_assert_ptr_null(pages.kept[0]);
	memory[PAGE + 5] ^= 1;
	memset(memory + 2 * PAGE, 0, 2 * PAGE);
	compare();
	ck_assert_ptr_nonnull(pages.kept[0]);
	ck_assert_uint_eq(pages.kept[0]->at, PAGE);
	ck_assert_int_eq(pages.kept[0]->class, PAGE_CHANGED);
	ck_assert_int_eq(memcmp(pages.kept[0]->memory, memory + PAGE, PAGE), 0);
	ck_assert_int_eq(pages.kept[1]->class, PAGE_CLEARED);
	region.access = ACCESS_WRITE;
	compare();
	ck_assert_ptr_null(pages.kept[0]);
}
END_TEST

START_TEST(blank_pages_never_count_as_intact)
{
	memset(image + PAGE, 0, 2 * PAGE);
	memset(memory + PAGE, 0, 2 * PAGE);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 2);
	ck_assert_uint_eq(pages.count[PAGE_BLANK], 2);
	memset(memory, 0, WORD); /* and the slow way counts them alike */
	compare();
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 1);
	ck_assert_uint_eq(pages.count[PAGE_BLANK], 2);
	ck_assert_uint_eq(pages.count[PAGE_PARTLY_CLEARED], 1);
}
END_TEST

START_TEST(one_flipped_bit_anywhere_is_one_changed_page)
{
	static const size_t at[] = {0, 1, PAGE - 1, PAGE, 2 * PAGE + 77, 4 * PAGE - 1};

	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
		memory[at[i]] ^= 0x80;
		compare();
		ck_assert_uint_eq(pages.count[PAGE_INTACT], 3);
		ck_assert_uint_eq(pages.count[PAGE_CHANGED], 1);
		ck_assert_uint_eq(pages.range_count, 1);
		range_is(0, PAGE_CHANGED, 0x60000000 + at[i] / PAGE * PAGE, 0x60000000 + (at[i] / PAGE + 1) * PAGE);
		memory[at[i]] ^= 0x80;
	}
}
END_TEST

START_TEST(bytes_behind_the_region_do_not_matter)
{
	region.size = 2 * PAGE + 5;
	memory[2 * PAGE + 5] ^= 1;
	compare();
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 3);
}
END_TEST

START_TEST(a_region_inside_a_page_counts_its_covered_part_only)
{
	region.paddr = 0x60000ff0; /* 16 bytes of one page, one whole page, 32 bytes of a third */
	region.size = 16 + PAGE + 32;
	memset(memory, 0, 16);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_CLEARED], 1);
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 2);
	range_is(0, PAGE_CLEARED, 0x60000ff0, 0x60001000);
	memset(memory, 0, ROOM);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_CLEARED], 3);
	ck_assert_uint_eq(pages.range_count, 1);
	range_is(0, PAGE_CLEARED, 0x60000ff0, 0x60002020);
}
END_TEST

START_TEST(a_tiny_region_is_one_page)
{
	region.paddr = 0x60000123;
	region.size = 1;
	compare();
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 1);
	memory[0] = 0;
	compare();
	range_is(0, PAGE_CLEARED, 0x60000123, 0x60000124);
}
END_TEST

START_TEST(an_empty_region_has_no_pages)
{
	region.size = 0;
	compare();
	ck_assert_uint_eq(pages.range_count, 0);
}
END_TEST

START_TEST(a_clear_that_stops_inside_a_page_gives_exact_bytes)
{
	memset(memory + PAGE + 0x300, 0, 3 * PAGE - 0x300); /* from the top down, as a kernel does */
	compare();
	ck_assert_uint_eq(pages.count[PAGE_INTACT], 1);
	ck_assert_uint_eq(pages.count[PAGE_PARTLY_CLEARED], 1);
	ck_assert_uint_eq(pages.count[PAGE_CLEARED], 2);
	ck_assert_uint_eq(pages.range_count, 2);
	range_is(0, PAGE_PARTLY_CLEARED, 0x60001300, 0x60002000);
	range_is(1, PAGE_CLEARED, 0x60002000, 0x60004000);
}
END_TEST

START_TEST(partly_cleared_ranges_bridge_the_images_own_zeros)
{
	memset(image + 0x100, 0, 0x80); /* zero anyway: before, ... */
	memset(image + 0x200, 0, 0x10); /* ... inside */
	memset(image + 0x2f0, 0, 0x30); /* ... and at the end of what is cleared */
	memcpy(memory, image, ROOM);
	memset(memory + 0x140, 0, 0x1c0);
	memset(memory + 0x800, 0, 0x40);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_PARTLY_CLEARED], 1);
	ck_assert_uint_eq(pages.range_count, 2);
	range_is(0, PAGE_PARTLY_CLEARED, 0x60000180, 0x600002f0);
	range_is(1, PAGE_PARTLY_CLEARED, 0x60000800, 0x60000840);
}
END_TEST

START_TEST(a_cleared_stretch_over_a_page_boundary_is_one_range)
{
	memset(memory + PAGE - 0x10, 0, 0x20);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_PARTLY_CLEARED], 2);
	ck_assert_uint_eq(pages.range_count, 1);
	range_is(0, PAGE_PARTLY_CLEARED, 0x60000ff0, 0x60001010);
}
END_TEST

START_TEST(a_page_in_tatters_gives_few_ranges)
{
	for (size_t i = 0; i < PAGE; i += 2 * WORD)
		memset(memory + i, 0, WORD);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_PARTLY_CLEARED], 1);
	ck_assert_uint_le(pages.range_count, 32);
	range_is(0, PAGE_PARTLY_CLEARED, 0x60000000, 0x60000008);
	range_is(pages.range_count - 1, PAGE_PARTLY_CLEARED, 0x600001f0, 0x60000ff8);
}
END_TEST

START_TEST(ranges_ascend_and_do_not_touch)
{
	memory[0] ^= 0x80;
	memory[PAGE] ^= 0x80;
	memset(memory + 2 * PAGE, 0, PAGE);
	memory[3 * PAGE] ^= 0x80;
	compare();
	ck_assert_uint_eq(pages.range_count, 3);
	range_is(0, PAGE_CHANGED, 0x60000000, 0x60002000);
	range_is(1, PAGE_CLEARED, 0x60002000, 0x60003000);
	range_is(2, PAGE_CHANGED, 0x60003000, 0x60004000);
}
END_TEST

START_TEST(poison_is_changed_and_counted_apart)
{
	memset(memory, RAM_POISON, 2 * PAGE);
	memory[2 * PAGE] = RAM_POISON;
	compare();
	ck_assert_uint_eq(pages.count[PAGE_CHANGED], 3);
	ck_assert_uint_eq(pages.poisoned, 2);
	memset(image, 0, PAGE); /* even where the image is blank: the loader never came */
	compare();
	ck_assert_uint_eq(pages.poisoned, 2);
}
END_TEST

START_TEST(only_known_and_readonly_regions_are_judged)
{
	static const struct {
		enum region_owner owner;
		enum region_access access;
		bool judged, kept;
	} cases[] = {
		{REGION_PD, ACCESS_EXECUTE, true, false},      {REGION_PD, ACCESS_READ, true, false},
		{REGION_PD, ACCESS_WRITE, false, false},       {REGION_PD, ACCESS_UNKNOWN, false, false},
		{REGION_TABLE, ACCESS_READ, true, false},      {REGION_TABLE, ACCESS_UNKNOWN, false, false},
		{REGION_KERNEL, ACCESS_EXECUTE, true, false},  {REGION_KERNEL, ACCESS_WRITE, false, false},
		{REGION_MONITOR, ACCESS_EXECUTE, true, false}, {REGION_MONITOR, ACCESS_WRITE, false, false},
		{REGION_UNKNOWN, ACCESS_READ, false, false},   {REGION_UNKNOWN, ACCESS_UNKNOWN, false, false},
		{REGION_PD, ACCESS_WRITE, true, true},         {REGION_PD, ACCESS_UNKNOWN, false, true},
		{REGION_PD, ACCESS_EXECUTE, true, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		region.owner = cases[i].owner;
		region.access = cases[i].access;
		region.kept = cases[i].kept;
		ck_assert_msg(region_is_judged(&region) == cases[i].judged, "%s %s", region_owner_name(region.owner),
			      region_access_name(region.access));
	}
}
END_TEST

/* ---- rivals ---- */

static uint8_t before[ROOM], other[ROOM];
static const uint8_t *const others[] = {other, NULL};
static const struct page_rivals all_rivals = {before, others};

static void set_rivals(void)
{
	memcpy(before, image, ROOM);
	for (size_t i = 0; i < ROOM; i++)
		other[i] = (uint8_t)(1 + i % 241);
	rivals = &all_rivals;
}

START_TEST(what_a_restart_left_is_stale_and_what_it_brought_back_is_restored)
{
	set_rivals();
	before[0] ^= 1;              /* dirty, and still so */
	memory[0] = before[0];
	before[PAGE] ^= 1;           /* dirty, and brought back */
	before[2 * PAGE] ^= 1;       /* half brought back */
	before[2 * PAGE + 9] ^= 1;
	memory[2 * PAGE] = before[2 * PAGE];
	compare();
	ck_assert_uint_eq(pages.count[PAGE_STALE], 2);
	ck_assert_uint_eq(pages.dirty, 3);
	ck_assert_uint_eq(pages.restored, 2);
	ck_assert_uint_eq(pages.count[PAGE_CHANGED], 0);
	ck_assert_uint_eq(pages.range_count, 2);
	ck_assert_int_eq(pages.ranges[0].class, PAGE_STALE);
	ck_assert_uint_eq(pages.ranges[1].start, region.paddr + 2 * PAGE);
	memory[2 * PAGE + 5] ^= 1; /* neither the image's nor as it was */
	compare();
	ck_assert_uint_eq(pages.count[PAGE_STALE], 1);
	ck_assert_uint_eq(pages.count[PAGE_CHANGED], 1);
	ck_assert_uint_eq(pages.restored, 1);
}
END_TEST

START_TEST(a_page_that_was_clean_is_never_stale)
{
	set_rivals();
	memory[0] ^= 0x80;
	compare();
	ck_assert_uint_eq(pages.count[PAGE_CHANGED], 1);
	ck_assert_uint_eq(pages.dirty, 0);
	ck_assert_uint_eq(pages.restored, 0);
}
END_TEST

START_TEST(another_version_is_told_from_a_change)
{
	set_rivals();
	memcpy(memory, other, PAGE);
	memory[PAGE] ^= 1;
	compare();
	ck_assert_uint_eq(pages.count[PAGE_OTHER_VERSION], 1);
	ck_assert_uint_eq(pages.count[PAGE_CHANGED], 1);
	ck_assert_uint_ge(pages.own, 1);
	memcpy(other + 2 * PAGE, image + 2 * PAGE, PAGE); /* the same in both: nobody's own */
	memset(other, 0, PAGE);                          /* zero in the other: a cleared page is not that version */
	memset(memory, 0, PAGE);
	compare();
	ck_assert_uint_eq(pages.count[PAGE_OTHER_VERSION], 0);
	ck_assert_uint_eq(pages.count[PAGE_CLEARED], 1);
}
END_TEST

Suite *pages_test(void)
{
	Suite *s = suite_create("pages");
	TCase *t = tcase_create("pages");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, a_stretch_has_exactly_one_class);
	tcase_add_test(t, a_byte_that_happens_to_become_zero_was_not_cleared);
	tcase_add_test(t, a_healthy_region_is_all_intact);
	tcase_add_test(t, the_first_pages_at_fault_are_kept_as_they_were);
	tcase_add_test(t, blank_pages_never_count_as_intact);
	tcase_add_test(t, one_flipped_bit_anywhere_is_one_changed_page);
	tcase_add_test(t, bytes_behind_the_region_do_not_matter);
	tcase_add_test(t, a_region_inside_a_page_counts_its_covered_part_only);
	tcase_add_test(t, a_tiny_region_is_one_page);
	tcase_add_test(t, an_empty_region_has_no_pages);
	tcase_add_test(t, a_clear_that_stops_inside_a_page_gives_exact_bytes);
	tcase_add_test(t, partly_cleared_ranges_bridge_the_images_own_zeros);
	tcase_add_test(t, a_cleared_stretch_over_a_page_boundary_is_one_range);
	tcase_add_test(t, a_page_in_tatters_gives_few_ranges);
	tcase_add_test(t, ranges_ascend_and_do_not_touch);
	tcase_add_test(t, poison_is_changed_and_counted_apart);
	tcase_add_test(t, only_known_and_readonly_regions_are_judged);
	tcase_add_test(t, what_a_restart_left_is_stale_and_what_it_brought_back_is_restored);
	tcase_add_test(t, a_page_that_was_clean_is_never_stale);
	tcase_add_test(t, another_version_is_told_from_a_change);
	suite_add_tcase(s, t);
	return s;
}
