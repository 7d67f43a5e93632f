#include <check.h>
#include <string.h>

#include "plan/plan.h"

Suite *plan_test(void);

/* A small project, made by hand: two QEMU kinds and one of hardware, two variants, two scenarios. */
static const struct qemu_board qemu;
static struct board_kind kinds[] = {
	{.name = "hard", .arch = ARCH_AARCH64},
	{.name = "soft1", .arch = ARCH_AARCH64, .qemu = &qemu},
	{.name = "soft2", .arch = ARCH_AARCH64, .qemu = &qemu},
};
static struct board_unit units[] = {
	{.name = "hard-a", .kind = &kinds[0]},
	{.name = "my-qemu", .kind = &kinds[1]},
	{.name = "soft1", .kind = &kinds[1], .implied = true},
	{.name = "soft2", .kind = &kinds[2], .implied = true},
};
static const char *const everywhere[] = {"*", NULL};
static const char *const only_soft1[] = {"soft1", NULL};
static const char *const debug_release[] = {"debug", "release", NULL};
static const char *const debug[] = {"debug", NULL};
static const struct variant_exclusion dry[] = {{.boards = (const char *const[]){"soft2", NULL}, .because = "it is dry"}};
static struct variant variants[] = {
	{.name = "bad", .boards = only_soft1, .configs = debug},
	{.name = "good", .boards = everywhere, .configs = debug_release},
	{.name = "wet", .boards = everywhere, .configs = debug, .not_for = dry, .not_for_count = 1},
};
static const struct variant_demand both[] = {
	{.variant = "good"},
	{.variant = "bad", .want = {.control = true, .cause = CAUSE_PD_CODE_CLEARED}},
};
static const struct variant_demand wet_only[] = {{.variant = "wet"}};
static struct scenario scenarios[] = {
	{.name = "floats", .variants = wet_only, .variant_count = 1},
	{.name = "reloads", .variants = both, .variant_count = 1},
	{.name = "sinks", .variants = wet_only, .variant_count = 1, .boards = only_soft1},
	{.name = "survives", .variants = both, .variant_count = 2},
};
static const struct mutant_demand two_catch[] = {
	{.scenario = "reloads", .want = {.control = true, .cause = CAUSE_STALE_IMAGE}},
	{.scenario = "survives"},
};
static struct variant mutants[] = {
	{.name = "flipped", .boards = everywhere, .configs = debug, .caught_by = two_catch, .caught_by_count = 2},
	{.name = "twisted", .boards = only_soft1, .configs = debug, .caught_by = two_catch, .caught_by_count = 1},
};
static const struct project project = {
	.kinds = kinds, .kind_count = 3, .units = units, .unit_count = 4,
	.variants = variants, .variant_count = 3, .scenarios = scenarios, .scenario_count = 4,
	.mutants = mutants, .mutant_count = 2,
};

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect_jobs(const struct plan_request *want, const char *const *names)
{
	struct plan p;
	struct err e;
	size_t n = 0;

	ck_assert_msg(plan_make(&p, &project, want, &e) == 0, "%s", e.what);
	for (; names[n]; n++) {
		ck_assert_uint_lt(n, p.count);
		ck_assert_str_eq(p.jobs[n].name, names[n]);
	}
	ck_assert_uint_eq(p.count, n);
	plan_finish(&p);
}

START_TEST(without_boards_only_machines_that_need_no_naming)
{
	struct plan_request want = {.scenarios = LIST("survives"), .repeat = 1};

	expect_jobs(&want, LIST("survives.good.soft1.debug.1", "survives.good.soft2.debug.1", "survives.bad.soft1.debug.1"));
}
END_TEST

START_TEST(a_unit_or_a_kind_selects_boards)
{
	struct plan_request unit = {.scenarios = LIST("reloads"), .boards = LIST("hard-a"), .repeat = 1};
	struct plan_request kind = {.scenarios = LIST("reloads"), .boards = LIST("soft1"), .repeat = 1};
	struct plan_request only = {.scenarios = LIST("reloads"), .boards = LIST("*"), .only_qemu = true, .repeat = 1};

	expect_jobs(&unit, LIST("reloads.good.hard-a.debug.1"));
	expect_jobs(&kind, LIST("reloads.good.soft1.debug.1")); /* the machine itself is called so */
	expect_jobs(&only, LIST("reloads.good.my-qemu.debug.1", "reloads.good.soft1.debug.1", "reloads.good.soft2.debug.1"));
}
END_TEST

START_TEST(globs_choose_scenarios_and_variants)
{
	struct plan_request want = {.scenarios = LIST("*s"), .variants = LIST("g*d"), .boards = LIST("soft2"), .repeat = 1};

	expect_jobs(&want, LIST("reloads.good.soft2.debug.1", "survives.good.soft2.debug.1"));
}
END_TEST

