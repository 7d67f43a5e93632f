#include "config/fixture.h"

#include "config/quarantine.h"

Suite *quarantine_test(void);

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

#define ENTRY "scenarios/quarantine/flood.yaml"

static void write_entry(const char *sessions, const char *until)
{
	char *text = xasprintf("quarantine: flood\nsessions: [%s]\nreason: the river\nuntil: %s\n", sessions, until);

	fixture_write(&f, ENTRY, text);
	free(text);
}

static const struct quarantine *load_entry(const char *sessions, const char *until)
{
	write_entry(sessions, until);
	if (fixture_load(&f) < 0)
		err_list_print(stderr, &f.errors);
	ck_assert_uint_eq(f.errors.count, 0);
	ck_assert_uint_eq(f.project.quarantine_count, 1);
	return &f.project.quarantine[0];
}

static void expect_mistake(const char *where, const char *what)
{
	ck_assert_int_lt(fixture_load(&f), 0);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_str_eq(f.errors.items[0].where, where);
	ck_assert_msg(strstr(f.errors.items[0].what, what), "%s", f.errors.items[0].what);
}

START_TEST(a_project_need_not_have_any)
{
	ck_assert_int_eq(fixture_load(&f), 0);
	ck_assert_uint_eq(f.project.quarantine_count, 0);
	ck_assert_ptr_null(project_quarantine(&f.project, "demo.good.virt.debug.1", "2026-01-31"));
}
END_TEST

START_TEST(an_entry_covers_what_its_globs_mean)
{
	const struct quarantine *q = load_entry("demo.good.r*.debug, 'demo.bad.*'", "2026-01-31");

	ck_assert_str_eq(q->reason, "the river");
	ck_assert_ptr_null(q->issue);
	ck_assert_str_eq(q->file, ENTRY);
	ck_assert(quarantine_covers(q, "demo.good.rock-1.debug"));
	ck_assert(quarantine_covers(q, "demo.good.rock-1.debug.3"));
	ck_assert(quarantine_covers(q, "demo.bad.virt.debug.1"));
	ck_assert(!quarantine_covers(q, "demo.good.virt.debug.1"));
	ck_assert(!quarantine_covers(q, "demo.good.rock-1.release.1"));
}
END_TEST

START_TEST(it_holds_until_its_day_is_over)
{
	const struct quarantine *q = load_entry("demo.bad.*", "2026-02-28");

	ck_assert(!quarantine_expired(q, "2026-02-27"));
	ck_assert(!quarantine_expired(q, "2026-02-28"));
	ck_assert(quarantine_expired(q, "2026-03-01"));
	ck_assert_int_eq(quarantine_days_left(q, "2026-02-27"), 2);
	ck_assert_int_eq(quarantine_days_left(q, "2026-02-28"), 1);
	ck_assert_int_eq(quarantine_days_left(q, "2026-03-01"), 0);
}
END_TEST

START_TEST(of_two_entries_the_one_counts_that_still_holds)
{
	const struct project *p = &f.project;

	fixture_write(&f, "scenarios/quarantine/a.yaml",
		      "quarantine: a\nsessions: ['*']\nreason: all\nuntil: 2026-01-01\nissue: https://example.org/1\n");
	write_entry("demo.bad.*", "2026-02-01");
	ck_assert_int_eq(fixture_load(&f), 0);
	ck_assert_uint_eq(p->quarantine_count, 2);
	ck_assert_str_eq(p->quarantine[0].issue, "https://example.org/1");
	ck_assert_str_eq(project_quarantine(p, "demo.bad.virt.debug.1", "2026-01-15")->name, "flood");
	ck_assert_str_eq(project_quarantine(p, "demo.good.virt.debug.1", "2026-01-15")->name, "a");
	ck_assert(quarantine_expired(project_quarantine(p, "demo.good.virt.debug.1", "2026-01-15"), "2026-01-15"));
}
END_TEST

START_TEST(an_expired_one_says_where_it_stands_and_what_to_do)
{
	char *text = quarantine_complaint(load_entry("demo.bad.*", "2026-02-01"), "demo.bad.virt.debug");

	ck_assert_ptr_nonnull(strstr(text, ENTRY ":1: "));
	ck_assert_ptr_nonnull(strstr(text, "2026-02-01"));
	ck_assert_ptr_nonnull(strstr(text, "the river"));
	free(text);
}
END_TEST

START_TEST(what_means_no_session_is_a_mistake)
{
	write_entry("demo.godo.*", "2026-02-01");
	expect_mistake(ENTRY ":2:12", "\"demo.godo.*\" means no session");
}
END_TEST

/* With its repeat it would never be met. */
START_TEST(a_session_with_its_repeat_is_a_mistake)
{
	write_entry("demo.good.virt.debug.1", "2026-02-01");
	expect_mistake(ENTRY ":2:12", "means no session");
}
END_TEST

START_TEST(a_day_that_is_none_is_a_mistake)
{
	static const char *const days[] = {"2026-02-29", "2026-13-01", "tomorrow", "2026-1-31", "31.1.2026", "2026-01-31x"};

	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		write_entry("demo.bad.*", days[i]);
		expect_mistake(ENTRY ":4:8", "expected a day of the calendar");
		fixture_finish(&f);
		fixture_init(&f);
	}
	write_entry("demo.bad.*", "2028-02-29");
	ck_assert_int_eq(fixture_load(&f), 0);
}
END_TEST

START_TEST(another_name_than_the_files_is_a_mistake)
{
	fixture_write(&f, ENTRY, "quarantine: ebb\nsessions: ['demo.bad.*']\nreason: x\nuntil: 2026-02-01\n");
	expect_mistake(ENTRY ":1:13", "as the file is called");
}
END_TEST

START_TEST(an_issue_is_an_address)
{
	fixture_write(&f, ENTRY, "quarantine: flood\nsessions: ['demo.bad.*']\nreason: x\nuntil: 2026-02-01\nissue: 17\n");
	expect_mistake(ENTRY ":5:8", "https://");
}
END_TEST

Suite *quarantine_test(void)
{
	Suite *s = suite_create("quarantine");
	TCase *t = tcase_create("quarantine");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_project_need_not_have_any);
	tcase_add_test(t, an_entry_covers_what_its_globs_mean);
	tcase_add_test(t, it_holds_until_its_day_is_over);
	tcase_add_test(t, of_two_entries_the_one_counts_that_still_holds);
	tcase_add_test(t, an_expired_one_says_where_it_stands_and_what_to_do);
	tcase_add_test(t, what_means_no_session_is_a_mistake);
	tcase_add_test(t, a_session_with_its_repeat_is_a_mistake);
	tcase_add_test(t, a_day_that_is_none_is_a_mistake);
	tcase_add_test(t, another_name_than_the_files_is_a_mistake);
	tcase_add_test(t, an_issue_is_an_address);
	suite_add_tcase(s, t);
	return s;
}
