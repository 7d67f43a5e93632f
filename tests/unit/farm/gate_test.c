#include "farm/gate.h"

#include "farm/health.h"
#include "shelf.h"

Suite *gate_test(void);

START_TEST(units_set_aside_are_kept_out_and_nobody_else)
{
	static const struct board_unit well = {.name = "well"}, new = {.name = "new"}, ill = {.name = "ill"},
				       machine = {.name = "machine", .implied = true};
	const struct board_unit *units[] = {&well, &ill, &new, &machine};
	struct gate_finding found[4];
	struct arena a;

	arena_init(&a);
	unit_health_set("well", HEALTH_GOOD, NULL, HEALTH_BY_CHECK, NULL);
	unit_health_set("ill", HEALTH_SET_ASIDE, "console: it hung up", HEALTH_BY_CHECK, NULL);
	unit_health_set("machine", HEALTH_SET_ASIDE, "a file of that name", HEALTH_BY_CHECK, NULL);
	ck_assert_uint_eq(health_gate(units, 4, found, &a), 3);
	ck_assert(found[0].usable && !found[0].why);
	ck_assert(!found[1].usable);
	ck_assert_ptr_eq(found[1].unit, &ill);
	ck_assert_ptr_nonnull(strstr(found[1].why, "by health check of "));
	ck_assert_ptr_nonnull(strstr(found[1].why, ": console: it hung up"));
	ck_assert(found[2].usable && found[3].usable);
	arena_finish(&a);
}
END_TEST

START_TEST(a_record_that_cannot_be_read_keeps_nobody_out)
{
	static const struct board_unit unit = {.name = UNIT};
	struct arena a;

	arena_init(&a);
	unit_health_set(UNIT, HEALTH_SET_ASIDE, "x", HEALTH_BY_CHECK, NULL);
	ck_assert(!health_gate_unit(&unit, &a).usable);
	shelf_put("health", "{");
	ck_assert(health_gate_unit(&unit, &a).usable);
	arena_finish(&a);
}
END_TEST

Suite *gate_test(void)
{
	Suite *s = suite_create("gate");
	TCase *t = tcase_create("gate");

	tcase_add_checked_fixture(t, shelf_setup, shelf_teardown);
	tcase_add_test(t, units_set_aside_are_kept_out_and_nobody_else);
	tcase_add_test(t, a_record_that_cannot_be_read_keeps_nobody_out);
	suite_add_tcase(s, t);
	return s;
}
