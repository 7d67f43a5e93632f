#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "board/load/medium.h"
#include "util/file.h"
#include "util/proc.h"

Suite *medium_test(void);

static char root[64], *cache;
static struct arena arena;
static struct err e;

static void setup(void)
{
	snprintf(root, sizeof root, "/tmp/runtest-medium-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	arena_init(&arena);
	cache = arena_printf(&arena, "%s/cache", root);
	e = (struct err){0};
}

static void teardown(void)
{
	arena_finish(&arena);
	ck_assert_int_eq(file_remove_tree(root, NULL), 0);
}

/* A file of so many bytes, none of them like its neighbours. */
static struct medium_file put(const char *name, size_t size)
{
	struct medium_file f = {arena_printf(&arena, "%s/%s", root, name), name};
	char *bytes = arena_alloc(&arena, size);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	ck_assert_int_eq(file_write_atomic(f.path, bytes, size, false, NULL), 0);
	return f;
}

static const char *disk(const struct medium_file *files, size_t count)
{
	const char *image = NULL;

	ck_assert_msg(medium_disk(files, count, cache, root, &arena, &image, &e) == 0, "%s", e.what);
	return image;
}

static void expect_on_disk(const char *image, const struct medium_file *f)
{
	const char *name = arena_printf(&arena, "::%s", f->name);
	const char *const argv[] = {"mtype", "-i", image, name, NULL};
	struct proc_spec spec = {.argv = argv, .in = -1};
	struct buf got = {0}, want = {0};

	ck_assert_int_eq(proc_run(&spec, &got, NULL), 0);
	ck_assert_int_eq(file_read(f->path, &want, NULL), 0);
	ck_assert_uint_eq(got.len, want.len);
	ck_assert_int_eq(memcmp(got.data, want.data, want.len), 0);
	buf_finish(&got);
	buf_finish(&want);
}

START_TEST(a_disk_holds_the_files)
{
	struct medium_file files[] = {put("pds.bin", 100000), put("loader.img", 30u << 20)};
	const char *image = disk(files, 2);

	expect_on_disk(image, &files[0]);
	expect_on_disk(image, &files[1]);
}
END_TEST

START_TEST(disks_are_kept_by_names_and_contents)
{
	struct medium_file a = put("a.img", 5000), renamed = {a.path, "b.img"};
	const char *first = disk(&a, 1), *second;
	struct stat before, after;

	ck_assert_int_eq(stat(first, &before), 0);
	ck_assert_str_eq(disk(&a, 1), first);
	ck_assert_int_eq(stat(first, &after), 0);
	ck_assert(before.st_ino == after.st_ino);
	ck_assert_str_ne(disk(&renamed, 1), first);
	a = put("a.img", 5001);
	second = disk(&a, 1);
	ck_assert_str_ne(second, first);
	expect_on_disk(second, &a);
}
END_TEST

START_TEST(nothing_is_left_beside_the_disk)
{
	struct medium_file a = put("a.img", 5000);
	char *made = arena_printf(&arena, "%s/disk.tmp", root);

	disk(&a, 1);
	ck_assert(!file_exists(made));
}
END_TEST

START_TEST(without_the_tools_it_says_which_package_has_them)
{
	struct medium_file a = put("a.img", 5000);
	const char *image;

	setenv("PATH", root, 1);
	ck_assert_int_eq(medium_disk(&a, 1, cache, root, &arena, &image, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.hint, "mtools"));
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
{
	struct medium_file a = {"/no/such/file", "a.img"};
	const char *image;

	ck_assert_int_eq(medium_disk(&a, 1, cache, root, &arena, &image, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
}
END_TEST

START_TEST(a_folder_for_tftp_shows_the_files_and_no_others)
{
	struct medium_file a = put("a.img", 5000), b = {a.path, "b.img"};
	char *folder = arena_printf(&arena, "%s/tftp", root);

	ck_assert_int_eq(medium_tftp(&a, 1, folder, &e), 0);
	ck_assert_int_eq(file_size(arena_printf(&arena, "%s/a.img", folder)), 5000);
	ck_assert_int_eq(medium_tftp(&b, 1, folder, &e), 0);
	ck_assert_int_eq(file_size(arena_printf(&arena, "%s/b.img", folder)), 5000);
	ck_assert(!file_exists(arena_printf(&arena, "%s/a.img", folder)));
}
END_TEST

Suite *medium_test(void)
{
	Suite *suite = suite_create("medium");
	TCase *t = tcase_create("medium");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_disk_holds_the_files);
	tcase_add_test(t, disks_are_kept_by_names_and_contents);
	tcase_add_test(t, nothing_is_left_beside_the_disk);
	tcase_add_test(t, without_the_tools_it_says_which_package_has_them);
	tcase_add_test(t, a_file_that_is_not_there_is_an_error);
	tcase_add_test(t, a_folder_for_tftp_shows_the_files_and_no_others);
	suite_add_tcase(suite, t);
	return suite;
}
