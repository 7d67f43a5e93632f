#include "survival/sampler.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "survival/track.h"
#include "witness/pages.h"

Suite *sampler_test(void);

enum { PAGE = PAGE_SIZE_4K, BASE = 0x60000000, PAGES = 4 };

/* The kernel's first in the image, last in the map; one region is outside of RAM. */
static uint8_t image[PAGES * PAGE], ram[PAGES * PAGE], other_ram[PAGES * PAGE];
static uint8_t *now_ram;
static struct region regions[] = {
	{.owner = REGION_KERNEL, .name = "kernel-0", .access = ACCESS_EXECUTE, .paddr = BASE, .size = PAGE, .bytes = image},
	{.owner = REGION_PD, .name = "hello-0", .pd = "hello", .access = ACCESS_EXECUTE, .paddr = BASE + PAGE,
	 .size = 2 * PAGE - 64, .bytes = image + PAGE},
	{.owner = REGION_PD, .name = "hello-1", .pd = "hello", .access = ACCESS_WRITE, .paddr = BASE + 3 * PAGE - 64,
	 .size = PAGE, .bytes = image + 3 * PAGE - 64},
	{.owner = REGION_PD, .name = "far", .pd = "hello", .access = ACCESS_WRITE, .paddr = 0x10000000, .size = PAGE,
	 .bytes = image},
};
static struct boot_image img = {.regions = regions, .region_count = 4};
static struct versions versions;
static struct survival_map map;
static struct sampler sampler;
static int64_t now;

static const uint8_t *view(void *ctx, uint64_t paddr, uint64_t size)
{
	(void)ctx;
	if (paddr < BASE || paddr - BASE > sizeof ram || size > sizeof ram - (paddr - BASE))
		return NULL;
	return now_ram + (paddr - BASE);
}

static int64_t tick(void *ctx)
{
	(void)ctx;
	return now += 10;
}

static void set_up(void)
{
	memset(image, 0x42, sizeof image);
	memset(ram, RAM_POISON, sizeof ram);
	now_ram = ram;
	now = 0;
	versions_init(&versions, &img);
	map_init(&map);
	sampler_open(&sampler, &map, &versions, view, NULL);
}

static void tear_down(void)
{
	sampler_close(&sampler);
	map_finish(&map);
	versions_finish(&versions);
}

static void sample_at(int64_t at, bool exact)
{
	now = at;
	sampler_take(&sampler, tick, NULL, exact);
}

/* The page's i-th stretch. */
static void stretch_is(uint32_t page, size_t i, enum page_state state, int64_t seen, int64_t since)
{
	struct map_tracks t;
	const struct stretch *s;

	tracks_make(&t, &map);
	ck_assert_uint_lt(t.first[page] + i, t.first[page + 1]);
	s = &t.items[t.first[page] + i];
	ck_assert_str_eq(page_state_name(s->state), page_state_name(state));
	ck_assert_int_eq(s->seen_us, seen);
	ck_assert_int_eq(s->since_us, since);
	tracks_finish(&t);
}

static void stretches_are(uint32_t page, size_t count)
{
	struct map_tracks t;

	tracks_make(&t, &map);
	ck_assert_uint_eq(t.first[page + 1] - t.first[page], count);
	tracks_finish(&t);
}

START_TEST(regions_come_with_pds_first_and_pages_as_regions_cover_them)
{
	ck_assert_uint_eq(map.region_count, 3);
	ck_assert_str_eq(map.regions[0].name, "hello-0");
	ck_assert_str_eq(map.regions[2].name, "kernel-0");
	ck_assert_uint_eq(map.regions[0].pages, 2);
	ck_assert_uint_eq(map.regions[1].pages, 2);
	ck_assert_uint_eq(map.page_count, 5);
	ck_assert_uint_eq(map.left_out, 1);
	ck_assert_uint_eq(map_page_paddr(&map, 1), BASE + 2 * PAGE);
	ck_assert_uint_eq(map_page_size(&map, 1), PAGE - 64);
	ck_assert_uint_eq(map_page_paddr(&map, 2), BASE + 3 * PAGE - 64);
	ck_assert_uint_eq(map_page_size(&map, 2), 64);
	ck_assert_uint_eq(map_page_size(&map, 3), PAGE - 64);
	ck_assert_ptr_eq(map_region_of(&map, 3), &map.regions[1]);
	for (uint32_t p = 0; p < 5; p++)
		stretch_is(p, 0, STATE_NOT_LOADED, 0, 0);
}
END_TEST

/* The old state was last seen when the sample before began, the new one first when the sample had ended. */
START_TEST(a_change_lies_between_two_samples)
{
	sample_at(1000, false);
	memcpy(ram, image, sizeof ram);
	sample_at(2000, false);
	stretch_is(0, 1, STATE_INTACT, 1010, 2020);
	memset(ram + PAGE, 0, PAGE);
	sample_at(3000, false);
	sample_at(4000, false);
	stretch_is(0, 2, STATE_CLEARED, 2010, 3020);
	stretches_are(0, 3);
	stretches_are(1, 2);
	ck_assert_int_eq(map.end_us, 4020);
	ck_assert_uint_eq(map.samples, 5);
	ck_assert_uint_eq(map.exact_samples, 1);
}
END_TEST

