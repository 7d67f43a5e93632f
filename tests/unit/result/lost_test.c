/* Which pages a session lost, out of its evidence. */
#include <check.h>

#include "result/lost.h"

Suite *lost_test(void);

#define SPAN(class_, start_, end_) {.class = class_, .start = start_, .end = end_}

static struct page_span gone[] = {SPAN("cleared", 0x1000, 0x3000), SPAN("stale", 0x5000, 0x6000), SPAN("changed", 0x7ff0, 0x7ff8)};

static struct page_evidence region(const char *moment, unsigned look, const struct page_span *spans, size_t n, bool judged)
{
	return (struct page_evidence){.moment = moment, .look = look, .spans = spans, .span_count = n, .judged = judged};
}

static struct lost_pages find(struct page_evidence *pages, size_t n, struct arena *a)
{
	struct session_evidence ev = {.pages = pages, .page_count = n};
	struct lost_pages lost;

	lost_pages_find(&lost, &ev, a);
	return lost;
}

START_TEST(pages_of_the_first_look_with_a_loss_count)
{
	struct page_evidence pages[] = {region("loaded", 1, NULL, 0, true),    region("up.2", 1, gone, 3, false),
					region("up.2", 2, gone, 1, true),      region("up.2", 2, gone, 3, true),
					region("end", 1, &gone[2], 1, true)};
	struct arena a;
	struct lost_pages lost;

	arena_init(&a);
	lost = find(pages, 5, &a);
	ck_assert_str_eq(lost.moment, "up.2");
	ck_assert_uint_eq(lost.boot, 1);
	ck_assert_uint_eq(lost.count, 3);
	ck_assert_uint_eq(lost.pages[0], 0x1000);
	ck_assert_uint_eq(lost.pages[1], 0x2000);
	ck_assert_uint_eq(lost.pages[2], 0x7000);
	arena_finish(&a);
}
END_TEST

START_TEST(nothing_lost_is_nothing)
{
	struct page_evidence pages[] = {region("loaded", 1, NULL, 0, true), region("end", 1, gone, 3, false),
					region("end", 1, &gone[1], 1, true)};
	struct arena a;
	struct lost_pages lost;

	arena_init(&a);
	lost = find(pages, 3, &a);
	ck_assert_ptr_null(lost.moment);
	ck_assert_uint_eq(lost.count, 0);
	ck_assert_uint_eq(lost.boot, 0);
	lost = find(NULL, 0, &a);
	ck_assert_uint_eq(lost.count, 0);
	arena_finish(&a);
}
END_TEST

/* As a results file that somebody damaged may tell it. */
START_TEST(spans_of_all_memory_end)
{
	static const struct page_span all[] = {SPAN("cleared", 0, UINT64_MAX), SPAN("cleared", UINT64_MAX - 1, UINT64_MAX),
					       SPAN("cleared", 0x9000, 0x1000)};
	struct page_evidence pages[] = {region(NULL, 1, gone, 3, true), region("end", 1, all, 3, true)};
	struct lost_pages lost;
	struct arena a;

	arena_init(&a);
	lost = find(pages, 2, &a);
	ck_assert_str_eq(lost.moment, "end");
	ck_assert_uint_eq(lost.count, LOST_PAGES_MAX);
	lost = find(&(struct page_evidence){.moment = "end", .judged = true, .spans = (struct page_span *)&all[1], .span_count = 2}, 1,
		    &a);
	ck_assert_uint_eq(lost.count, 1);
	ck_assert_uint_eq(lost.pages[0], UINT64_MAX - 4095);
	arena_finish(&a);
}
END_TEST

Suite *lost_test(void)
{
	Suite *suite = suite_create("lost");
	TCase *t = tcase_create("lost");

	tcase_add_test(t, pages_of_the_first_look_with_a_loss_count);
	tcase_add_test(t, nothing_lost_is_nothing);
	tcase_add_test(t, spans_of_all_memory_end);
	suite_add_tcase(suite, t);
	return suite;
}
