#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/patch.h"
#include "util/file.h"
#include "util/mem.h"

Suite *patch_test(void);

static char dir[64];

static const char numbers[] = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

/* Two files, the second with two hunks; one body line looks like a header. */
static const char series[] = "From: somebody\n"
			     "Subject: [PATCH] a change\n"
			     "\n"
			     "--- a/other.txt\t2026-01-01\n"
			     "+++ b/other.txt\t2026-01-02\n"
			     "@@ -1,2 +1 @@\n"
			     " one\n"
			     "--- a/numbers.txt\n"
			     "--- a/numbers.txt\n"
			     "+++ b/numbers.txt\n"
			     "@@ -1,2 +1,2 @@\n"
			     "-one\n"
			     "+ONE\n"
			     " two\n"
			     "@@ -9,2 +9,2 @@ some function\n"
			     " nine\n"
			     "-ten\n"
			     "+TEN\n";

static void put(const char *name, const char *text)
{
	ck_assert_int_eq(file_write_atomic(name, text, strlen(text), false, NULL), 0);
}

static void setup(void)
{
	snprintf(dir, sizeof dir, "/tmp/patch-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	put("numbers.txt", numbers);
	put("other.txt", "one\n-- a/numbers.txt\n");
}

static void teardown(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
}

static int apply(const char *text, struct err *e)
{
	struct patch_file p = {"patches/0001-change.patch", text, strlen(text), NULL};
	int log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0644), rc;

	memset(e, 0, sizeof *e);
	rc = patch_apply(&p, dir, log, -1, e);
	close(log);
	return rc;
}

static void expect_text(const char *name, const char *want)
{
	struct buf b;

	buf_init(&b);
	ck_assert_int_eq(file_read(name, &b, NULL), 0);
	ck_assert_str_eq(b.data, want);
	buf_finish(&b);
}

START_TEST(a_series_applies_and_leaves_no_litter)
{
	struct err e;

	ck_assert_msg(apply(series, &e) == 0, "%s", e.what);
	expect_text("numbers.txt", "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nTEN\n");
	ck_assert(!file_exists("numbers.txt.orig"));
	ck_assert(!file_exists("numbers.txt.rej"));
}
END_TEST

START_TEST(a_hunk_that_has_moved_applies)
{
	struct err e;

	put("numbers.txt", "zero\none\ntwo\nthree\n");
	ck_assert_msg(apply("--- a/numbers.txt\n+++ b/numbers.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n",
			    &e) == 0,
		      "%s", e.what);
	expect_text("numbers.txt", "zero\none\nTWO\nthree\n");
}
END_TEST

START_TEST(a_hunk_that_does_not_match_is_named_with_target_and_line)
{
	struct err e;

	put("numbers.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nzehn\n");
	ck_assert_int_eq(apply(series, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_str_eq(e.where, "patches/0001-change.patch:15");
	ck_assert_str_eq(e.what, "the patch does not apply: hunk 2 does not match numbers.txt:9");
	expect_text("numbers.txt", "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nzehn\n");
}
END_TEST

START_TEST(context_that_differs_in_one_line_is_no_match)
{
	struct err e;

	put("numbers.txt", "one\nzwei\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
	ck_assert_int_eq(apply(series, &e), -1); /* patch(1) itself would take it, with a fuzz of 1 */
	ck_assert_str_eq(e.where, "patches/0001-change.patch:11");
	ck_assert_str_eq(e.what, "the patch does not apply: hunk 1 does not match numbers.txt:1");
}
END_TEST

START_TEST(a_patch_that_is_there_already_is_not_taken_out_again)
{
	struct err e;

	ck_assert_int_eq(apply(series, &e), 0);
	put("other.txt", "one\n-- a/numbers.txt\n");
	ck_assert_int_eq(apply(series, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "hunk 1 for numbers.txt is in the source tree already"));
	ck_assert_str_eq(e.where, "patches/0001-change.patch:11");
	expect_text("numbers.txt", "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nTEN\n");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
	struct err e;

	ck_assert_int_eq(unlink("numbers.txt"), 0);
	ck_assert_int_eq(apply(series, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "is for numbers.txt, which the source tree does not have"));
	ck_assert_str_eq(e.where, "patches/0001-change.patch:11");
}
END_TEST

START_TEST(a_file_to_create_that_is_there_is_named)
{
	struct err e;

	ck_assert_int_eq(apply("--- /dev/null\n+++ b/numbers.txt\n@@ -0,0 +1 @@\n+new\n", &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "numbers.txt is in the source tree already"));
	expect_text("numbers.txt", numbers);
}
END_TEST

START_TEST(what_is_no_patch_is_said_to_be_none)
{
	struct err e;

	ck_assert_int_eq(apply("this is no patch\n", &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "garbage"));
	ck_assert_str_eq(e.where, "patches/0001-change.patch");
	ck_assert_int_eq(apply("--- a/numbers.txt\n+++ b/numbers.txt\n@@ -1,2 +1,2 @@\n one\n", &e), -1);
	ck_assert_str_eq(e.what, "the patch is damaged");
	ck_assert_ptr_nonnull(strstr(e.where, "0001-change.patch:"));
}
END_TEST

START_TEST(a_patch_does_not_reach_out_of_the_tree)
{
	struct err e;

	ck_assert_int_eq(mkdir("inner", 0755), 0);
	ck_assert_int_eq(apply("--- a/../../escaped.txt\n+++ b/../../escaped.txt\n@@ -0,0 +1 @@\n+out\n", &e), -1);
	ck_assert(!file_exists("../escaped.txt"));
	ck_assert(!file_exists("../../escaped.txt"));
}
END_TEST

/* Numbers at the ends of their types, headers without a name, and an answer of many lines. */
START_TEST(a_hostile_patch_is_refused_like_any)
{
	static const char hostile[] = "--- \n+++ \n@@ -1,-9223372036854775808 +1,1 @@\n-a\n+b\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n";
	struct patch_file p = {"one.patch", hostile, strlen(hostile), NULL};
	static const char *const said[] = {"patching file x\nHunk #1 FAILED at 1.\n", "patching file x\nHunk #-2147483648 FAILED at 1.\n",
					   "can't find file to patch at input line 2\n", "can't find file to patch at input line 9\n"};
	static const char *const where[] = {"one.patch:8", "one.patch", "one.patch:2", "one.patch:9"};
	struct err e;

	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
		ck_assert_int_eq(patch_explain(&p, said[i], &e), -1);
		ck_assert_int_eq(e.kind, ERR_BUILD);
		ck_assert_str_eq(e.where, where[i]);
	}
}
END_TEST

Suite *patch_test(void)
{
	Suite *s = suite_create("patch");
	TCase *t = tcase_create("patch");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_series_applies_and_leaves_no_litter);
	tcase_add_test(t, a_hunk_that_has_moved_applies);
	tcase_add_test(t, a_hunk_that_does_not_match_is_named_with_target_and_line);
	tcase_add_test(t, context_that_differs_in_one_line_is_no_match);
	tcase_add_test(t, a_patch_that_is_there_already_is_not_taken_out_again);
	tcase_add_test(t, a_file_that_is_not_there_is_named);
	tcase_add_test(t, a_file_to_create_that_is_there_is_named);
	tcase_add_test(t, what_is_no_patch_is_said_to_be_none);
	tcase_add_test(t, a_patch_does_not_reach_out_of_the_tree);
	tcase_add_test(t, a_hostile_patch_is_refused_like_any);
	suite_add_tcase(s, t);
	return s;
}