/* A page that is found half-written once is being written to. */
START_TEST(a_torn_page_is_no_change)
{
	memcpy(ram, image, sizeof ram);
	sample_at(1000, false);
	memset(ram + PAGE, 0, PAGE / 2);
	sample_at(2000, false);
	stretches_are(0, 2);
	memset(ram + PAGE, 0, PAGE);
	sample_at(3000, false);
	stretch_is(0, 2, STATE_CLEARED, 1010, 3020);
	stretches_are(0, 3);
}
END_TEST

START_TEST(a_mixture_that_stays_is_a_change_from_its_first_sighting_on)
{
	memcpy(ram, image, sizeof ram);
	sample_at(1000, false);
	ram[PAGE + 5] ^= 1;
	sample_at(2000, false);
	stretches_are(0, 2);
	sample_at(3000, false);
	stretch_is(0, 2, STATE_CHANGED, 1010, 2020);
	ram[PAGE + 5] ^= 1;
	sample_at(4000, false);
	stretch_is(0, 3, STATE_RESTORED, 3010, 4020);
}
END_TEST

START_TEST(a_mixture_that_goes_is_none)
{
	memcpy(ram, image, sizeof ram);
	sample_at(1000, false);
	ram[PAGE + 5] ^= 1;
	sample_at(2000, false);
	ram[PAGE + 5] ^= 1;
	sample_at(3000, false);
	ram[PAGE + 5] ^= 1;
	sample_at(4000, false);
	stretches_are(0, 2);
}
END_TEST

START_TEST(a_mixture_in_a_machine_that_stands_still_is_a_change)
{
	memcpy(ram, image, sizeof ram);
	sample_at(1000, false);
	ram[PAGE + 5] ^= 1;
	sample_at(2000, true);
	stretch_is(0, 2, STATE_CHANGED, 1010, 2020);
	ck_assert(map.changes[map.change_count - 1].exact);
}
END_TEST

START_TEST(after_a_reset_nothing_counts_as_loaded)
{
	memcpy(ram, image, sizeof ram);
	sample_at(1000, false);
	memset(ram + PAGE, 0, PAGE);
	sample_at(2000, true);
	sampler_reset(&sampler, 3000);
	memcpy(ram, image, sizeof ram);
	sample_at(4000, false);
	stretch_is(0, 3, STATE_INTACT, 2010, 4020);
	stretches_are(1, 2); /* and what has stayed is no other than before */
}
END_TEST

START_TEST(after_a_power_cycle_memory_lies_elsewhere)
{
	memcpy(ram, image, sizeof ram);
	sample_at(1000, false);
	memset(other_ram, RAM_POISON, sizeof other_ram);
	memset(other_ram + PAGE, 0, PAGE);
	now_ram = other_ram;
	sampler_power_cycle(&sampler, view, NULL, 5000);
	stretch_is(0, 2, STATE_NOT_LOADED, 5000, 5000);
	stretch_is(1, 2, STATE_NOT_LOADED, 5000, 5000);
	memcpy(other_ram, image, sizeof other_ram);
	sample_at(6000, false);
	stretch_is(1, 3, STATE_INTACT, 5000, 6020);
}
END_TEST

/* Often while something happens, seldom when nothing does, and never more than a fiftieth of the time. */
START_TEST(samples_follow_what_happens)
{
	int64_t begun;

	sample_at(1000, false);
	ck_assert_int_eq(sampler.due_us - now, 1000);
	for (begun = now; now - begun < 3000000;)
		sample_at(sampler.due_us, false);
	ck_assert_int_eq(sampler.due_us - now, 20000);
	memcpy(ram, image, sizeof ram);
	sample_at(sampler.due_us, false);
	ck_assert_int_eq(sampler.due_us - now, 1000);
	sampler_reset(&sampler, now);
	ck_assert_int_eq(sampler.due_us, now);
}
END_TEST

static int64_t slow_tick(void *ctx)
{
	(void)ctx;
	return now += 3000;
}

START_TEST(slow_samples_are_seldom)
{
	now = 1000;
	sampler_take(&sampler, slow_tick, NULL, false);
	ck_assert_int_eq(sampler.due_us - now, 150000);
	ck_assert_int_eq(map.slowest_us, 3000);
}
END_TEST

Suite *sampler_test(void)
{
	Suite *s = suite_create("survival/sampler");
	TCase *t = tcase_create("sampler");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, regions_come_with_pds_first_and_pages_as_regions_cover_them);
	tcase_add_test(t, a_change_lies_between_two_samples);
	tcase_add_test(t, a_torn_page_is_no_change);
	tcase_add_test(t, a_mixture_that_stays_is_a_change_from_its_first_sighting_on);
	tcase_add_test(t, a_mixture_that_goes_is_none);
	tcase_add_test(t, a_mixture_in_a_machine_that_stands_still_is_a_change);
	tcase_add_test(t, after_a_reset_nothing_counts_as_loaded);
	tcase_add_test(t, after_a_power_cycle_memory_lies_elsewhere);
	tcase_add_test(t, samples_follow_what_happens);
	tcase_add_test(t, slow_samples_are_seldom);
	suite_add_tcase(s, t);
	return s;
}
