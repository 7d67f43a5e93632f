#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "session/typed.h"
#include "util/file.h"

Suite *typed_test(void);

static char dir[64];

static void make_dir(void)
{
	strncpy(dir, "/tmp/typed-test-XXXXXX", sizeof dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
	file_remove_tree(dir, NULL);
}

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void holds(const char *name, const char *bytes, size_t n)
{
	struct buf b;

	buf_init(&b);
	ck_assert_int_eq(file_read(in_dir(name), &b, NULL), 0);
	ck_assert_uint_eq(b.len, n);
	ck_assert_mem_eq(b.data, bytes, n);
	buf_finish(&b);
}

START_TEST(every_byte_is_kept_with_its_moment)
{
	static const char index[] = "12 100 0 1\n13 140 1 3\n20 140 reset\n25 150 4 2\n";
	struct typed t;
	struct err e;

	typed_init(&t, dir);
	ck_assert_int_eq(typed_add(&t, (struct typed_moment){12, 100}, "\n", 1, &e), 0);
	ck_assert_int_eq(typed_add(&t, (struct typed_moment){13, 140}, "a\0b", 3, &e), 0);
	ck_assert_int_eq(typed_mark(&t, (struct typed_moment){20, 140}, "reset", &e), 0);
	ck_assert_int_eq(typed_add(&t, (struct typed_moment){25, 150}, "ok", 2, &e), 0);
	ck_assert_uint_eq(t.size, 6);
	typed_close(&t);
	holds("typed.log", "\na\0bok", 6);
	holds("typed.idx", index, strlen(index));
}
END_TEST

START_TEST(where_nothing_was_typed_there_are_no_files)
{
	struct typed t;
	struct err e;

	typed_init(&t, dir);
	ck_assert_int_eq(typed_add(&t, (struct typed_moment){1, 0}, "", 0, &e), 0);
	typed_close(&t);
	ck_assert(!file_exists(in_dir("typed.log")) && !file_exists(in_dir("typed.idx")));
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_to_is_an_error)
{
	struct typed t;
	struct err e;

	typed_init(&t, "/nowhere/at/all");
	ck_assert_int_eq(typed_add(&t, (struct typed_moment){1, 0}, "x", 1, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	typed_close(&t);
}
END_TEST

Suite *typed_test(void)
{
	Suite *s = suite_create("typed");
	TCase *t = tcase_create("typed");

	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, every_byte_is_kept_with_its_moment);
	tcase_add_test(t, where_nothing_was_typed_there_are_no_files);
	tcase_add_test(t, a_folder_that_cannot_be_written_to_is_an_error);
	suite_add_tcase(s, t);
	return s;
}
