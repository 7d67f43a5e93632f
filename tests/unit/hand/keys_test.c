#include "hand/keys.h"

#include <check.h>
#include <string.h>

Suite *keys_test(void);

/* Typed with ctrl-] as the escape key: what the board gets, and the first order with the bytes taken until then. */
static const struct {
	const char *typed, *sent;
	enum key_order order;
	size_t used;
} cases[] = {
	{"ls\r", "ls\r", KEYS_NONE, 3},
	{"\x03\x1a\x1b[A", "\x03\x1a\x1b[A", KEYS_NONE, 5},
	{"ab\x1dqcd", "ab", KEYS_QUIT, 4},
	{"\x1d.", "", KEYS_QUIT, 2},
	{"\x1d""bx", "", KEYS_BREAK, 2},
	{"\x1d?", "", KEYS_HELP, 2},
	{"\x1dx", "", KEYS_HELP, 2},
	{"\x1d\x1dq", "\x1dq", KEYS_NONE, 3},
	{"\x1d\x1d\x1d\x1dq", "\x1d\x1dq", KEYS_NONE, 5},
	{"\x1d\x1d\x1dq", "\x1d", KEYS_QUIT, 4},
	{"a\x1d", "a", KEYS_NONE, 2},
};

START_TEST(all_keys_but_orders_reach_the_board)
{
	size_t n = strlen(cases[_i].typed), used, done = 0;
	struct keys whole = {.escape = KEYS_DEFAULT}, single = whole;
	enum key_order order = KEYS_NONE;
	struct buf out = {0};

	ck_assert_int_eq(keys_feed(&whole, cases[_i].typed, n, &used, &out), cases[_i].order);
	ck_assert_uint_eq(used, cases[_i].used);
	ck_assert_str_eq(out.data ? out.data : "", cases[_i].sent);
	buf_clear(&out);
	for (; order == KEYS_NONE && done < n; done += used) /* key by key it is the same */
		order = keys_feed(&single, cases[_i].typed + done, 1, &used, &out);
	ck_assert_int_eq(order, cases[_i].order);
	ck_assert_uint_eq(done, cases[_i].used);
	ck_assert_uint_eq(out.len, strlen(cases[_i].sent));
	buf_finish(&out);
}
END_TEST

START_TEST(without_an_escape_key_all_bytes_do)
{
	struct keys k = {.escape = KEYS_NO_ESCAPE};
	struct buf out = {0};
	char all[256];
	size_t used;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	ck_assert_int_eq(keys_feed(&k, all, sizeof all, &used, &out), KEYS_NONE);
	ck_assert_uint_eq(out.len, sizeof all);
	ck_assert(memcmp(out.data, all, sizeof all) == 0);
	buf_finish(&out);
}
END_TEST

START_TEST(keys_have_names)
{
	static const struct {
		const char *text;
		int rc, escape;
		const char *name;
	} names[] = {
		{"ctrl-]", 0, 0x1d, "ctrl-]"}, {"^]", 0, 0x1d, "ctrl-]"},       {"Ctrl-A", 0, 1, "ctrl-a"},
		{"C-z", 0, 26, "ctrl-z"},      {"none", 0, KEYS_NO_ESCAPE, "none"}, {"^\\", 0, 0x1c, "ctrl-\\"},
		{"x", -1, 0, ""},              {"", -1, 0, ""},                 {"ctrl-", -1, 0, ""},
		{"ctrl-ab", -1, 0, ""},        {"^@", -1, 0, ""},               {"ctrl-1", -1, 0, ""},
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char name[KEYS_NAME];
		int escape = 0;

		ck_assert_int_eq(keys_parse(names[i].text, &escape), names[i].rc);
		if (names[i].rc == 0) {
			ck_assert_int_eq(escape, names[i].escape);
			ck_assert_str_eq(keys_name(escape, name), names[i].name);
		}
	}
}
END_TEST

Suite *keys_test(void)
{
	Suite *s = suite_create("keys");
	TCase *t = tcase_create("keys");

	tcase_add_loop_test(t, all_keys_but_orders_reach_the_board, 0, sizeof cases / sizeof cases[0]);
	tcase_add_test(t, without_an_escape_key_all_bytes_do);
	tcase_add_test(t, keys_have_names);
	suite_add_tcase(s, t);
	return s;
}
