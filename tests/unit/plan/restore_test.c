/* What an earlier run planned, with the project as it is now. */
#include <check.h>
#include <string.h>

#include "plan/restore.h"
#include "plan/shelf.h"

Suite *restore_test(void);

static struct planned planned_list[] = {
	{.name = "boots.good.left.debug.1", .scenario = "boots", .variant = "good", .board = "rock", .unit = "left", .config = "debug",
	 .repeat = 1},
	{.name = "resets.bad.rock.debug.2", .scenario = "resets", .variant = "bad", .board = "rock", .unit = "gone", .config = "debug",
	 .repeat = 2, .units = LIST("gone", "right"), .expected = {.control = true, .cause = CAUSE_PD_FAULT}},
	{.name = "boots.bad.virt.debug.1", .scenario = "boots", .variant = "bad", .board = "virt", .unit = "virt", .config = "debug",
	 .repeat = 1, .skip = "it was raining"},
};
static struct run_record record = {.plan = planned_list, .plan_count = 3, .settings = {.set = LIST("times=7")}};

START_TEST(jobs_are_what_they_were_and_pools_what_they_are)
{
	struct plan p;
	struct err e;

	ck_assert_msg(plan_restore(&p, &shelf, &record, NULL, NULL, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(p.count, 3);
	ck_assert_str_eq(p.jobs[0].name, "boots.good.left.debug.1");
	ck_assert_str_eq(p.jobs[0].board, "left");
	ck_assert_ptr_eq(p.jobs[0].unit, &shelf_units[0]);
	ck_assert_ptr_ne(p.jobs[0].name, planned_list[0].name); /* a copy: the record goes */

	ck_assert_str_eq(p.jobs[1].board, "rock");
	ck_assert_uint_eq(p.jobs[1].unit_count, 2);
	ck_assert_str_eq(p.jobs[1].unit->name, "right"); /* left cannot be reset */
	ck_assert_int_eq(p.jobs[1].repeat, 2);
	ck_assert_int_eq(p.jobs[1].want.cause, CAUSE_PD_FAULT);
	ck_assert_uint_eq(p.jobs[1].parameters.count, 1);
	ck_assert_int_eq(p.jobs[1].parameters.items[0].value, 7);
	ck_assert_int_gt(p.jobs[1].expected_ms, 0);

	ck_assert_str_eq(p.jobs[2].skip, "it was raining");
	plan_finish(&p);
}
END_TEST

START_TEST(some_of_them)
{
	const bool wanted[] = {false, true, false};
	struct plan p;
	struct err e;

	ck_assert_int_eq(plan_restore(&p, &shelf, &record, wanted, NULL, &e), 0);
	ck_assert_uint_eq(p.count, 1);
	ck_assert_str_eq(p.jobs[0].name, "resets.bad.rock.debug.2");
	plan_finish(&p);
}
END_TEST

START_TEST(an_image_stands_for_all_variants)
{
	const struct variant image = {.name = "image:x", .boards = LIST("*"), .configs = LIST("debug")};
	struct plan p;
	struct err e;

	ck_assert_int_eq(plan_restore(&p, &shelf, &record, NULL, &image, &e), 0);
	for (size_t i = 0; i < 3; i++)
		ck_assert_ptr_eq(p.jobs[i].variant, &image);
	plan_finish(&p);
}
END_TEST

START_TEST(what_is_gone_is_named_where_it_is_wanted)
{
	static const struct {
		const char *scenario, *variant, *unit, *what;
	} rows[] = {
		{"boost", "good", "left", "no longer has its scenario"},
		{"boots", "gone", "left", "no longer has its variant"},
		{"boots", "good", "leeward", "no longer has its board"},
	};
	const bool others[] = {false, true, true};

	for (size_t i = 0; i < 3; i++) {
		struct planned was = planned_list[0];
		struct plan p;
		struct err e;

		planned_list[0].scenario = rows[i].scenario;
		planned_list[0].variant = rows[i].variant;
		planned_list[0].unit = rows[i].unit;
		ck_assert_int_eq(plan_restore(&p, &shelf, &record, NULL, NULL, &e), -1);
		ck_assert_int_eq(e.kind, ERR_USAGE);
		ck_assert_ptr_nonnull(strstr(e.what, rows[i].what));
		plan_finish(&p);
		ck_assert_int_eq(plan_restore(&p, &shelf, &record, others, NULL, &e), 0);
		plan_finish(&p);
		planned_list[0] = was;
	}
}
END_TEST

Suite *restore_test(void)
{
	Suite *s = suite_create("restore");
	TCase *t = tcase_create("restore");

	tcase_add_test(t, jobs_are_what_they_were_and_pools_what_they_are);
	tcase_add_test(t, some_of_them);
	tcase_add_test(t, an_image_stands_for_all_variants);
	tcase_add_test(t, what_is_gone_is_named_where_it_is_wanted);
	suite_add_tcase(s, t);
	return s;
}
