#include "sched/aside.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "farm/health.h"
#include "util/file.h"

Suite *aside_test(void);

static const struct board_kind shelf = {.name = "shelf"}, virt = {.name = "virt", .qemu = &(const struct qemu_board){0}};
static const struct board_unit one = {.name = "one", .kind = &shelf}, two = {.name = "two", .kind = &shelf},
			       machine = {.name = "virt", .kind = &virt, .implied = true};
static const struct board_unit *const both[] = {&one, &two};

static char state[64];

static void make_state(void)
{
	snprintf(state, sizeof state, "/tmp/aside-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(state));
	setenv("RUNTEST_STATE", state, 1);
}

static void remove_state(void)
{
	file_remove_tree(state, NULL);
}

START_TEST(three_times_infra_set_a_unit_aside)
{
	struct aside a = {0};

	ck_assert(!aside_note(&a, &one, true, "it is dead", "RUN"));
	ck_assert(!aside_note(&a, &one, true, "it is dead", "RUN"));
	ck_assert_ptr_null(aside_why(&a, &one));
	ck_assert(aside_note(&a, &one, true, "it is dead", "RUN"));
	ck_assert_ptr_nonnull(strstr(aside_why(&a, &one), "board one is set aside"));
	ck_assert_ptr_nonnull(strstr(aside_why(&a, &one), "it is dead"));
	ck_assert_ptr_null(aside_why(&a, &two));
	aside_finish(&a);
}
END_TEST

START_TEST(what_goes_well_ends_the_row)
{
	struct aside a = {0};

	for (int i = 0; i < 4; i++) {
		ck_assert(!aside_note(&a, &one, true, "it is dead", "RUN"));
		ck_assert(!aside_note(&a, &one, true, "it is dead", "RUN"));
		ck_assert(!aside_note(&a, &one, false, NULL, "RUN"));
	}
	ck_assert_ptr_null(aside_why(&a, &one));
	aside_finish(&a);
}
END_TEST

START_TEST(of_several_one_is_enough)
{
	struct aside a = {0};

	ck_assert_int_eq(unit_health_set("one", HEALTH_SET_ASIDE, "it smells", HEALTH_BY_HAND, NULL), 0);
	ck_assert_ptr_null(aside_all(&a, both, 2));
	ck_assert_int_eq(unit_health_set("two", HEALTH_SET_ASIDE, "it smells", HEALTH_BY_HAND, NULL), 0);
	aside_finish(&a); /* it is not looked up anew each time */
	ck_assert_ptr_nonnull(strstr(aside_all(&a, both, 2), "it smells"));
	aside_finish(&a);
}
END_TEST

START_TEST(machines_are_never_set_aside)
{
	struct aside a = {0};

	for (int i = 0; i < 5; i++)
		ck_assert(!aside_note(&a, &machine, true, "it died", "RUN"));
	ck_assert_ptr_null(aside_why(&a, &machine));
	aside_finish(&a);
}
END_TEST

Suite *aside_test(void)
{
	Suite *s = suite_create("aside");
	TCase *t = tcase_create("aside");

	tcase_add_checked_fixture(t, make_state, remove_state);
	tcase_add_test(t, three_times_infra_set_a_unit_aside);
	tcase_add_test(t, what_goes_well_ends_the_row);
	tcase_add_test(t, of_several_one_is_enough);
	tcase_add_test(t, machines_are_never_set_aside);
	suite_add_tcase(s, t);
	return s;
}
