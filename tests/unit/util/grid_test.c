#include "util/grid.h"

#include <check.h>

Suite *grid_test(void);

static struct grid grid;
static struct buf out;

static void set_up(void)
{
	grid_init(&grid, "lrl");
	buf_init(&out);
}

static void tear_down(void)
{
	grid_finish(&grid);
	buf_finish(&out);
}

static void row(const char *a, const char *b, const char *c)
{
	grid_add_all(&grid, (const char *const[]){a, b, c, NULL});
}

START_TEST(columns_are_as_wide_as_their_widest_cell)
{
	row("name", "size", "what");
	row("a", "12345", "x");
	row("longer", "", "");
	grid_print(&grid, "  ", &out);
	ck_assert_str_eq(out.data, "  name     size  what\n"
				   "  a       12345  x\n"
				   "  longer\n");
}
END_TEST

START_TEST(an_unfinished_row_is_printed)
{
	row("a", "b", "c");
	grid_printf(&grid, "%d", 7);
	grid_print(&grid, "", &out);
	ck_assert_str_eq(out.data, "a  b  c\n7\n");
}
END_TEST

START_TEST(control_characters_do_not_reach_the_terminal)
{
	row("a\x1b[31m\tb", "b", "c");
	grid_print(&grid, "", &out);
	ck_assert_str_eq(out.data, "a\\x1b[31m b  b  c\n");
}
END_TEST

START_TEST(a_cell_of_two_lines_makes_a_row_of_two_lines)
{
	row("1", "2", "x: pass\ny: fail\n");
	row("one\ntwo", "\n3", "z");
	grid_print(&grid, "  ", &out);
	ck_assert_str_eq(out.data, "  1    2  x: pass\n"
				   "          y: fail\n"
				   "  one     z\n"
				   "  two  3\n");
}
END_TEST

START_TEST(colour_takes_no_room_and_ends_with_its_text)
{
	row("a", "b", "c");
	grid_add(&grid, "x");
	grid_colour(&grid, "\033[31m");
	grid_add(&grid, "10");
	grid_colour(&grid, "\033[32m");
	grid_add(&grid, "");
	grid_colour(&grid, "\033[33m");
	grid_print(&grid, "", &out);
	ck_assert_str_eq(out.data, "a   b  c\n"
				   "\033[31mx\033[0m  \033[32m10\033[0m\n");
}
END_TEST

START_TEST(utf8_is_as_wide_as_it_looks)
{
	row("é", "1", "x");
	row("漢字", "2", "y");
	grid_print(&grid, "", &out);
	ck_assert_str_eq(out.data, "é     1  x\n漢字  2  y\n");
}
END_TEST

START_TEST(no_cells_print_nothing)
{
	grid_print(&grid, "  ", &out);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

Suite *grid_test(void)
{
	Suite *s = suite_create("grid");
	TCase *t = tcase_create("grid");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, columns_are_as_wide_as_their_widest_cell);
	tcase_add_test(t, an_unfinished_row_is_printed);
	tcase_add_test(t, control_characters_do_not_reach_the_terminal);
	tcase_add_test(t, a_cell_of_two_lines_makes_a_row_of_two_lines);
	tcase_add_test(t, colour_takes_no_room_and_ends_with_its_text);
	tcase_add_test(t, utf8_is_as_wide_as_it_looks);
	tcase_add_test(t, no_cells_print_nothing);
	suite_add_tcase(s, t);
	return s;
}
