#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "bisect/search.h"
#include "bisect/state.h"
#include "util/file.h"

Suite *bisect_test(void);

static const struct outcome pass = {VERDICT_PASS, CAUSE_NONE}, cleared = {VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
			    panic = {VERDICT_FAIL, CAUSE_KERNEL_PANIC};

START_TEST(boots_that_agree_decide_at_once)
{
	ck_assert_int_eq(search_judge((struct outcome[]){pass, pass}, 2, pass, false), MARK_GOOD);
	ck_assert_int_eq(search_judge((struct outcome[]){cleared, panic}, 2, pass, false), MARK_BAD);
	ck_assert_int_eq(search_judge((struct outcome[]){pass}, 1, cleared, false), MARK_BAD);
	/* The cause counts, too. */
	ck_assert_int_eq(search_judge((struct outcome[]){panic}, 1, cleared, false), MARK_BAD);
	ck_assert_int_eq(search_judge((struct outcome[]){cleared}, 1, cleared, false), MARK_GOOD);
}
END_TEST

START_TEST(boots_that_disagree_need_more_and_two_make_bad)
{
	const struct outcome boots[] = {pass, cleared, pass, pass, pass, pass}, twice[] = {cleared, pass, pass, panic};

	ck_assert_int_eq(search_judge(boots, 2, pass, false), MARK_NONE);
	ck_assert_int_eq(search_judge(boots, 6, pass, true), MARK_GOOD);
	ck_assert_int_eq(search_judge(twice, 4, pass, true), MARK_BAD);
}
END_TEST

static bool is_listed(void *ctx, const char *commit)
{
	return strstr(ctx, commit);
}

START_TEST(the_best_suspect_that_can_be_tested_is_next)
{
	static const char *const all[] = {"a", "b", "c", "d", "e", "f"};
	char none[] = "", one[] = "a", two[] = "ab", last[] = "abcde", every[] = "abcdef";

	ck_assert_uint_eq(search_next(all, 6, is_listed, none), 0);
	ck_assert_uint_eq(search_next(all, 6, is_listed, one), 1);
	ck_assert_uint_eq(search_next(all, 6, is_listed, two), 4); /* away from those that do not build */
	ck_assert_uint_eq(search_next(all, 6, is_listed, last), 5);
	ck_assert_uint_eq(search_next(all, 6, is_listed, every), 6);
}
END_TEST

static char folder[32];
static struct arena arena;

static void setup(void)
{
	snprintf(folder, sizeof folder, "/tmp/bisect-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	arena_init(&arena);
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(folder, NULL), 0);
	arena_finish(&arena);
}

static struct bisect_state sample(void)
{
	static const char *const set[] = {"restarts=3", NULL};
	struct bisect_state s = {.arena = &arena, .repository = "/src/k", .good = "0a", .bad = "0b", .scenario = "s",
				 .variant = "v", .unit = "u", .config = "debug", .set = set, .repeat = 2,
				 .timeout_ms = 5000, .recipe = "ff"};
	struct bisect_test t = {.commit = "c1", .tree = "t1", .mark = MARK_BAD, .outcome = cleared, .run = "c1-1", .boots = 2};
	struct bisect_test u = {.commit = "c2", .tree = "t2", .mark = MARK_SKIPPED, .note = "it does not build"};

	bisect_state_add(&s, &t);
	bisect_state_add(&s, &u);
	return s;
}

START_TEST(a_state_is_read_back_as_it_was_written)
{
	struct bisect_state s = sample(), r;
	const struct bisect_test *t;
	struct err e = {0};

	ck_assert_int_eq(bisect_state_write(&s, folder, &e), 0);
	ck_assert_msg(bisect_state_read(&r, &arena, folder, &e) == 0, "%s", e.what);
	ck_assert_str_eq(r.repository, "/src/k");
	ck_assert_ptr_null(r.folder);
	ck_assert_str_eq(r.set[0], "restarts=3");
	ck_assert_int_eq(r.repeat, 2);
	ck_assert_int_eq((int)r.timeout_ms, 5000);
	ck_assert_uint_eq(r.count, 2);
	t = bisect_state_find(&r, "c1");
	ck_assert_int_eq(t->mark, MARK_BAD);
	ck_assert_int_eq(t->outcome.cause, CAUSE_PD_CODE_CLEARED);
	ck_assert_int_eq(t->boots, 2);
	t = bisect_state_find_tree(&r, "t2");
	ck_assert_int_eq(t->mark, MARK_SKIPPED);
	ck_assert_str_eq(t->note, "it does not build");
	ck_assert_ptr_null(bisect_state_find(&r, "c3"));
	ck_assert_ptr_null(r.culprit);
	s.culprit = "c1";
	s.subject = "breaks it";
	ck_assert_int_eq(bisect_state_write(&s, folder, &e), 0);
	ck_assert_int_eq(bisect_state_read(&r, &arena, folder, &e), 0);
	ck_assert_str_eq(r.culprit, "c1");
	ck_assert_str_eq(r.subject, "breaks it");
}
END_TEST

START_TEST(what_is_no_state_is_refused)
{
	static const char *const bad[] = {"", "{", "[]", "{\"format\": 2}",
					  "{\"format\": 1, \"repository\": \"/\", \"good\": 7}"};
	struct bisect_state s = sample(), r;
	char path[64];
	struct err e = {0};

	ck_assert_int_lt(bisect_state_read(&r, &arena, folder, &e), 0);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	snprintf(path, sizeof path, "%s/" BISECT_FILE, folder);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_int_eq(file_write_atomic(path, bad[i], strlen(bad[i]), false, NULL), 0);
		ck_assert_int_lt(bisect_state_read(&r, &arena, folder, &e), 0);
		ck_assert_int_eq(e.kind, ERR_IO);
	}
	ck_assert_int_eq(bisect_state_write(&s, folder, &e), 0);
	ck_assert_int_eq(bisect_state_read(&r, &arena, folder, &e), 0);
}
END_TEST

Suite *bisect_test(void)
{
	Suite *s = suite_create("bisect");
	TCase *t = tcase_create("bisect");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, boots_that_agree_decide_at_once);
	tcase_add_test(t, boots_that_disagree_need_more_and_two_make_bad);
	tcase_add_test(t, the_best_suspect_that_can_be_tested_is_next);
	tcase_add_test(t, a_state_is_read_back_as_it_was_written);
	tcase_add_test(t, what_is_no_state_is_refused);
	suite_add_tcase(s, t);
	return s;
}
