#include "farm/limits.h"

#include "shelf.h"

Suite *limits_test(void);

enum { HOUR_MS = 3600000 };

static void put(const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/" LIMITS_FILE, shelf);
	ck_assert_int_eq(file_write_atomic(path, text, strlen(text), false, NULL), 0);
}

START_TEST(without_a_file_there_are_defaults)
{
	struct limits l;

	ck_assert_int_eq(limits_read(&l, NULL), 0);
	ck_assert_int_eq(l.max_hold_ms, 8 * HOUR_MS);
	ck_assert_int_eq(l.idle_ms, HOUR_MS);
	put("");
	ck_assert_int_eq(limits_read(&l, NULL), 0);
	ck_assert_int_eq(l.max_hold_ms, 8 * HOUR_MS);
}
END_TEST

START_TEST(the_file_says_what_differs)
{
	struct limits l;

	put("max-hold: 2d\n");
	ck_assert_int_eq(limits_read(&l, NULL), 0);
	ck_assert_int_eq(l.max_hold_ms, 48 * HOUR_MS);
	ck_assert_int_eq(l.idle_ms, HOUR_MS);
	put("idle: 90s\n");
	ck_assert_int_eq(limits_read(&l, NULL), 0);
	ck_assert_int_eq(l.max_hold_ms, 8 * HOUR_MS);
	ck_assert_int_eq(l.idle_ms, 90000);
}
END_TEST

START_TEST(what_it_cannot_mean_is_a_mistake_at_its_place)
{
	static const struct {
		const char *text, *what;
		int line;
	} bad[] = {
		{"max-hold: 8\n", "max-hold: expected a duration", 1},
		{"idle: 1h\nmax-hold: 31d\n", "max-hold: expected a duration", 2},
		{"idle: 10ms\n", "idle: expected a duration", 1},
		{"hold: 1h\n", "unknown key", 1},
		{"- 1h\n", "expected a mapping", 1},
		{"idle: [1h]\n", "idle: expected a duration", 1},
	};
	struct limits l;
	struct err e;
	char place[16];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		put(bad[i].text);
		ck_assert_int_eq(limits_read(&l, &e), -1);
		ck_assert_int_eq(e.kind, ERR_CONFIG);
		ck_assert_msg(strstr(e.what, bad[i].what), "%s", e.what);
		snprintf(place, sizeof place, "yaml:%d:", bad[i].line);
		ck_assert_msg(strstr(e.where, place), "%s", e.where);
	}
}
END_TEST

Suite *limits_test(void)
{
	Suite *s = suite_create("limits");
	TCase *t = tcase_create("limits");

	tcase_add_checked_fixture(t, shelf_setup, shelf_teardown);
	tcase_add_test(t, without_a_file_there_are_defaults);
	tcase_add_test(t, the_file_says_what_differs);
	tcase_add_test(t, what_it_cannot_mean_is_a_mistake_at_its_place);
	suite_add_tcase(s, t);
	return s;
}
