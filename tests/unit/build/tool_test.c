#include <check.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/tool.h"
#include "util/file.h"

Suite *tool_test(void);

static char dir[64], path[256];

/* A program (no script) that knows --version, under a name of ours. */
static void install(const char *name, const char *program)
{
	char *to = xasprintf("%s/%s", dir, name);
	struct buf bytes;

	buf_init(&bytes);
	ck_assert_int_eq(file_read(program, &bytes, NULL), 0);
	ck_assert_int_eq(file_write_atomic(to, bytes.data, bytes.len, false, NULL), 0);
	ck_assert_int_eq(chmod(to, 0755), 0);
	buf_finish(&bytes);
	free(to);
}

static void install_script(const char *text)
{
	char *to = xasprintf("%s/first/mycc", dir);

	ck_assert_int_eq(file_write_atomic(to, text, strlen(text), false, NULL), 0);
	ck_assert_int_eq(chmod(to, 0755), 0);
	free(to);
}

static void setup(void)
{
	char *first, *second;

	snprintf(dir, sizeof dir, "/tmp/tool-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	first = xasprintf("%s/first", dir);
	second = xasprintf("%s/second", dir);
	ck_assert_int_eq(file_mkdirs(first, NULL), 0);
	ck_assert_int_eq(file_mkdirs(second, NULL), 0);
	snprintf(path, sizeof path, "%s:%s:/usr/bin:/bin", first, second);
	ck_assert_int_eq(setenv("PATH", path, 1), 0);
	free(first);
	free(second);
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
}

/* One run of the harness: what it takes the version of `mycc` to be. */
static void version(char out[256])
{
	char *file = xasprintf("%s/shelf", dir);
	const struct tool *t;
	struct tool_shelf s;
	struct err e = {0};
	struct arena a;

	arena_init(&a);
	tool_shelf_open(&s, &a, file);
	t = tool_get(&s, "mycc", &e);
	ck_assert_msg(t != NULL, "%s", e.what);
	snprintf(out, 256, "%s", t->version);
	tool_shelf_close(&s);
	arena_finish(&a);
	free(file);
}

/* Falsify what was remembered: whoever still says "REMEMBERED" has not asked. */
static void mark(void)
{
	char *file = xasprintf("%s/shelf", dir), *at;
	struct buf b;

	buf_init(&b);
	ck_assert_int_eq(file_read(file, &b, NULL), 0);
	at = strstr(b.data, "coreutils)");
	ck_assert_ptr_nonnull(at);
	memcpy(at, "REMEMBERED", strlen("REMEMBERED"));
	ck_assert_int_eq(file_write_atomic(file, b.data, b.len, false, NULL), 0);
	buf_finish(&b);
	free(file);
}

START_TEST(an_answer_is_remembered_until_the_program_changes)
{
	char text[256];

	install("first/mycc", "/bin/echo");
	version(text);
	ck_assert_ptr_nonnull(strstr(text, "coreutils"));
	mark();
	version(text);
	ck_assert_ptr_nonnull(strstr(text, "REMEMBERED"));
	install("first/mycc", "/bin/echo"); /* the same bytes in another file */
	version(text);
	ck_assert_ptr_null(strstr(text, "REMEMBERED"));
}
END_TEST

/* A compiler cache in front asks the compiler behind it. */
START_TEST(a_change_behind_a_wrapper_is_seen)
{
	char text[256];

	install("first/mycc", "/bin/echo");
	install("second/mycc", "/bin/cat");
	version(text);
	mark();
	version(text);
	ck_assert_ptr_nonnull(strstr(text, "REMEMBERED"));
	install("second/mycc", "/bin/ls");
	version(text);
	ck_assert_ptr_null(strstr(text, "REMEMBERED"));
}
END_TEST

START_TEST(a_script_is_asked_every_time)
{
	char text[256];

	install_script("#!/bin/sh\necho mycc $(cat ${0%/*}/../number)\n");
	for (int i = 1; i < 4; i++) {
		char *number = xasprintf("%s/number", dir), digit = (char)('0' + i);

		ck_assert_int_eq(file_write_atomic(number, &digit, 1, false, NULL), 0);
		version(text);
		ck_assert_int_eq(strncmp(text, "mycc ", 5), 0);
		ck_assert_int_eq(text[5], digit);
		free(number);
	}
}
END_TEST

START_TEST(a_tool_without_a_version_is_known_by_its_file)
{
	char first[256], second[256];

	install("first/mycc", "/bin/false");
	version(first);
	ck_assert_int_eq(strncmp(first, "signature ", 10), 0);
	version(second);
	ck_assert_str_eq(first, second);
	install("first/mycc", "/bin/false");
	version(second);
	ck_assert_str_ne(first, second);
}
END_TEST

START_TEST(a_damaged_shelf_is_an_empty_one)
{
	static const char *const rubbish[] = {"", "[", "{}", "[1, {}, {\"tool\": 5}]", "null", "\xff"};
	char text[256], *file = xasprintf("%s/shelf", dir);

	install("first/mycc", "/bin/echo");
	ck_assert_int_eq(file_write_atomic(file, rubbish[_i], strlen(rubbish[_i]), false, NULL), 0);
	version(text);
	ck_assert_ptr_nonnull(strstr(text, "coreutils"));
	free(file);
}
END_TEST

Suite *tool_test(void)
{
	Suite *s = suite_create("tool");
	TCase *t = tcase_create("tool");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_answer_is_remembered_until_the_program_changes);
	tcase_add_test(t, a_change_behind_a_wrapper_is_seen);
	tcase_add_test(t, a_script_is_asked_every_time);
	tcase_add_test(t, a_tool_without_a_version_is_known_by_its_file);
	tcase_add_loop_test(t, a_damaged_shelf_is_an_empty_one, 0, 6);
	suite_add_tcase(s, t);
	return s;
}
