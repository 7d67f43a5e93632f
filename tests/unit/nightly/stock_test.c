#include "nightly/stock.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nightly/nights.h"
#include "nightly/pin.h"

Suite *stock_test(void);

static char results[64];

static void begin(void)
{
	nights_folder(results);
}

static void end(void)
{
	ck_assert_int_eq(file_remove_tree(results, NULL), 0);
}

/* PATH below the results folder, for one call. */
static const char *at(const char *path)
{
	static char full[256];

	snprintf(full, sizeof full, "%s/%s", results, path);
	return full;
}

static void add(const char *run)
{
	static const struct past_session nights[] = {{"s.v.u.c", 1, VERDICT_PASS, "fine"}, {"s.v.u.c", 2, VERDICT_FAIL, "not"},
					      {"s.v.w.c", 1, VERDICT_NONE, NULL}};

	journal_close(nights_run(results, run, "2026-01-31T23:58:12.000Z", nights, 3));
}

static struct past_run *find(struct stock *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->runs[i].name, name) == 0)
			return &s->runs[i];
	return NULL;
}

static void open_stock(struct stock *s, bool removing)
{
	struct err e = {0};

	ck_assert_msg(stock_open(s, results, removing, &e) == 0, "%s", e.what);
}

START_TEST(runs_are_read_with_what_their_sessions_came_to)
{
	struct stock s;
	struct past_run *r;

	add("one");
	add("two");
	open_stock(&s, false);
	ck_assert_uint_eq(s.count, 2);
	r = find(&s, "one");
	ck_assert(!r->latest && !r->going_on && !r->unreadable && !r->pinned);
	ck_assert_uint_ge(r->size, 4096);
	ck_assert_int_gt(r->when_s, 1700000000);
	ck_assert_uint_eq(r->outcomes.count, 2); /* repeats are one */
	ck_assert_str_eq(r->outcomes.items[0].session, "s.v.u.c");
	ck_assert_int_eq(r->outcomes.items[0].verdict, VERDICT_FAIL);
	ck_assert_int_eq(r->outcomes.items[1].verdict, VERDICT_CANCELLED);
	ck_assert(find(&s, "two")->latest);
	stock_close(&s);
}
END_TEST

START_TEST(only_folders_that_are_runs_count)
{
	struct stock s;
	char *target = xstrdup(at("one"));

	add("one");
	ck_assert_int_eq(mkdir(at("bisect-1"), 0755), 0);
	ck_assert_int_eq(mkdir(at("linked-json"), 0755), 0);
	ck_assert_int_eq(symlink("../one/run.json", at("linked-json/run.json")), 0);
	ck_assert_int_eq(symlink(target, at("link")), 0);
	ck_assert_int_eq(file_write_atomic(at("history.db"), "x", 1, false, NULL), 0);
	open_stock(&s, false);
	ck_assert_uint_eq(s.count, 1);
	stock_close(&s);
	free(target);
}
END_TEST

START_TEST(a_run_whose_journal_is_locked_goes_on)
{
	static const struct past_session one[] = {{"s.v.u.c", 1, VERDICT_PASS, "fine"}};
	struct journal *j = nights_run(results, "one", "2026-01-31T23:58:12.000Z", one, 1);
	struct stock s;
	struct err e;

	open_stock(&s, true);
	ck_assert(find(&s, "one")->going_on);
	ck_assert_int_eq(stock_remove(&s, find(&s, "one"), &e), 1);
	ck_assert(file_exists(at("one/run.json")));
	stock_close(&s);
	journal_close(j);
	open_stock(&s, true);
	ck_assert(!find(&s, "one")->going_on);
	ck_assert_int_eq(stock_remove(&s, find(&s, "one"), &e), 0);
	ck_assert(!file_exists(at("one")));
	stock_close(&s);
}
END_TEST

START_TEST(a_run_that_has_no_journal_yet_is_about_to_begin)
{
	struct stock s;

	add("one");
	ck_assert_int_eq(unlink(at("one/journal.jsonl")), 0);
	open_stock(&s, false);
	ck_assert(find(&s, "one")->going_on);
	stock_close(&s);
}
END_TEST

START_TEST(one_that_cannot_be_read_is_told)
{
	struct stock s;

	add("one");
	ck_assert_int_eq(file_write_atomic(at("one/run.json"), "{", 1, false, NULL), 0);
	open_stock(&s, false);
	ck_assert(find(&s, "one")->unreadable);
	stock_close(&s);
}
END_TEST