START_TEST(repeats_come_round_after_round)
{
	struct plan_request want = {.scenarios = LIST("reloads"), .repeat = 2};

	expect_jobs(&want, LIST("reloads.good.soft1.debug.1", "reloads.good.soft2.debug.1", "reloads.good.soft1.debug.2",
				"reloads.good.soft2.debug.2"));
}
END_TEST

/* No scenario names it; the board it is not for says why. */
START_TEST(a_given_image_is_the_only_variant)
{
	static const struct variant given = {.name = "image:a-b", .boards = only_soft1, .configs = debug};
	struct plan_request want = {.scenarios = LIST("survives", "sinks"), .boards = LIST("soft1", "my-qemu", "soft2"),
				    .repeat = 1, .image = &given, .image_want = {.control = true, .cause = CAUSE_PD_CODE_CLEARED}};
	struct plan p;
	struct err e;

	expect_jobs(&want, LIST("sinks.image-a-b.my-qemu.debug.1", "sinks.image-a-b.soft1.debug.1", "sinks.image-a-b.soft2.debug.1",
				"survives.image-a-b.my-qemu.debug.1", "survives.image-a-b.soft1.debug.1",
				"survives.image-a-b.soft2.debug.1"));
	ck_assert_int_eq(plan_make(&p, &project, &want, &e), 0);
	ck_assert_ptr_eq(p.jobs[3].variant, &given);
	ck_assert_int_eq(p.jobs[3].want.cause, CAUSE_PD_CODE_CLEARED);
	ck_assert_ptr_null(p.jobs[3].skip);
	ck_assert_ptr_nonnull(strstr(p.jobs[5].skip, "cannot be built for board soft2"));
	plan_finish(&p);
}
END_TEST

START_TEST(what_cannot_run_but_was_asked_for_says_why)
{
	struct plan_request config = {
		.scenarios = LIST("survives"), .configs = LIST("release"), .boards = LIST("soft1", "my-qemu"), .repeat = 1};
	struct plan_request board = {
		.scenarios = LIST("survives"), .variants = LIST("bad"), .boards = LIST("soft2"), .repeat = 1};
	struct plan p;
	struct err e;

	ck_assert_int_eq(plan_make(&p, &project, &config, &e), 0);
	ck_assert_uint_eq(p.count, 4); /* good and bad, on soft1 and my-qemu */
	for (size_t i = 0; i < p.count; i++)
		ck_assert_int_eq(p.jobs[i].skip != NULL, strcmp(p.jobs[i].variant->name, "bad") == 0);
	plan_finish(&p);

	ck_assert_int_eq(plan_make(&p, &project, &board, &e), 0);
	ck_assert_uint_eq(p.count, 1);
	ck_assert_str_eq(p.jobs[0].skip, "variant bad cannot be built for board soft2");
	plan_finish(&p);
}
END_TEST

START_TEST(a_machine_that_must_be_named_waits_for_it)
{
	struct plan_request any = {.scenarios = LIST("reloads"), .repeat = 1};
	struct plan_request named = {.scenarios = LIST("reloads"), .boards = LIST("soft2"), .repeat = 1};

	kinds[2].use = KIND_USE_WHEN_NAMED;
	expect_jobs(&any, LIST("reloads.good.soft1.debug.1"));
	expect_jobs(&named, LIST("reloads.good.soft2.debug.1"));
	scenarios[1].boards = LIST("soft2");
	expect_jobs(&any, LIST("reloads.good.soft2.debug.1"));
	kinds[2].use = KIND_USE_ALWAYS;
	scenarios[1].boards = NULL;
}
END_TEST

START_TEST(a_variant_that_is_not_for_a_board_is_skipped_there_with_its_reason)
{
	struct plan_request all = {.scenarios = LIST("floats"), .repeat = 1};
	struct plan_request want = {.scenarios = LIST("floats"), .variants = LIST("wet"), .repeat = 1};
	struct plan p;
	struct err e;

	expect_jobs(&all, LIST("floats.wet.soft1.debug.1")); /* nobody asked */
	ck_assert_int_eq(plan_make(&p, &project, &want, &e), 0);
	ck_assert_uint_eq(p.count, 2);
	ck_assert_ptr_null(p.jobs[0].skip);
	ck_assert_str_eq(p.jobs[1].name, "floats.wet.soft2.debug.1");
	ck_assert_str_eq(p.jobs[1].skip, "variant wet is not for board soft2: it is dry");
	plan_finish(&p);
}
END_TEST

START_TEST(a_scenario_for_some_boards_has_jobs_on_those_only)
{
	struct plan_request all = {.scenarios = LIST("sinks"), .repeat = 1};
	struct plan_request asked = {
		.scenarios = LIST("sinks"), .variants = LIST("wet"), .boards = LIST("hard-a"), .repeat = 1};
	struct plan p;
	struct err e;

	expect_jobs(&all, LIST("sinks.wet.soft1.debug.1"));
	ck_assert_int_eq(plan_make(&p, &project, &asked, &e), 0);
	ck_assert_str_eq(p.jobs[0].skip, "scenario sinks is not for board hard");
	plan_finish(&p);
}
END_TEST

