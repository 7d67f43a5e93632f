/* Any unit of a kind, and only where no unit is named. */
#include <check.h>
#include <string.h>

#include "plan/shelf.h"
#include "plan/target.h"

Suite *pool_test(void);

/* "left right|lone": boards with their units. */
static const char *targets_text(const char *const *globs, bool only_qemu, struct arena *a)
{
	struct plan_targets t = plan_targets_of(&shelf, globs, only_qemu, a);
	const char *text = "";

	for (size_t i = 0; i < t.count; i++) {
		text = arena_printf(a, "%s%s%s:", text, i ? "|" : "", t.items[i].board);
		for (size_t k = 0; k < t.items[i].unit_count; k++)
			text = arena_printf(a, "%s%s%s", text, k ? " " : "", t.items[i].units[k]->name);
	}
	return text;
}

START_TEST(a_kind_is_a_pool_of_its_units_and_a_name_is_a_unit)
{
	const struct {
		const char *const *globs;
		bool only_qemu;
		const char *text;
	} rows[] = {
		{LIST("rock"), false, "rock:left right upper"},
		{LIST("roc?"), false, "rock:left right upper"},
		{LIST("star"), false, "star:lone"},
		{LIST("right"), false, "right:right"},
		{LIST("rock", "right"), false, "rock:left right upper|right:right"},
		{LIST("r*"), false, "right:right"}, /* names a unit, and the kind besides */
		{LIST("*"), false, "left:left|lone:lone|right:right|upper:upper|virt:virt"},
		{LIST("virt"), false, "virt:virt"},
		{LIST("rock", "virt"), true, "virt:virt"},
		{NULL, false, "virt:virt"},
		{LIST("stone"), false, ""},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_str_eq(targets_text(rows[i].globs, rows[i].only_qemu, &a), rows[i].text);
	arena_finish(&a);
}
END_TEST

START_TEST(a_name_finds_its_unit_before_the_kind)
{
	struct plan_target t;
	struct arena a;

	arena_init(&a);
	ck_assert(plan_target_named(&shelf, "right", &t, &a));
	ck_assert_uint_eq(t.unit_count, 1);
	ck_assert(plan_target_named(&shelf, "rock", &t, &a));
	ck_assert_uint_eq(t.unit_count, 3);
	ck_assert(plan_target_named(&shelf, "virt", &t, &a));
	ck_assert_ptr_eq(t.units[0], &shelf_units[4]);
	ck_assert(!plan_target_named(&shelf, "stone", &t, &a));
	ck_assert(!plan_target_named(&shelf, "moon", &t, &a));
	arena_finish(&a);
}
END_TEST

START_TEST(a_kind_without_a_unit_is_an_error)
{
	struct err e;

	ck_assert_int_eq(plan_targets_check(&shelf, LIST("rock", "st*"), &e), 0);
	ck_assert_int_eq(plan_targets_check(&shelf, LIST("rock", "stone"), &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(e.what, "no board is of kind stone"));
}
END_TEST

static struct plan plan_of(const struct plan_request *want)
{
	struct plan p;
	struct err e;

	ck_assert_msg(plan_make(&p, &shelf, want, &e) == 0, "%s", e.what);
	return p;
}

START_TEST(a_kind_has_one_job_whoever_does_it)
{
	struct plan_request want = {.scenarios = LIST("boots"), .variants = LIST("good"), .boards = LIST("rock"), .repeat = 1};
	struct plan p = plan_of(&want);

	ck_assert_uint_eq(p.count, 1);
	ck_assert_str_eq(p.jobs[0].name, "boots.good.rock.debug.1");
	ck_assert_str_eq(p.jobs[0].board, "rock");
	ck_assert_uint_eq(p.jobs[0].unit_count, 3);
	ck_assert_ptr_eq(p.jobs[0].unit, p.jobs[0].units[0]);
	ck_assert_ptr_null(p.jobs[0].skip);
	plan_finish(&p);
}
END_TEST

START_TEST(units_that_cannot_do_it_are_left_out_of_the_pool)
{
	struct plan_request want = {.scenarios = LIST("resets"), .variants = LIST("good"), .boards = LIST("rock"), .repeat = 1};
	struct plan p = plan_of(&want);

	ck_assert_ptr_null(p.jobs[0].skip);
	ck_assert_uint_eq(p.jobs[0].unit_count, 2);
	ck_assert_str_eq(p.jobs[0].unit->name, "right");
	ck_assert_str_eq(p.jobs[0].units[1]->name, "upper");
	plan_finish(&p);
}
END_TEST

START_TEST(a_pool_is_skipped_only_when_nobody_can_and_says_why)
{
	struct plan_request one = {.scenarios = LIST("resets"), .variants = LIST("good"), .boards = LIST("left", "star"), .repeat = 1};
	struct plan_request blind = {.scenarios = LIST("boots"), .boards = LIST("rock"), .repeat = 1};
	struct variant_demand needs = {.variant = "bad", .want = {.control = true, .cause = CAUSE_PD_CODE_CLEARED}};
	struct scenario scenario = shelf_scenarios[0];
	struct project project = shelf;
	struct plan p = plan_of(&one);
	struct err e;

	ck_assert_uint_eq(p.count, 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_ptr_eq(strstr(p.jobs[i].skip, "no reset: the file of board "), p.jobs[i].skip);
	ck_assert_uint_eq(p.jobs[0].unit_count, 1);
	plan_finish(&p);

	scenario.variants = &needs;
	scenario.variant_count = 1;
	project.scenarios = &scenario;
	project.scenario_count = 1;
	ck_assert_int_eq(plan_make(&p, &project, &blind, &e), 0);
	ck_assert_uint_eq(p.jobs[0].unit_count, 3);
	ck_assert_ptr_eq(strstr(p.jobs[0].skip, "none of the 3 units of kind rock can run it: board left offers no memory"), p.jobs[0].skip);
	ck_assert_ptr_nonnull(strstr(p.jobs[0].skip, "board upper"));
	plan_finish(&p);
}
END_TEST

Suite *pool_test(void)
{
	Suite *s = suite_create("pool");
	TCase *t = tcase_create("pool");

	tcase_add_test(t, a_kind_is_a_pool_of_its_units_and_a_name_is_a_unit);
	tcase_add_test(t, a_name_finds_its_unit_before_the_kind);
	tcase_add_test(t, a_kind_without_a_unit_is_an_error);
	tcase_add_test(t, a_kind_has_one_job_whoever_does_it);
	tcase_add_test(t, units_that_cannot_do_it_are_left_out_of_the_pool);
	tcase_add_test(t, a_pool_is_skipped_only_when_nobody_can_and_says_why);
	suite_add_tcase(s, t);
	return s;
}
