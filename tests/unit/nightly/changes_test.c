#include "nightly/changes.h"

#include <stdlib.h>

#include "nightly/nights.h"

Suite *changes_test(void);

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_finish(&arena);
}

static struct outcomes *came_to(struct outcomes *o, const char *session, enum verdict v)
{
	o->items = arena_grow(&arena, o->items, &o->room, o->count + 1, sizeof *o->items);
	o->items[o->count++] = (struct outcome){.session = session, .run = "r", .verdict = v};
	outcomes_settle(o);
	return o;
}

/* What becomes of one session that was `was` (NONE: unknown) and is `is`. CHANGE_KINDS: nothing. */
static enum change_kind change(enum verdict was, enum verdict is)
{
	struct outcomes before = {0}, now = {0};
	struct changes c;

	if (was)
		came_to(&before, "s", was);
	changes_find(&c, &before, came_to(&now, "s", is), &arena);
	ck_assert_uint_le(c.count, 1);
	return c.count ? c.items[0].kind : CHANGE_KINDS;
}

static const struct {
	enum verdict was, is;
	enum change_kind kind;
} table[] = {
	{VERDICT_NONE, VERDICT_PASS, CHANGE_KINDS},
	{VERDICT_NONE, VERDICT_FAIL, CHANGE_FAILING},
	{VERDICT_NONE, VERDICT_FLAKY, CHANGE_FLAKY},
	{VERDICT_NONE, VERDICT_INFRA, CHANGE_LAB},
	{VERDICT_PASS, VERDICT_PASS, CHANGE_KINDS},
	{VERDICT_PASS, VERDICT_EXPECTED_FAIL, CHANGE_KINDS},
	{VERDICT_PASS, VERDICT_FAIL, CHANGE_FAILING},
	{VERDICT_PASS, VERDICT_TIMEOUT, CHANGE_FAILING},
	{VERDICT_EXPECTED_FAIL, VERDICT_VACUOUS, CHANGE_FAILING},
	{VERDICT_PASS, VERDICT_FLAKY, CHANGE_FLAKY},
	{VERDICT_PASS, VERDICT_INFRA, CHANGE_LAB},
	{VERDICT_FAIL, VERDICT_PASS, CHANGE_PASSING},
	{VERDICT_VACUOUS, VERDICT_EXPECTED_FAIL, CHANGE_PASSING},
	{VERDICT_FAIL, VERDICT_FAIL, STILL_FAILING},
	{VERDICT_FAIL, VERDICT_TIMEOUT, CHANGE_OTHERWISE},
	{VERDICT_FAIL, VERDICT_FLAKY, CHANGE_FLAKY},
	{VERDICT_FAIL, VERDICT_INFRA, CHANGE_LAB},
	{VERDICT_FLAKY, VERDICT_FLAKY, STILL_FLAKY},
	{VERDICT_FLAKY, VERDICT_FAIL, CHANGE_FAILING},
	{VERDICT_FLAKY, VERDICT_PASS, CHANGE_PASSING},
	{VERDICT_INFRA, VERDICT_INFRA, STILL_LAB},
	{VERDICT_INFRA, VERDICT_PASS, CHANGE_LAB_WELL},
	{VERDICT_INFRA, VERDICT_FAIL, CHANGE_FAILING},
	{VERDICT_PASS, VERDICT_SKIPPED, CHANGE_KINDS},
	{VERDICT_FAIL, VERDICT_CANCELLED, CHANGE_KINDS},
};

enum { TABLE = sizeof table / sizeof table[0] };

START_TEST(every_change_has_its_kind)
{
	ck_assert_int_eq(change(table[_i].was, table[_i].is), table[_i].kind);
}
END_TEST

START_TEST(another_cause_is_another_failure)
{
	struct outcomes before = {0}, now = {0};
	struct changes c;

	came_to(&before, "s", VERDICT_FAIL)->items[0].cause = CAUSE_PD_CODE_CLEARED;
	came_to(&now, "s", VERDICT_FAIL)->items[0].cause = CAUSE_KERNEL_PANIC;
	changes_find(&c, &before, &now, &arena);
	ck_assert_uint_eq(c.of[CHANGE_OTHERWISE], 1);
	ck_assert(changes_bad_news(&c));
	now.items[0].cause = CAUSE_PD_CODE_CLEARED;
	changes_find(&c, &before, &now, &arena);
	ck_assert_uint_eq(c.of[STILL_FAILING], 1);
	ck_assert_uint_eq(changes_news(&c), 0);
	ck_assert(!changes_bad_news(&c));
}
END_TEST

START_TEST(quarantine_is_no_news_and_its_end_is)
{
	struct outcomes before = {0}, now = {0};
	struct changes c;

	came_to(&before, "s", VERDICT_PASS);
	came_to(&now, "s", VERDICT_FAIL)->items[0].quarantined = true;
	changes_find(&c, &before, &now, &arena);
	ck_assert_uint_eq(c.of[QUARANTINED], 1);
	ck_assert_uint_eq(changes_news(&c), 0);
	came_to(&before, "s", VERDICT_FAIL)->items[0].quarantined = true;
	now.items[0].quarantined = false;
	changes_find(&c, &before, &now, &arena);
	ck_assert_uint_eq(c.of[CHANGE_FAILING], 1);
}
END_TEST