START_TEST(a_pin_holds_until_it_is_taken_out)
{
	struct stock s;
	struct err e;

	add("one");
	open_stock(&s, true);
	ck_assert_int_eq(pin_set(at("one"), "for the\npaper", &e), 0);
	ck_assert_int_eq(stock_remove(&s, find(&s, "one"), &e), 1); /* pinned after the choice */
	stock_close(&s);
	open_stock(&s, false);
	ck_assert_str_eq(find(&s, "one")->pinned, "for the\\npaper");
	stock_close(&s);
	ck_assert_int_eq(pin_clear(at("one"), &e), 0);
	ck_assert_int_lt(pin_clear(at("one"), &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	open_stock(&s, false);
	ck_assert_ptr_null(find(&s, "one")->pinned);
	stock_close(&s);
}
END_TEST

START_TEST(whatever_is_called_keep_keeps)
{
	struct stock s;

	add("one");
	ck_assert_int_eq(symlink("/nowhere", at("one/keep")), 0);
	open_stock(&s, false);
	ck_assert_str_eq(find(&s, "one")->pinned, "");
	stock_close(&s);
}
END_TEST

START_TEST(links_inside_a_run_are_not_followed)
{
	struct stock s;
	char *outside = xstrdup(at("outside"));
	char *kept = xasprintf("%s/kept", outside);
	struct err e;

	add("one");
	ck_assert_int_eq(mkdir(outside, 0755), 0);
	ck_assert_int_eq(file_write_atomic(kept, "x", 1, false, NULL), 0);
	ck_assert_int_eq(symlink(outside, at("one/link")), 0);
	open_stock(&s, true);
	ck_assert_int_eq(stock_remove(&s, find(&s, "one"), &e), 0);
	stock_close(&s);
	ck_assert(!file_exists(at("one")));
	ck_assert(file_exists(kept));
	free(kept);
	free(outside);
}
END_TEST

START_TEST(what_was_begun_is_finished)
{
	struct stock s;

	add("one");
	add("two");
	ck_assert_int_eq(mkdir(at("elsewhere"), 0755), 0);
	ck_assert_int_eq(symlink("elsewhere", at(".trash.link")), 0);
	{
		char *from = xstrdup(at("one"));

		ck_assert_int_eq(rename(from, at(".trash.one")), 0);
		free(from);
	}
	open_stock(&s, false);
	ck_assert_uint_eq(s.count, 1);
	ck_assert_uint_eq(s.swept, 0);
	ck_assert(file_exists(at(".trash.one"))); /* who only looks removes nothing */
	stock_close(&s);
	open_stock(&s, true);
	ck_assert_uint_eq(s.swept, 1);
	ck_assert(!file_exists(at(".trash.one")));
	ck_assert(file_exists(at("elsewhere")));
	stock_close(&s);
}
END_TEST

START_TEST(two_do_not_remove_at_a_time)
{
	struct stock s, other;
	struct err e;

	add("one");
	open_stock(&s, true);
	ck_assert_int_lt(stock_open(&other, results, true, &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	stock_close(&other);
	open_stock(&other, false);
	stock_close(&other);
	stock_close(&s);
	open_stock(&other, true);
	stock_close(&other);
	ck_assert_int_lt(stock_open(&other, "/nowhere", false, &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	stock_close(&other);
}
END_TEST

Suite *stock_test(void)
{
	Suite *s = suite_create("stock");
	TCase *t = tcase_create("results folder");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, runs_are_read_with_what_their_sessions_came_to);
	tcase_add_test(t, only_folders_that_are_runs_count);
	tcase_add_test(t, a_run_whose_journal_is_locked_goes_on);
	tcase_add_test(t, a_run_that_has_no_journal_yet_is_about_to_begin);
	tcase_add_test(t, one_that_cannot_be_read_is_told);
	tcase_add_test(t, a_pin_holds_until_it_is_taken_out);
	tcase_add_test(t, whatever_is_called_keep_keeps);
	tcase_add_test(t, links_inside_a_run_are_not_followed);
	tcase_add_test(t, what_was_begun_is_finished);
	tcase_add_test(t, two_do_not_remove_at_a_time);
	suite_add_tcase(s, t);
	return s;
}
