/* What a health check needs of the project's files: the unit's section, the scenario's line test, and boards/ alone. */
#include "config/fixture.h"

Suite *care_test(void);

#define DEMO "scenarios/demo.yaml"

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

START_TEST(a_unit_is_set_aside_after_as_many_as_it_says)
{
	const struct board_unit *u = fixture_unit(&f, "health: {set-aside-after: 5}");

	ck_assert_uint_eq(board_unit_set_aside_after(u), 5);
	ck_assert_ptr_null(u->care->image);
}
END_TEST

START_TEST(a_unit_that_says_nothing_is_as_the_program_has_it)
{
	const struct board_unit *u = fixture_unit(&f, "");

	ck_assert_ptr_null(u->care);
	ck_assert_uint_eq(board_unit_set_aside_after(u), 0);
}
END_TEST

START_TEST(an_image_is_a_file_beside_the_units_own)
{
	const struct board_unit *u;

	fixture_write(&f, "boards/good.img", "image");
	u = fixture_unit(&f, "health: {image: ../good.img}\n");
	ck_assert_int_eq(u->care->image[0], '/');
	ck_assert(file_exists(u->care->image));
	ck_assert_uint_eq(board_unit_set_aside_after(u), 3);
}
END_TEST

START_TEST(what_the_section_does_not_allow)
{
	static const struct {
		const char *section, *what;
	} cases[] = {{"health: {set-aside-after: 0}\n", "a number from 1 to 1000"},
		     {"health: {set-aside-after: often}\n", "a number from 1 to 1000"},
		     {"health: {image: nowhere.img}\n", "No such file"},
		     {"health: {images: x}\n", "images"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = xasprintf(FIXTURE_ROCK "%s", cases[i].section);

		end();
		begin();
		fixture_write(&f, FIXTURE_UNIT, text);
		free(text);
		ck_assert_int_eq(fixture_load(&f), -1);
		ck_assert_uint_eq(f.errors.count, 1);
		ck_assert_msg(strstr(f.errors.items[0].what, cases[i].what) != NULL, "%s", f.errors.items[0].what);
	}
}
END_TEST

START_TEST(the_line_is_tested_in_doubt_or_always)
{
	ck_assert_int_eq(fixture_load(&f), 0);
	ck_assert_int_eq(project_scenario(&f.project, "demo")->line_test, LINE_TEST_IN_DOUBT);
	end();
	begin();
	fixture_change(&f, DEMO, "deadline: 20s", "deadline: 20s\nline-test: always");
	ck_assert_int_eq(fixture_load(&f), 0);
	ck_assert_int_eq(project_scenario(&f.project, "demo")->line_test, LINE_TEST_ALWAYS);
}
END_TEST

static int load_boards(void)
{
	return project_load_boards(&f.project, f.root, &f.errors);
}

START_TEST(boards_are_read_whatever_is_wrong_with_scenarios)
{
	fixture_write(&f, DEMO, "scenario: [");
	fixture_write(&f, "images/variants.yaml", "{");
	ck_assert_int_eq(load_boards(), 0);
	ck_assert_ptr_nonnull(project_unit(&f.project, "rock-1"));
	ck_assert_ptr_nonnull(project_unit(&f.project, "virt"));
	ck_assert_ptr_null(project_scenario(&f.project, "demo"));
}
END_TEST

START_TEST(a_mistake_is_its_own_units)
{
	fixture_write(&f, "boards/units/rock-10.yaml", "unit: rock-10\nkind: rock\nabot: x\n");
	fixture_write(&f, "boards/units/rock-2.yaml", "{");
	ck_assert_int_eq(load_boards(), -1);
	ck_assert(project_unit_is_sound(project_unit(&f.project, "rock-1"), &f.errors));
	ck_assert(!project_unit_is_sound(project_unit(&f.project, "rock-10"), &f.errors));
	ck_assert(!project_unit_is_sound(project_unit(&f.project, "rock-2"), &f.errors));
}
END_TEST

START_TEST(a_mistake_of_the_kind_is_every_units_of_it)
{
	fixture_change(&f, "boards/kinds/rock.yaml", "about: a board", "abot: a board");
	ck_assert_int_eq(load_boards(), -1);
	ck_assert(!project_unit_is_sound(project_unit(&f.project, "rock-1"), &f.errors));
	ck_assert(project_unit_is_sound(project_unit(&f.project, "virt"), &f.errors));
}
END_TEST

Suite *care_test(void)
{
	Suite *s = suite_create("care");
	TCase *t = tcase_create("care");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_unit_is_set_aside_after_as_many_as_it_says);
	tcase_add_test(t, a_unit_that_says_nothing_is_as_the_program_has_it);
	tcase_add_test(t, an_image_is_a_file_beside_the_units_own);
	tcase_add_test(t, what_the_section_does_not_allow);
	tcase_add_test(t, the_line_is_tested_in_doubt_or_always);
	tcase_add_test(t, boards_are_read_whatever_is_wrong_with_scenarios);
	tcase_add_test(t, a_mistake_is_its_own_units);
	tcase_add_test(t, a_mistake_of_the_kind_is_every_units_of_it);
	suite_add_tcase(s, t);
	return s;
}
