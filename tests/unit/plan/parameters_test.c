#include "plan/parameters.h"

#include <check.h>

Suite *parameters_test(void);

static const struct parameter many[] = {{"restarts", "how often", 10, 1, 10000, 1}, {"size", "how much", 5, 0, 9, 1}};
static const struct parameter one[] = {{"restarts", "how often", 3, 1, 100, 1}};
static struct scenario scenarios[] = {
	{.name = "long", .parameters = many, .parameter_count = 2},
	{.name = "short", .parameters = one, .parameter_count = 1},
	{.name = "without"},
};
static const struct project project = {.scenarios = scenarios, .scenario_count = 3};

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(defaults_hold_unless_something_is_set)
{
	struct arena a;
	struct variables v;

	arena_init(&a);
	v = parameters_of(&scenarios[0], NULL, &a);
	ck_assert_uint_eq(v.count, 2);
	ck_assert_str_eq(v.items[0].name, "restarts");
	ck_assert_int_eq(v.items[0].value, 10);
	v = parameters_of(&scenarios[0], LIST("restarts=7", "other=3", "restarts=8"), &a);
	ck_assert_int_eq(v.items[0].value, 8);
	ck_assert_int_eq(v.items[1].value, 5);
	ck_assert_uint_eq(parameters_of(&scenarios[2], LIST("restarts=7"), &a).count, 0);
	arena_finish(&a);
}
END_TEST

START_TEST(what_is_set_must_mean_something_and_be_within_limits)
{
	static const struct {
		const char *scenario, *set, *what;
	} rows[] = {
		{"*", "restarts", "--set takes NAME=N with a whole number, not 'restarts'"},
		{"*", "=3", "--set takes NAME=N with a whole number, not '=3'"},
		{"*", "restarts=-1", "--set takes NAME=N with a whole number, not 'restarts=-1'"},
		{"*", "restarts=1x", "--set takes NAME=N with a whole number, not 'restarts=1x'"},
		{"*", "restarts=99999999999999999999", "--set takes NAME=N with a whole number, not 'restarts=99999999999999999999'"},
		{"*", "restart=3", "--set: none of the scenarios has a parameter called restart"},
		{"without", "restarts=3", "--set: none of the scenarios has a parameter called restarts"},
		{"long", "restarts=0", "--set restarts: 0 is not from 1 to 10000, as long allows it"},
		{"*", "restarts=101", "--set restarts: 101 is not from 1 to 100, as short allows it"},
	};
	struct err e;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ck_assert_int_eq(parameters_check(&project, LIST(rows[i].scenario), LIST(rows[i].set), &e), -1);
		ck_assert_int_eq(e.kind, ERR_USAGE);
		ck_assert_str_eq(e.what, rows[i].what);
	}
	ck_assert_int_eq(parameters_check(&project, LIST("long"), LIST("restarts=10000", "size=0"), &e), 0);
	ck_assert_int_eq(parameters_check(&project, LIST("*"), NULL, &e), 0);
}
END_TEST

Suite *parameters_test(void)
{
	Suite *s = suite_create("parameters");
	TCase *t = tcase_create("parameters");

	tcase_add_test(t, defaults_hold_unless_something_is_set);
	tcase_add_test(t, what_is_set_must_mean_something_and_be_within_limits);
	suite_add_tcase(s, t);
	return s;
}
