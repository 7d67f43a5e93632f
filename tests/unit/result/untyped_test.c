/* Which untypeds were cleared, told from the looks of a session. */
#include <check.h>

#include "result/untyped.h"

Suite *untyped_test(void);

enum { MOST = 8 };

static struct arena arena;
static struct session_evidence ev;
static struct page_evidence pages[MOST];
static struct page_span spans[MOST];

static void setup(void)
{
	arena_init(&arena);
	ev = (struct session_evidence){.pages = pages};
}

static void teardown(void)
{
	arena_finish(&arena);
}

/* A region of `all` pages at one look, of which those from page `from` on for `cleared` pages were cleared. */
static struct page_evidence *look(const char *moment, const char *region, uint64_t paddr, unsigned all, unsigned from,
				  unsigned cleared)
{
	struct page_evidence *p = &pages[ev.page_count];

	spans[ev.page_count] = (struct page_span){.class = "cleared", .start = paddr + from * 4096u,
						  .end = paddr + (from + cleared) * 4096u};
	*p = (struct page_evidence){
		.moment = moment, .look = 1, .region = region, .owner = "pd", .pd = region, .judged = true, .paddr = paddr,
		.size = all * 4096u, .count = {[COUNT_INTACT] = all - cleared, [COUNT_CLEARED] = cleared},
		.spans = &spans[ev.page_count], .span_count = cleared != 0,
	};
	ev.page_count++;
	return p;
}

static void find(const struct told_untyped *told, size_t count)
{
	untypeds_find(&ev, told, count, &arena);
}

static void holds(size_t i, uint64_t start, uint64_t end, const char *told_by)
{
	ck_assert_uint_gt(ev.untyped_count, i);
	ck_assert_uint_eq(ev.untypeds[i].start, start);
	ck_assert_uint_eq(ev.untypeds[i].end, end);
	ck_assert_str_eq(ev.untypeds[i].told_by, told_by);
}

static void lost(size_t i, size_t k, const char *region, unsigned n)
{
	ck_assert_uint_gt(ev.untypeds[i].lost_count, k);
	ck_assert_str_eq(ev.untypeds[i].lost[k].region, region);
	ck_assert_uint_eq(ev.untypeds[i].lost[k].pages, n);
}

START_TEST(nothing_lost_is_no_untyped)
{
	look("up", "a", 0x60200000, 4, 0, 0);
	find(NULL, 0);
	ck_assert_uint_eq(ev.untyped_count, 0);
}
END_TEST

START_TEST(what_is_lost_together_is_named_together)
{
	look("up", "a", 0x60201000, 2, 0, 2);
	look("up", "b", 0x60206000, 1, 0, 1)->judged = false; /* writable, say */
	find(NULL, 0);
	ck_assert_uint_eq(ev.untyped_count, 1);
	holds(0, 0x60200000, 0x60208000, "alignment");
	ck_assert_uint_eq(ev.untypeds[0].lost_count, 2);
	lost(0, 0, "a", 2);
	lost(0, 1, "b", 1);
}
END_TEST

START_TEST(a_printed_untyped_is_believed_and_the_least_one_that_fits)
{
	static const struct told_untyped told[] = {
		{0x40000000, 0x80000000}, {0x60200000, 0x60400000}, {0x60400000, 0x60600000}};

	look("up", "a", 0x60201000, 2, 0, 2);
	find(told, 3);
	ck_assert_uint_eq(ev.untyped_count, 1);
	holds(0, 0x60200000, 0x60400000, "console");
	lost(0, 0, "a", 2);
}
END_TEST

START_TEST(what_the_console_did_not_tell_of_is_told_by_alignment)
{
	static const struct told_untyped told[] = {{0x60200000, 0x60204000}};

	look("up", "a", 0x60203000, 2, 0, 2);
	find(told, 1);
	ck_assert_uint_eq(ev.untyped_count, 2);
	holds(0, 0x60200000, 0x60204000, "console");
	lost(0, 0, "a", 1);
	holds(1, 0x60204000, 0x60205000, "alignment");
	lost(1, 0, "a", 1);
}
END_TEST

/* 3..6 lie in 0..8 by alignment, but page 7 is still there: 3, 4 to 5 and 6, or fewer, never all of 0..8. */
START_TEST(no_block_holds_a_page_that_is_still_there)
{
	look("up", "a", 0x60200000, 8, 3, 4);
	find(NULL, 0);
	ck_assert_uint_gt(ev.untyped_count, 1);
	for (size_t i = 0; i < ev.untyped_count; i++) {
		const struct untyped_evidence *u = &ev.untypeds[i];

		ck_assert_uint_ge(u->start, 0x60203000);
		ck_assert_uint_le(u->end, 0x60207000);
		ck_assert_uint_eq(u->start % (u->end - u->start), 0);
		if (i)
			ck_assert_uint_eq(u->start, u[-1].end);
	}
}
END_TEST

START_TEST(two_regions_on_one_page_have_both_lost_it)
{
	look("up", "a", 0x60200000, 1, 0, 1)->size = 0x800;
	look("up", "b", 0x60200800, 1, 0, 1)->size = 0x800;
	look("up", "c", 0x60200800, 1, 0, 0)->size = 0x100; /* a part that the clear did not reach */
	find(NULL, 0);
	ck_assert_uint_eq(ev.untyped_count, 1);
	holds(0, 0x60200000, 0x60201000, "alignment");
	ck_assert_uint_eq(ev.untypeds[0].lost_count, 2);
}
END_TEST

/* What was cleared later, or before anything was wrong, has other reasons; a region first seen later counts all the same. */
START_TEST(the_first_loss_counts)
{
	look("loaded", "a", 0x60200000, 2, 0, 0);
	look("up", "a", 0x60200000, 2, 0, 1);
	look("end", "a", 0x60200000, 2, 0, 2);
	look("end", "b", 0x60300000, 1, 0, 1);
	find(NULL, 0);
	ck_assert_uint_eq(ev.untyped_count, 2);
	holds(0, 0x60200000, 0x60201000, "alignment");
	holds(1, 0x60300000, 0x60301000, "alignment");
}
END_TEST

Suite *untyped_test(void)
{
	Suite *s = suite_create("untyped");
	TCase *t = tcase_create("untyped");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_lost_is_no_untyped);
	tcase_add_test(t, what_is_lost_together_is_named_together);
	tcase_add_test(t, a_printed_untyped_is_believed_and_the_least_one_that_fits);
	tcase_add_test(t, what_the_console_did_not_tell_of_is_told_by_alignment);
	tcase_add_test(t, no_block_holds_a_page_that_is_still_there);
	tcase_add_test(t, two_regions_on_one_page_have_both_lost_it);
	tcase_add_test(t, the_first_loss_counts);
	suite_add_tcase(s, t);
	return s;
}
