#include "farm/powered.h"

#include "farm/state.h"
#include "shelf.h"

Suite *powered_test(void);

static void mark(struct unit_lock *l)
{
	if (powered_mark(l, "20260131-235812-0001", NULL) < 0)
		_exit(1);
}

START_TEST(the_mark_outlives_who_was_killed_and_goes_after_an_off)
{
	pid_t pid = other_holder(&testing, mark);
	struct unit_lock l;
	struct powered p;
	char *text;

	kill_now(pid);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(powered_by(UNIT, &p, NULL), 1);
	ck_assert_str_eq(p.by, "20260131-235812-0001");
	ck_assert_int_eq(p.pid, pid);
	ck_assert_uint_eq(strlen(p.since), 24);
	text = powered_text(&p);
	ck_assert_ptr_nonnull(strstr(text, "powered by 20260131-235812-0001 of "));
	free(text);
	powered_finish(&p);
	ck_assert_int_eq(powered_clear(&l, NULL), 0);
	ck_assert_int_eq(powered_by(UNIT, &p, NULL), 0);
	ck_assert_int_eq(powered_clear(&l, NULL), 0);
	unit_lock_release(&l);
}
END_TEST

START_TEST(only_who_holds_the_lock_says_it)
{
	struct unit_lock l, none;
	struct powered p;
	struct err e;

	unit_lock_init(&none);
	ck_assert_int_eq(powered_mark(&none, "x", &e), -1);
	ck_assert_int_eq(powered_clear(&none, &e), -1);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(powered_mark(&l, POWERED_BY_HAND, NULL), 0);
	if (fork() == 0)
		_exit(powered_clear(&l, NULL) == 0);
	wait(NULL);
	ck_assert_int_eq(powered_by(UNIT, &p, NULL), 1);
	powered_finish(&p);
	unit_lock_release(&l);
}
END_TEST

START_TEST(a_damaged_mark_counts)
{
	static const char *const damaged[] = {"", "{", "[]", "{\"by\": 5, \"pid\": \"x\"}"};
	struct unit_lock l;
	struct powered p;
	char *text;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
		shelf_put("powered", damaged[i]);
		ck_assert_int_eq(powered_by(UNIT, &p, NULL), 1);
		text = powered_text(&p);
		ck_assert_str_eq(text, "powered by somebody whose mark cannot be read");
		free(text);
		powered_finish(&p);
	}
	unit_lock_release(&l);
}
END_TEST

START_TEST(a_mark_that_cannot_be_written_is_an_error)
{
	struct unit_lock l;
	struct err e;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(mkdir(shelf_file("powered"), 0755), 0);
	ck_assert_int_eq(powered_mark(&l, "x", &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	unit_lock_release(&l);
}
END_TEST

START_TEST(units_are_listed_once_in_order)
{
	const char *const *units;
	struct unit_lock l, l2;
	struct arena a;

	arena_init(&a);
	units = state_units(&a, NULL);
	ck_assert_ptr_nonnull(units);
	ck_assert_ptr_null(units[0]);
	ck_assert_int_eq(unit_lock_take(&l2, "odroid.2", &testing, 0, NULL, NULL, NULL), 0);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(powered_mark(&l, "x", NULL), 0);
	units = state_units(&a, NULL);
	ck_assert_str_eq(units[0], UNIT);
	ck_assert_str_eq(units[1], "odroid.2");
	ck_assert_ptr_null(units[2]);
	unit_lock_release(&l);
	unit_lock_release(&l2);
	arena_finish(&a);
}
END_TEST

START_TEST(files_are_as_open_as_their_folder)
{
	static const struct {
		mode_t folder, file;
	} cases[] = {{0755, 0644}, {0700, 0644}, {02775, 0664}, {0777, 0666}};

	umask(077);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct unit_lock l;
		struct stat st;

		ck_assert_int_eq(chmod(shelf, cases[i].folder), 0);
		ck_assert_int_eq(take_now(&l, NULL), 0);
		ck_assert_int_eq(powered_mark(&l, "x", NULL), 0);
		ck_assert_int_eq(stat(shelf_file("lock"), &st), 0);
		ck_assert_uint_eq(st.st_mode & 0777, cases[i].file);
		ck_assert_int_eq(stat(shelf_file("powered"), &st), 0);
		ck_assert_uint_eq(st.st_mode & 0777, cases[i].file);
		unit_lock_release(&l);
		shelf_teardown();
		ck_assert_int_eq(mkdir(shelf, 0755), 0);
	}
}
END_TEST

START_TEST(the_folder_is_where_it_is_said_to_be)
{
	struct err e;
	char *path, want[128];

	setenv("RUNTEST_STATE", "here", 1);
	ck_assert_ptr_null(state_folder(&e));
	ck_assert_int_eq(e.kind, ERR_USAGE);
	unsetenv("RUNTEST_STATE");
	setenv("HOME", shelf, 1);
	setenv("XDG_STATE_HOME", "relative", 1);
	if (access("/var/lib/runtest", W_OK) < 0) {
		path = state_folder(&e);
		snprintf(want, sizeof want, "%s/.local/state/runtest/units", shelf);
		ck_assert_str_eq(path, want);
		ck_assert(file_exists(path));
		free(path);
		snprintf(want, sizeof want, "%s/xdg", shelf);
		setenv("XDG_STATE_HOME", want, 1);
		path = state_folder(&e);
		ck_assert_ptr_nonnull(strstr(path, "/xdg/runtest/units"));
		free(path);
	}
	setenv("RUNTEST_STATE", "/dev/null/x", 1);
	ck_assert_ptr_null(state_folder(&e));
	ck_assert_int_eq(e.kind, ERR_IO);
}
END_TEST

START_TEST(a_unit_is_a_file_name)
{
	static const char *const bad[] = {"", ".hidden", "../x", "a/b"};
	struct err e;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_ptr_null(state_path(bad[i], "lock", &e));
		ck_assert_int_eq(e.kind, ERR_USAGE);
	}
}
END_TEST

Suite *powered_test(void)
{
	Suite *s = suite_create("powered");
	TCase *t = tcase_create("powered");

	tcase_add_checked_fixture(t, shelf_setup, shelf_teardown);
	tcase_add_test(t, the_mark_outlives_who_was_killed_and_goes_after_an_off);
	tcase_add_test(t, only_who_holds_the_lock_says_it);
	tcase_add_test(t, a_damaged_mark_counts);
	tcase_add_test(t, a_mark_that_cannot_be_written_is_an_error);
	tcase_add_test(t, units_are_listed_once_in_order);
	tcase_add_test(t, files_are_as_open_as_their_folder);
	tcase_add_test(t, the_folder_is_where_it_is_said_to_be);
	tcase_add_test(t, a_unit_is_a_file_name);
	suite_add_tcase(s, t);
	return s;
}