START_TEST(news_come_first_and_in_their_order)
{
	static const enum change_kind order[] = {CHANGE_FAILING, CHANGE_FAILING, CHANGE_PASSING, STILL_FAILING};
	static const char *const sessions[] = {"b", "d", "a", "c"};
	struct outcomes before = {0}, now = {0};
	struct changes c;

	came_to(came_to(&before, "a", VERDICT_FAIL), "c", VERDICT_FAIL);
	came_to(came_to(&now, "d", VERDICT_FAIL), "c", VERDICT_FAIL);
	came_to(came_to(&now, "b", VERDICT_FAIL), "a", VERDICT_PASS);
	changes_find(&c, &before, &now, &arena);
	ck_assert_uint_eq(c.count, 4);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(c.items[i].kind, order[i]);
		ck_assert_str_eq(c.items[i].now->session, sessions[i]);
	}
	ck_assert_ptr_null(c.items[0].before);
	ck_assert_ptr_nonnull(c.items[2].before);
	ck_assert_uint_eq(changes_news(&c), 3);
}
END_TEST

START_TEST(jobs_do_not_mix)
{
	struct outcomes before = {0}, now = {0};
	struct changes c;

	came_to(&before, "s", VERDICT_PASS)->items[0].job = "one";
	came_to(&now, "s", VERDICT_FAIL)->items[0].job = "two";
	changes_find(&c, &before, &now, &arena);
	ck_assert_ptr_null(c.items[0].before);
	ck_assert_ptr_null(outcomes_find(&now, "s", NULL));
	ck_assert_ptr_nonnull(outcomes_find(&now, "s", "two"));
}
END_TEST

START_TEST(what_is_known_outlasts_a_night_that_says_nothing)
{
	struct outcomes before = {0}, now = {0}, known;

	came_to(came_to(came_to(&before, "a", VERDICT_FAIL), "b", VERDICT_FAIL), "c", VERDICT_FAIL);
	came_to(came_to(&now, "a", VERDICT_CANCELLED), "b", VERDICT_PASS);
	outcomes_known(&known, &before, &now, &arena);
	ck_assert_uint_eq(known.count, 3);
	ck_assert_int_eq(outcomes_find(&known, "a", NULL)->verdict, VERDICT_FAIL);
	ck_assert_int_eq(outcomes_find(&known, "b", NULL)->verdict, VERDICT_PASS);
	ck_assert_int_eq(outcomes_find(&known, "c", NULL)->verdict, VERDICT_FAIL);
	outcomes_known(&known, NULL, &now, &arena);
	ck_assert_uint_eq(known.count, 1);
}
END_TEST

START_TEST(every_kind_has_a_name)
{
	for (int k = 0; k < CHANGE_KINDS; k++) {
		ck_assert_ptr_nonnull(change_kind_name((enum change_kind)k));
		ck_assert_ptr_nonnull(change_kind_title((enum change_kind)k));
	}
}
END_TEST

/* ---- from a run's record ---- */

START_TEST(repeats_are_one_and_the_gravest_counts)
{
	static const struct past_session nights[] = {
		{"s.v.u.c", 1, VERDICT_PASS, "fine"}, {"s.v.u.c", 2, VERDICT_FAIL, "the second"}, {"s.v.w.c", 1, VERDICT_PASS, "fine"}};
	const struct outcome *o;
	struct outcomes all = {0};
	struct run_record r;
	char results[64], *dir;
	struct err e;

	nights_folder(results);
	journal_close(nights_run(results, "one", "2026-01-31T23:58:12.000Z", nights, 3));
	dir = xasprintf("%s/one", results);
	ck_assert_int_eq(run_record_read(&r, dir, &e), 0);
	outcomes_add_run(&all, &r, "main", &arena);
	run_record_finish(&r);
	ck_assert_uint_eq(all.count, 2);
	o = outcomes_find(&all, "s.v.u.c", "main");
	ck_assert_int_eq(o->verdict, VERDICT_FAIL);
	ck_assert_str_eq(o->why, "the second");
	ck_assert_str_eq(o->run, "one");
	ck_assert_str_eq(o->again, "runtest run pd-survives --variant patched --board virt --config debug");
	ck_assert_ptr_null(outcomes_find(&all, "s.v.w.c", "main")->again);
	ck_assert_int_eq(file_remove_tree(results, NULL), 0);
	free(dir);
}
END_TEST

START_TEST(words_of_a_command_are_quoted)
{
	static const char *const set[] = {"a=1", NULL}, *const elfs[] = {"pd=/x/it's here", NULL};
	struct session_result s = {.name = "a.b.c.d.1", .repeat = 1, .scenario = "a", .variant = "b", .unit = "c", .config = "d",
				   .verdict = VERDICT_FAIL, .expected = {true, CAUSE_KERNEL_PANIC, NULL}};
	struct planned plan = {.name = "a.b.c.d.1"};
	struct run_record r = {.plan = &plan, .plan_count = 1, .sessions = &s,
			       .settings = {.run = "r", .set = set, .image = "/my images/x", .image_elfs = elfs}};
	struct outcomes all = {0};

	outcomes_add_run(&all, &r, NULL, &arena);
	ck_assert_str_eq(all.items[0].session, "a.b.c.d");
	ck_assert_str_eq(all.items[0].again, "runtest run a --image '/my images/x' --elf 'pd=/x/it'\\''s here' --expect kernel-panic "
					     "--board c --config d --set a=1");
}
END_TEST

Suite *changes_test(void)
{
	Suite *s = suite_create("changes");
	TCase *t = tcase_create("comparison");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, every_change_has_its_kind, 0, TABLE);
	tcase_add_test(t, another_cause_is_another_failure);
	tcase_add_test(t, quarantine_is_no_news_and_its_end_is);
	tcase_add_test(t, news_come_first_and_in_their_order);
	tcase_add_test(t, jobs_do_not_mix);
	tcase_add_test(t, what_is_known_outlasts_a_night_that_says_nothing);
	tcase_add_test(t, every_kind_has_a_name);
	tcase_add_test(t, repeats_are_one_and_the_gravest_counts);
	tcase_add_test(t, words_of_a_command_are_quoted);
	suite_add_tcase(s, t);
	return s;
}