START_TEST(a_control_keeps_its_cause)
{
	struct plan_request want = {.scenarios = LIST("survives"), .variants = LIST("bad"), .repeat = 1};
	struct plan p;
	struct err e;

	ck_assert_int_eq(plan_make(&p, &project, &want, &e), 0);
	ck_assert(p.jobs[0].want.control);
	ck_assert_int_eq(p.jobs[0].want.cause, CAUSE_PD_CODE_CLEARED);
	plan_finish(&p);
}
END_TEST

START_TEST(mutants_run_where_they_must_be_caught_and_only_when_asked_for)
{
	struct plan_request all = {.scenarios = LIST("*"), .mutants = true, .repeat = 1};
	struct plan_request one = {.scenarios = LIST("reloads"), .variants = LIST("tw*"), .mutants = true, .repeat = 1};
	struct plan_request variant = {.scenarios = LIST("*"), .variants = LIST("good"), .mutants = true, .repeat = 1};
	struct plan p;
	struct err e;

	expect_jobs(&all, LIST("reloads.flipped.soft1.debug.1", "reloads.flipped.soft2.debug.1",
			       "reloads.twisted.soft1.debug.1", "survives.flipped.soft1.debug.1",
			       "survives.flipped.soft2.debug.1"));
	expect_jobs(&one, LIST("reloads.twisted.soft1.debug.1"));
	ck_assert_int_eq(plan_make(&p, &project, &one, &e), 0);
	ck_assert(p.jobs[0].want.control);
	ck_assert_int_eq(p.jobs[0].want.cause, CAUSE_STALE_IMAGE);
	plan_finish(&p);
	ck_assert_int_eq(plan_make(&p, &project, &variant, &e), -1);
	ck_assert_str_eq(e.what, "no mutant is called good");
	plan_finish(&p);
}
END_TEST

START_TEST(controls_can_be_left_out)
{
	struct plan_request want = {.scenarios = LIST("survives"), .boards = LIST("soft1", "my-qemu"), .no_controls = true, .repeat = 2};

	expect_jobs(&want, LIST("survives.good.my-qemu.debug.1", "survives.good.soft1.debug.1",
				"survives.good.my-qemu.debug.2", "survives.good.soft1.debug.2"));
}
END_TEST

START_TEST(a_name_that_means_nothing_is_an_error)
{
	static const struct {
		const char *scenario, *variant, *board, *what;
	} rows[] = {
		{"survive", NULL, NULL, "no scenario is called survive"},
		{"survives", "godo", NULL, "no variant is called godo"},
		{"survives", NULL, "soft3", "no board is called soft3"},
		{"reloads", "bad", NULL, "nothing to run: no scenario, variant and board go together as asked"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct plan_request want = {
			.scenarios = LIST(rows[i].scenario),
			.variants = rows[i].variant ? LIST(rows[i].variant) : NULL,
			.boards = rows[i].board ? LIST(rows[i].board) : NULL,
			.repeat = 1,
		};
		struct plan p;
		struct err e;

		ck_assert_int_eq(plan_make(&p, &project, &want, &e), -1);
		ck_assert_int_eq(e.kind, ERR_USAGE);
		ck_assert_str_eq(e.what, rows[i].what);
		ck_assert_str_ne(e.hint, "");
		plan_finish(&p);
	}
}
END_TEST

Suite *plan_test(void)
{
	Suite *s = suite_create("plan");
	TCase *t = tcase_create("plan");

	tcase_add_test(t, without_boards_only_machines_that_need_no_naming);
	tcase_add_test(t, a_unit_or_a_kind_selects_boards);
	tcase_add_test(t, globs_choose_scenarios_and_variants);
	tcase_add_test(t, repeats_come_round_after_round);
	tcase_add_test(t, a_given_image_is_the_only_variant);
	tcase_add_test(t, what_cannot_run_but_was_asked_for_says_why);
	tcase_add_test(t, a_variant_that_is_not_for_a_board_is_skipped_there_with_its_reason);
	tcase_add_test(t, a_scenario_for_some_boards_has_jobs_on_those_only);
	tcase_add_test(t, a_machine_that_must_be_named_waits_for_it);
	tcase_add_test(t, a_control_keeps_its_cause);
	tcase_add_test(t, controls_can_be_left_out);
	tcase_add_test(t, mutants_run_where_they_must_be_caught_and_only_when_asked_for);
	tcase_add_test(t, a_name_that_means_nothing_is_an_error);
	suite_add_tcase(s, t);
	return s;
}
