#include <check.h>
#include <string.h>

#include "history/url.h"

Suite *databaseurl_test(void);

START_TEST(urls_of_both_sorts)
{
	static const struct {
		const char *text;
		enum database_kind kind;
		const char *where;
	} good[] = {
		{"sqlite:history.db", DATABASE_SQLITE, "history.db"},
		{"sqlite:/var/lib/runtest/h.db", DATABASE_SQLITE, "/var/lib/runtest/h.db"},
		{"postgresql://db.example.org/runtest", DATABASE_POSTGRESQL, "postgresql://db.example.org/runtest"},
		{"postgres://ada@db:5433/runtest?sslmode=require", DATABASE_POSTGRESQL,
		 "postgres://ada@db:5433/runtest?sslmode=require"},
		{"postgresql:///runtest?host=/run/postgresql&passfile=/etc/pass", DATABASE_POSTGRESQL,
		 "postgresql:///runtest?host=/run/postgresql&passfile=/etc/pass"},
		{"postgresql://[::1]:5432/x", DATABASE_POSTGRESQL, "postgresql://[::1]:5432/x"},
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct database_url u;
		struct err e = {0};

		ck_assert_msg(database_url_parse(&u, good[i].text, &e) == 0, "%s: %s", good[i].text, e.what);
		ck_assert_int_eq(u.kind, good[i].kind);
		ck_assert_str_eq(u.where, good[i].where);
	}
}
END_TEST

START_TEST(passwords_are_refused_and_not_repeated)
{
	static const char *const bad[] = {
		"postgresql://ada:hunter2@db/runtest",
		"postgres://ada:hunter2@/runtest",
		"postgresql://db/runtest?password=hunter2",
		"postgresql://db/runtest?sslmode=require&sslpassword=hunter2",
		"postgresql://db/runtest?pass%77ord=hunter2",
		"mysql://ada:hunter2@db/runtest",
		"hunter2@db",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct database_url u;
		struct err e = {0};

		ck_assert_msg(database_url_parse(&u, bad[i], &e) < 0, "%s", bad[i]);
		ck_assert_int_eq(e.kind, ERR_USAGE);
		if (strncmp(bad[i], "hunter2", 7) != 0) {
			ck_assert_ptr_null(strstr(e.what, "hunter2"));
			ck_assert_ptr_null(strstr(e.hint, "hunter2"));
			ck_assert_ptr_null(strstr(e.where, "hunter2"));
		}
	}
}
END_TEST

START_TEST(what_is_no_url_is_refused)
{
	static const char *const bad[] = {"", "sqlite:", "history.db", "sqlite", "postgresql:/db", "http://db/x", "sqlite:a\nb",
					  "sqlite:\xff"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct database_url u;
		struct err e = {0};

		ck_assert_msg(database_url_parse(&u, bad[i], &e) < 0, "%s", bad[i]);
		ck_assert_int_eq(e.kind, ERR_USAGE);
	}
}
END_TEST

Suite *databaseurl_test(void)
{
	Suite *s = suite_create("databaseurl");
	TCase *t = tcase_create("databaseurl");

	tcase_add_test(t, urls_of_both_sorts);
	tcase_add_test(t, passwords_are_refused_and_not_repeated);
	tcase_add_test(t, what_is_no_url_is_refused);
	suite_add_tcase(s, t);
	return s;
}
