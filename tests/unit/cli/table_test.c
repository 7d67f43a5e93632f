#include "cli/table.h"

#include <check.h>
#include <stdlib.h>

Suite *table_test(void);

static char *print(const char *const *headings, const char *const *cells)
{
	struct table t;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	table_init(&t, headings);
	for (; *cells; cells++)
		table_add(&t, *cells);
	table_print(out, &t);
	table_finish(&t);
	fclose(out);
	return text;
}

START_TEST(columns_are_as_wide_as_their_widest_cell)
{
	char *text = print((const char *const[]){"NAME", "ABOUT", NULL},
			   (const char *const[]){"a", "one", "longer", "two", NULL});

	ck_assert_str_eq(text, "NAME    ABOUT\n"
			       "a       one\n"
			       "longer  two\n");
	free(text);
}
END_TEST

START_TEST(a_cell_of_two_lines_makes_a_row_of_two_lines)
{
	char *text = print((const char *const[]){"A", "B", "C", NULL},
			   (const char *const[]){"1", "x: pass\ny: fail", "z", "2", "w", "", NULL});

	ck_assert_str_eq(text, "A  B        C\n"
			       "1  x: pass  z\n"
			       "   y: fail\n"
			       "2  w        -\n");
	free(text);
}
END_TEST

START_TEST(widths_count_characters_not_bytes)
{
	char *text = print((const char *const[]){"A", "B", NULL},
			   (const char *const[]){"\xc3\xa9\xc3\xa9\xc3\xa9", "x", "abc", "y", NULL});

	ck_assert_str_eq(text, "A    B\n"
			       "\xc3\xa9\xc3\xa9\xc3\xa9  x\n"
			       "abc  y\n");
	free(text);
}
END_TEST

Suite *table_test(void)
{
	Suite *s = suite_create("table");
	TCase *t = tcase_create("table");

	tcase_add_test(t, columns_are_as_wide_as_their_widest_cell);
	tcase_add_test(t, a_cell_of_two_lines_makes_a_row_of_two_lines);
	tcase_add_test(t, widths_count_characters_not_bytes);
	suite_add_tcase(s, t);
	return s;
}
