#include "cli/comparison.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

Suite *comparison_test(void);

static struct variant variants[] = {
	{.name = "capdl", .about = "embedded", .placement = "capdl", .line = 30},
	{.name = "nowhere", .about = "has no placement", .line = 5},
	{.name = "patched", .about = "the patch saves it", .placement = "device-region", .line = 10},
	{.name = "unpatched", .about = "nothing saves it", .placement = "device-region", .line = 20},
};
static const char *const spine[] = {"spine", NULL}, *const contiguous[] = {"contiguous", NULL};
static struct scenario scenarios[] = {{.name = "half", .tags = contiguous}, {.name = "survives", .tags = spine}};
static const struct project project = {
	.variants = variants, .variant_count = 4, .scenarios = scenarios, .scenario_count = 2};

static struct session_fact granted[] = {{"half", "granted"}, {"held_twice", "0"}};
static struct session_result sessions[] = {
	{.name = "s1", .scenario = "survives", .variant = "unpatched", .board = "virt", .verdict = VERDICT_EXPECTED_FAIL,
	 .cause = CAUSE_PD_CODE_CLEARED, .expected = {true, CAUSE_PD_CODE_CLEARED, NULL}},
	{.name = "s2", .scenario = "survives", .variant = "patched", .board = "virt", .verdict = VERDICT_PASS},
	{.name = "s3", .scenario = "survives", .variant = "patched", .board = "virt64", .verdict = VERDICT_PASS},
	{.name = "s4", .scenario = "survives", .variant = "nowhere", .board = "virt", .verdict = VERDICT_PASS},
	{.name = "s5", .scenario = "survives", .variant = "gone", .board = "virt", .verdict = VERDICT_PASS},
	{.name = "s6", .scenario = "half", .variant = "capdl", .board = "virt", .verdict = VERDICT_PASS,
	 .evidence = {.facts = granted, .fact_count = 2}},
	{.name = "s7", .scenario = "survives", .variant = "capdl", .board = "virt", .verdict = VERDICT_SKIPPED},
};
static struct run_record record = {.settings = {.run = "RUN"}, .plan_count = 7, .sessions = sessions};
static struct comparison c;

static void set_up(void)
{
	comparison_make(&c, &project, &record);
}

static void tear_down(void)
{
	comparison_finish(&c);
}

static const struct comparison_cell *cell(const char *placement, const char *property)
{
	for (size_t i = 0; i < c.placement_count; i++)
		for (size_t k = 0; k < property_count; k++)
			if (strcmp(c.placements[i], placement) == 0 && strcmp(properties[k].name, property) == 0)
				return &c.cells[i * property_count + k];
	ck_abort_msg("no cell %s, %s", placement, property);
}

START_TEST(placements_come_in_the_order_of_the_file)
{
	ck_assert_uint_eq(c.placement_count, 2);
	ck_assert_str_eq(c.placements[0], "device-region");
	ck_assert_str_eq(c.placements[1], "capdl");
}
END_TEST

START_TEST(a_cell_begins_with_what_the_design_gives_and_keeps_the_controls)
{
	const struct comparison_cell *survives = cell("device-region", "survives");

	ck_assert_uint_eq(survives->count, 2);
	ck_assert_str_eq(survives->outcomes[0].text, "yes");
	ck_assert_uint_eq(survives->outcomes[0].count, 2);
	ck_assert_str_eq(survives->outcomes[0].sessions[0]->name, "s2");
	ck_assert_str_eq(survives->outcomes[1].text, "no: pd-code-cleared");
}
END_TEST

START_TEST(facts_are_outcomes_and_what_did_not_run_is_none)
{
	ck_assert_str_eq(cell("capdl", "contiguous-half")->outcomes[0].text, "granted");
	ck_assert_str_eq(cell("capdl", "held-twice")->outcomes[0].text, "0 bytes");
	ck_assert_uint_eq(cell("capdl", "survives")->count, 0);
	ck_assert_uint_eq(cell("device-region", "reload")->count, 0);
}
END_TEST

START_TEST(a_verdict_that_nobody_demanded_is_no_answer)
{
	struct session_result was = sessions[1];

	comparison_finish(&c);
	sessions[1].verdict = VERDICT_FAIL;
	sessions[1].cause = CAUSE_PD_FAULT;
	comparison_make(&c, &project, &record);
	sessions[1] = was;
	ck_assert_str_eq(cell("device-region", "survives")->outcomes[0].text, "fail: pd-fault, not as demanded");
}
END_TEST

START_TEST(the_text_names_the_session_behind_every_cell)
{
	struct buf out;

	buf_init(&out);
	comparison_text(&c, &project, &out);
	ck_assert_ptr_nonnull(strstr(out.data, "no: pd-code-cleared [2]"));
	ck_assert_ptr_nonnull(strstr(out.data, "no session"));
	ck_assert_ptr_nonnull(strstr(out.data, "[2] device-region, code survives: no: pd-code-cleared\n"
					       "     unpatched: nothing saves it\n"
					       "       RUN/s1\n"));
	buf_finish(&out);
}
END_TEST

START_TEST(the_json_has_every_cell)
{
	const char *outcome, *session, *cause;
	struct buf out;
	json_t *root;

	buf_init(&out);
	comparison_json(&c, &out);
	root = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_int_eq(json_unpack(json_array_get(json_object_get(json_array_get(json_object_get(json_array_get(json_object_get(
					     root, "placements"), 0), "cells"), 0), "outcomes"), 1),
				     "{s:s, s:[{s:s, s:s}]}", "outcome", &outcome, "sessions", "session", &session, "cause",
				     &cause),
			 0);
	ck_assert_str_eq(outcome, "no: pd-code-cleared");
	ck_assert_str_eq(session, "RUN/s1");
	ck_assert_str_eq(cause, "pd-code-cleared");
	json_decref(root);
	buf_finish(&out);
}
END_TEST

Suite *comparison_test(void)
{
	Suite *s = suite_create("comparison");
	TCase *t = tcase_create("comparison");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, placements_come_in_the_order_of_the_file);
	tcase_add_test(t, a_cell_begins_with_what_the_design_gives_and_keeps_the_controls);
	tcase_add_test(t, facts_are_outcomes_and_what_did_not_run_is_none);
	tcase_add_test(t, a_verdict_that_nobody_demanded_is_no_answer);
	tcase_add_test(t, the_text_names_the_session_behind_every_cell);
	tcase_add_test(t, the_json_has_every_cell);
	suite_add_tcase(s, t);
	return s;
}
