#include "util/template.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *template_test(void);

static const struct variable items[] = {{"n", 1}, {"start-at", -7}, {"n", 42}};
static const struct variables known = {items, 3};

static void fills(const char *text, const char *want)
{
	struct buf b;

	buf_init(&b);
	template_fill(&b, text, strlen(text), known);
	ck_assert_str_eq(b.data ? b.data : "", want);
	buf_finish(&b);
}

START_TEST(variables_stand_for_numbers_and_all_else_for_itself)
{
	fills("run=${n} $", "run=42 $"); /* the last one of a name counts */
	fills("${n}${n}", "4242");
	fills("${start-at}", "-7");
	fills("${m} ${n", "${m} ${n");
	fills("a{2} $1 ${} ${N} ${2}", "a{2} $1 ${} ${N} ${2}");
	fills("^x${n}$", "^x42$");
	fills("", "");
	fills("$${n}", "$42");
}
END_TEST

START_TEST(nuls_are_bytes_like_others)
{
	static const char text[] = "a\0${n}\0";
	struct buf b;

	buf_init(&b);
	template_fill(&b, text, sizeof text - 1, known);
	ck_assert_uint_eq(b.len, 5);
	ck_assert_mem_eq(b.data, "a\00042\0", 5);
	buf_finish(&b);
}
END_TEST

START_TEST(what_is_not_known_is_found)
{
	static const char text[] = "${n} and ${other} and ${more}";
	size_t length;
	const char *name = template_unknown(text, strlen(text), known, &length);

	ck_assert_ptr_eq(name, text + 11);
	ck_assert_uint_eq(length, 5);
	ck_assert_ptr_null(template_unknown("${n}", 4, known, &length));
	ck_assert(template_has_variable("x${y}", 5));
	ck_assert(!template_has_variable("x${y", 4));
}
END_TEST

Suite *template_test(void)
{
	Suite *s = suite_create("template");
	TCase *t = tcase_create("template");

	tcase_add_test(t, variables_stand_for_numbers_and_all_else_for_itself);
	tcase_add_test(t, nuls_are_bytes_like_others);
	tcase_add_test(t, what_is_not_known_is_found);
	suite_add_tcase(s, t);
	return s;
}
