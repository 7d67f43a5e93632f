#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "proto/jsonpath.h"

Suite *jsonpath_test(void);

static const char answer[] = "{\"POWER\": \"ON\", \"ison\": true, \"n\": 1, \"none\": null, \"half\": 0.5, \"deep\": {\"a b\": "
			     "[[1, 2], {\"x-1\": \"y\\u0000z\"}]}, \"Outputs\": [{\"ID\": 1, \"State\": 0}], \"\": 7}";

/* What the path leads to, malloc'd. */
static char *at(const char *path)
{
	struct err e = {0};
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(jsonpath_check(path, &e), 0);
	ck_assert_msg(jsonpath_find(answer, strlen(answer), path, &out, &e) == 0, "%s: %s", path, e.what);
	return buf_steal(&out);
}

START_TEST(a_path_leads_to_a_value)
{
	static const char *const found[][2] = {
		{"$.POWER", "ON"},	       {"$.ison", "true"},	 {"$.n", "1"},
		{"$.none", "null"},	       {"$[\"half\"]", "0.5"},	 {"$.deep['a b'][0][1]", "2"},
		{"$.Outputs[0].State", "0"},   {"$['Outputs'][0]['ID']", "1"},
	};

	for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
		char *value = at(found[i][0]);

		ck_assert_str_eq(value, found[i][1]);
		free(value);
	}
}
END_TEST

START_TEST(a_value_keeps_its_nul)
{
	char *value = at("$.deep[\"a b\"][1].x-1");

	ck_assert_int_eq(memcmp(value, "y\0z", 4), 0);
	free(value);
}
END_TEST

START_TEST(what_is_no_path_is_refused)
{
	static const char *const bad[] = {"", "POWER", "$.", "$POWER", "$..a", "$[", "$[]", "$[x]", "$[-1]", "$[\"a", "$[\"\"]",
					  "$['a'x]", "$[\"a\\n\"]", "$.a b", "$.a[0", "$[1234567]", "$.*", "$[0]]"};
	char many[JSONPATH_MAX + 3] = "$";
	struct err e = {0};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		e = (struct err){0};
		ck_assert_msg(jsonpath_check(bad[i], &e) == -1, "%s", bad[i]);
		ck_assert_int_eq(e.kind, ERR_CONFIG);
	}
	for (size_t i = 1; i + 1 < sizeof many; i++)
		many[i] = i % 2 ? '.' : 'a';
	ck_assert_int_eq(jsonpath_check(many, &e), -1);
	many[JSONPATH_MAX - 1] = '\0';
	ck_assert_int_eq(jsonpath_check(many, &e), 0);
}
END_TEST

static void refused(const char *json, const char *path, const char *why)
{
	struct err e = {0};
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(jsonpath_find(json, strlen(json), path, &out, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_msg(strstr(e.what, why), "%s", e.what);
	buf_finish(&out);
}

START_TEST(what_is_not_there_says_how_far_it_was)
{
	refused("{\"a\": {\"b\": 1}}", "$.a.c.d", "there is no $.a.c in it");
	refused("{\"a\": [1]}", "$.a[1]", "there is no $.a[1] in it");
	refused("{\"a\": [1]}", "$.a.b", "there is no $.a.b in it");
	refused("[1]", "$.a", "there is no $.a in it");
	refused("{\"a\": {\"b\": 1}}", "$.a", "$.a is no single value, but an object");
	refused("{\"a\": []}", "$.a", "$.a is no single value, but an array");
	refused("{\"POWER\": \"O", "$.POWER", "it is no JSON");
	refused("", "$.POWER", "it is no JSON");
	refused("{} x", "$.POWER", "it is no JSON");
}
END_TEST

START_TEST(a_bare_value_is_the_root)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(jsonpath_find("\"on\"", 4, "$", &out, NULL), 0);
	ck_assert_str_eq(out.data, "on");
	buf_finish(&out);
}
END_TEST

Suite *jsonpath_test(void)
{
	Suite *s = suite_create("jsonpath");
	TCase *c = tcase_create("jsonpath");

	tcase_add_test(c, a_path_leads_to_a_value);
	tcase_add_test(c, a_value_keeps_its_nul);
	tcase_add_test(c, what_is_no_path_is_refused);
	tcase_add_test(c, what_is_not_there_says_how_far_it_was);
	tcase_add_test(c, a_bare_value_is_the_root);
	suite_add_tcase(s, c);
	return s;
}
