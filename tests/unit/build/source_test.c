#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/source.h"
#include "util/clock.h"
#include "util/file.h"

Suite *source_test(void);

static char dir[64];
static struct arena arena;

static void put(const char *path, const char *text)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/');

	if (slash) {
		*slash = '\0';
		ck_assert_int_eq(file_mkdirs(folder, NULL), 0);
	}
	free(folder);
	ck_assert_int_eq(file_write_atomic(path, text, strlen(text), false, NULL), 0);
}

/* Let a file look as if it had been written long before: its contents may then be remembered. */
static void wait_until_settled(void)
{
	usleep(2100 * 1000);
}

static void setup(void)
{
	snprintf(dir, sizeof dir, "/tmp/source-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	arena_init(&arena);
	put("tree/Makefile", "all:\n");
	put("tree/a.c", "int a;\n");
	put("tree/a/b.c", "int b;\n");
	put("tree/a-b.c", "int ab;\n");
}

static void teardown(void)
{
	arena_finish(&arena);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
}

static struct source_tree tree_of(const char *index)
{
	struct source_tree t;
	struct err e = {0};
	char *root = xasprintf("%s/tree", dir);

	ck_assert_msg(source_tree_read(&t, &arena, root, dir, index, &e) == 0, "%s", e.what);
	free(root);
	return t;
}

static void hash_now(char hex[SHA256_HEX])
{
	struct source_tree t = tree_of("index");

	memcpy(hex, t.sha256, SHA256_HEX);
}

START_TEST(files_come_in_the_order_of_their_paths)
{
	static const char *const want[] = {"Makefile", "a-b.c", "a.c", "a/b.c"};
	struct source_tree t = tree_of(NULL);

	ck_assert_uint_eq(t.count, 4);
	for (size_t i = 0; i < t.count; i++)
		ck_assert_str_eq(t.files[i].path, want[i]);
}
END_TEST

START_TEST(version_control_and_build_output_do_not_count)
{
	struct source_tree before = tree_of(NULL), after;

	put("tree/.git/config", "x");
	put("tree/a/.git", "gitdir: elsewhere");
	put("tree/build/a.o", "x");
	put("tree/cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
	put("tree/cache/x", "x");
	after = tree_of(NULL);
	ck_assert_str_eq(before.sha256, after.sha256);
	put("tree/a/build/rules.mk", "x"); /* not at the top: somebody's sources */
	after = tree_of(NULL);
	ck_assert_str_ne(before.sha256, after.sha256);
}
END_TEST

START_TEST(the_projects_own_output_does_not_count)
{
	struct source_tree before, after;
	struct err e;

	ck_assert_int_eq(source_tree_read(&before, &arena, dir, dir, NULL, &e), 0);
	put("build/cache/x", "x");
	put("results/1/journal", "x");
	ck_assert_int_eq(source_tree_read(&after, &arena, dir, dir, NULL, &e), 0);
	ck_assert_str_eq(before.sha256, after.sha256);
}
END_TEST

START_TEST(what_says_which_variants_there_are_is_no_part_of_them)
{
	struct source_tree before, after;

	put("tree/variants.yaml", "x");
	before = tree_of(NULL);
	put("tree/variants.yaml", "y");
	put("tree/mutants.yaml", "x");
	put("tree/mutants/one.patch", "x");
	after = tree_of(NULL);
	ck_assert_str_eq(before.sha256, after.sha256);
	put("tree/a/mutants.yaml", "x"); /* not at the top: somebody's sources */
	after = tree_of(NULL);
	ck_assert_str_ne(before.sha256, after.sha256);
}
END_TEST

START_TEST(a_tree_without_variants_may_have_mutants_of_its_own)
{
	struct source_tree before = tree_of(NULL), after;

	put("tree/mutants/x.c", "x");
	after = tree_of(NULL);
	ck_assert_str_ne(before.sha256, after.sha256);
}
END_TEST

START_TEST(content_name_mode_and_link_each_change_the_hash)
{
	char hex[5][SHA256_HEX];

	hash_now(hex[0]);
	put("tree/a.c", "int A;\n");
	hash_now(hex[1]);
	ck_assert_int_eq(rename("tree/a.c", "tree/c.c"), 0);
	hash_now(hex[2]);
	ck_assert_int_eq(chmod("tree/c.c", 0755), 0);
	hash_now(hex[3]);
	ck_assert_int_eq(symlink("c.c", "tree/link"), 0);
	hash_now(hex[4]);
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(hex[i], hex[k]);
}
END_TEST

START_TEST(dates_do_not_change_the_hash)
{
	static const struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	char before[SHA256_HEX], after[SHA256_HEX];

	hash_now(before);
	ck_assert_int_eq(utimensat(AT_FDCWD, "tree/a.c", long_ago, 0), 0);
	hash_now(after);
	ck_assert_str_eq(before, after);
}
END_TEST

/* Same size, same inode, date put back: only the change time tells, and within one tick not even that. */
START_TEST(a_change_within_one_tick_of_the_clock_is_seen)
{
	for (int i = 0; i < 200; i++) {
		char before[SHA256_HEX], after[SHA256_HEX], text[] = "int 0;\n";
		static const struct timespec date[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
		int fd = open("tree/a.c", O_WRONLY);

		hash_now(before);
		text[4] = (char)('A' + i % 26);
		ck_assert_int_eq(pwrite(fd, text, sizeof text - 1, 0), sizeof text - 1);
		futimens(fd, date);
		close(fd);
		hash_now(after);
		ck_assert_str_ne(before, after);
	}
}
END_TEST

START_TEST(settled_files_are_remembered_and_a_change_is_seen_all_the_same)
{
	static const struct timespec date[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	char before[SHA256_HEX], after[SHA256_HEX];
	struct buf index;

	wait_until_settled();
	hash_now(before);
	buf_init(&index);
	ck_assert_int_eq(file_read("index", &index, NULL), 0);
	ck_assert_ptr_nonnull(memmem(index.data, index.len, " a/b.c", 7));
	buf_finish(&index);
	hash_now(after);
	ck_assert_str_eq(before, after);
	put("tree/a.c", "int X;\n");
	ck_assert_int_eq(utimensat(AT_FDCWD, "tree/a.c", date, 0), 0);
	hash_now(after);
	ck_assert_str_ne(before, after);
}
END_TEST

START_TEST(a_damaged_index_costs_time_only)
{
	static const char *const rubbish[] = {"", "x", "runtest source index 1", "\xff\xff\xff\xff\xff\xff\xff\xff"};
	char before[SHA256_HEX], after[SHA256_HEX];
	struct buf index;

	wait_until_settled();
	hash_now(before);
	buf_init(&index);
	ck_assert_int_eq(file_read("index", &index, NULL), 0);
	for (size_t n = 0; n < index.len; n++) { /* cut at every byte */
		ck_assert_int_eq(file_write_atomic("index", index.data, n, false, NULL), 0);
		hash_now(after);
		ck_assert_str_eq(before, after);
	}
	for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++) {
		put("index", rubbish[i]);
		hash_now(after);
		ck_assert_str_eq(before, after);
	}
	buf_finish(&index);
}
END_TEST

START_TEST(a_link_out_of_the_tree_and_a_pipe_are_refused)
{
	struct source_tree t;
	struct err e = {0};
	char *root = xasprintf("%s/tree", dir);

	ck_assert_int_eq(symlink("../../x", "tree/a/out"), 0);
	ck_assert_int_eq(source_tree_read(&t, &arena, root, NULL, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.where, "tree/a/out"));
	unlink("tree/a/out");
	ck_assert_int_eq(symlink("../a.c", "tree/a/in"), 0);
	ck_assert_int_eq(source_tree_read(&t, &arena, root, NULL, NULL, &e), 0);
	ck_assert_int_eq(mkfifo("tree/pipe", 0600), 0);
	ck_assert_int_eq(source_tree_read(&t, &arena, root, NULL, NULL, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.where, "tree/pipe"));
	free(root);
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
	struct source_tree t;
	struct err e = {0};

	ck_assert_int_eq(source_tree_read(&t, &arena, "/no/such/folder", NULL, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_str_eq(e.where, "/no/such/folder");
}
END_TEST

START_TEST(a_copy_has_the_same_hash_and_one_date)
{
	struct source_tree t, copied;
	struct err e = {0};
	struct stat a, b;
	char *to = xasprintf("%s/copy", dir);

	ck_assert_int_eq(chmod("tree/a/b.c", 0700), 0);
	ck_assert_int_eq(symlink("a.c", "tree/link"), 0);
	t = tree_of(NULL);
	ck_assert_int_eq(source_tree_copy(&t, to, &e), 0);
	ck_assert_int_eq(source_tree_read(&copied, &arena, to, NULL, NULL, &e), 0);
	ck_assert_str_eq(t.sha256, copied.sha256);
	ck_assert_int_eq(stat("copy/a.c", &a), 0);
	ck_assert_int_eq(stat("copy/a/b.c", &b), 0);
	ck_assert_int_eq(a.st_mtime, b.st_mtime);
	ck_assert_int_eq(b.st_mode & 0777, 0755);
	free(to);
}
END_TEST

START_TEST(a_file_that_changes_under_the_copy_is_an_error)
{
	struct source_tree t = tree_of(NULL);
	struct err e = {0};
	char *to = xasprintf("%s/copy", dir);

	put("tree/a.c", "int other;\n");
	ck_assert_int_eq(source_tree_copy(&t, to, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.where, "a.c"));
	free(to);
}
END_TEST

Suite *source_test(void)
{
	Suite *s = suite_create("source");
	TCase *t = tcase_create("source");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, files_come_in_the_order_of_their_paths);
	tcase_add_test(t, version_control_and_build_output_do_not_count);
	tcase_add_test(t, the_projects_own_output_does_not_count);
	tcase_add_test(t, what_says_which_variants_there_are_is_no_part_of_them);
	tcase_add_test(t, a_tree_without_variants_may_have_mutants_of_its_own);
	tcase_add_test(t, content_name_mode_and_link_each_change_the_hash);
	tcase_add_test(t, dates_do_not_change_the_hash);
	tcase_add_test(t, a_change_within_one_tick_of_the_clock_is_seen);
	tcase_add_test(t, settled_files_are_remembered_and_a_change_is_seen_all_the_same);
	tcase_add_test(t, a_damaged_index_costs_time_only);
	tcase_add_test(t, a_link_out_of_the_tree_and_a_pipe_are_refused);
	tcase_add_test(t, a_missing_folder_is_named);
	tcase_add_test(t, a_copy_has_the_same_hash_and_one_date);
	tcase_add_test(t, a_file_that_changes_under_the_copy_is_an_error);
	suite_add_tcase(s, t);
	return s;
}
