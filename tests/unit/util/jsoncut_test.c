/* Members of a JSON object found without reading the rest. */
#include <check.h>
#include <string.h>

#include "util/jsoncut.h"

Suite *jsoncut_test(void);

static struct jsoncut_span span(const char *text)
{
	return (struct jsoncut_span){text, strlen(text)};
}

static void expect_member(const char *object, const char *key, const char *want)
{
	struct jsoncut_span got = jsoncut_member(span(object), key);

	if (!want) {
		ck_assert_ptr_null(got.text);
		return;
	}
	ck_assert_ptr_nonnull(got.text);
	ck_assert_uint_eq(got.n, strlen(want));
	ck_assert_int_eq(memcmp(got.text, want, got.n), 0);
}

START_TEST(a_member_is_found_whatever_stands_before_it)
{
	expect_member("{\"a\":\"}\\\"{\\\\\",\"b\":[1,{\"c\":2}],\"c\":3}", "c", "3");
	expect_member(" { \"a\" : null , \"b\" : {\"x\":\"]\"} } ", "b", "{\"x\":\"]\"}");
	expect_member("{\"a\":1}", "b", NULL);
	expect_member("{}", "a", NULL);
	expect_member("[\"a\"]", "a", NULL);
	expect_member("{\"a\":[1", "a", NULL);
	expect_member("{\"b\":1 \"a\":2}", "a", NULL);
}
END_TEST

static void expect_without(const char *object, const char *want)
{
	static const char *const keys[] = {"long", "longer", NULL};
	struct buf out;
	bool ok;

	buf_init(&out);
	ok = jsoncut_without(&out, span(object), keys);
	ck_assert_int_eq(ok, want != NULL);
	if (want)
		ck_assert_str_eq(out.data, want);
	buf_finish(&out);
}

START_TEST(members_are_left_out)
{
	expect_without("{\"long\":[1,2],\"a\":1,\"longer\":{\"a\":2},\"b\":\"x\"}", "{\"a\":1,\"b\":\"x\"}");
	expect_without("{\"long\":1}", "{}");
	expect_without("{}", "{}");
	expect_without("{\"a\":{\"long\":1}}", "{\"a\":{\"long\":1}}");
	expect_without("{\"a\":1", NULL);
	expect_without("{\"a\":1}}", NULL);
	expect_without("{\"a\":\"\\", NULL);
	expect_without("1", NULL);
}
END_TEST

START_TEST(and_inside_of_a_member)
{
	static const char *const keys[] = {"long", NULL};
	struct jsoncut_span inner;
	struct buf out;

	buf_init(&out);
	ck_assert(jsoncut_without_inside(&out, span("{\"a\":1,\"r\":{\"long\":[{}],\"b\":2},\"c\":3}"), "r", keys, &inner));
	ck_assert_str_eq(out.data, "{\"a\":1,\"r\":{\"b\":2},\"c\":3}");
	ck_assert_uint_eq(inner.n, strlen("{\"long\":[{}],\"b\":2}"));
	buf_clear(&out);
	ck_assert(!jsoncut_without_inside(&out, span("{\"a\":1}"), "r", keys, &inner));
	ck_assert(!jsoncut_without_inside(&out, span("{\"r\":7}"), "r", keys, &inner));
	buf_finish(&out);
}
END_TEST

Suite *jsoncut_test(void)
{
	Suite *s = suite_create("jsoncut");
	TCase *t = tcase_create("jsoncut");

	tcase_add_test(t, a_member_is_found_whatever_stands_before_it);
	tcase_add_test(t, members_are_left_out);
	tcase_add_test(t, and_inside_of_a_member);
	suite_add_tcase(s, t);
	return s;
}
