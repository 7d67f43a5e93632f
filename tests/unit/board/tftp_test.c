/* Files in a TFTP server's folder on this machine: whole, unlike anybody else's, and gone afterwards, whatever happened. */
#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/load/bring.h"
#include "util/file.h"
#include "util/mem.h"

Suite *tftp_test(void);

static char dir[48];
static struct arena arena;
static struct load_tftp tftp;
static struct load_job job;
static struct bring_file files[2];
static struct err e;

static void setup(void)
{
	strncpy(dir, "/tmp/runtest-tftp-XXXXXX", sizeof dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	arena_init(&arena);
	tftp = (struct load_tftp){.root = arena_printf(&arena, "%s/root", dir)};
	job = (struct load_job){.dir = dir, .cache = dir};
	files[0] = (struct bring_file){.path = arena_printf(&arena, "%s/one", dir), .name = "loader.img", .size = 3};
	files[1] = (struct bring_file){.path = arena_printf(&arena, "%s/two", dir), .name = "pds.bin", .size = 4};
	ck_assert_int_eq(file_mkdirs(tftp.root, NULL), 0);
	ck_assert_int_eq(file_write_atomic(files[0].path, "one", 3, false, NULL), 0);
	ck_assert_int_eq(file_write_atomic(files[1].path, "two!", 4, false, NULL), 0);
	e = (struct err){0};
}

static void teardown(void)
{
	arena_finish(&arena);
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
}

static struct bring *put(int want)
{
	struct bring *b = bring_tftp_create(&tftp, &job);
	int rc = b->ops->put(b, files, 2, &e);

	ck_assert_msg(rc == want, "%d: %s", rc, e.what);
	return b;
}

/* Hidden ones count, too. */
static int entries(void)
{
	DIR *d = opendir(tftp.root);
	int count = -2; /* "." and ".." */

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		count++;
	closedir(d);
	return count;
}

static const char *served(const struct bring_file *f)
{
	return arena_printf(&arena, "%s/%s", tftp.root, f->there);
}

START_TEST(they_are_there_and_readable_for_the_server)
{
	mode_t before = umask(077);
	struct bring *b = put(0);
	struct buf text = {0};
	struct stat st;

	umask(before);
	ck_assert_int_eq(entries(), 2);
	ck_assert_int_eq(file_read(served(&files[1]), &text, NULL), 0);
	ck_assert_str_eq(text.data, "two!");
	ck_assert_int_eq(stat(served(&files[0]), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0644);
	ck_assert_ptr_nonnull(strstr(files[0].there, "loader.img"));
	b->ops->destroy(b);
	ck_assert_int_eq(entries(), 0);
	buf_finish(&text);
}
END_TEST

START_TEST(two_sessions_do_not_meet)
{
	struct bring *first = put(0), *second;
	struct bring_file before = files[0];

	second = put(0);
	ck_assert_int_eq(entries(), 4);
	ck_assert_str_ne(before.there, files[0].there);
	second->ops->destroy(second);
	ck_assert_int_eq(entries(), 2);
	ck_assert(file_exists(served(&before)));
	first->ops->destroy(first);
	ck_assert_int_eq(entries(), 0);
}
END_TEST

/* The name that U-Boot is told is never a file that is still being written. */
START_TEST(nobody_is_given_half_of_one)
{
	char room[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	int fd = inotify_init1(IN_NONBLOCK), moved = 0;
	struct bring *b;
	ssize_t n;

	ck_assert_int_ge(inotify_add_watch(fd, tftp.root, IN_CREATE | IN_MODIFY | IN_MOVED_TO), 0);
	b = put(0);
	n = read(fd, room, sizeof room);
	ck_assert_int_gt(n, 0);
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const struct inotify_event *)(room + at);

		ck_assert(event->name[0] == '.' || event->mask == IN_MOVED_TO);
		moved += event->mask == IN_MOVED_TO;
		at += (ssize_t)(sizeof *event + event->len);
	}
	ck_assert_int_eq(moved, 2);
	b->ops->destroy(b);
	close(fd);
}
END_TEST

START_TEST(a_failure_leaves_nothing_behind)
{
	struct bring *b;

	ck_assert_int_eq(unlink(files[1].path), 0);
	b = put(-1);
	ck_assert_int_eq(entries(), 1);
	b->ops->destroy(b);
	ck_assert_int_eq(entries(), 0);
}
END_TEST

START_TEST(no_folder_is_told_with_the_key_that_names_it)
{
	struct bring *b;

	ck_assert_int_eq(file_remove_tree(tftp.root, NULL), 0);
	b = put(-1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, tftp.root));
	ck_assert_ptr_nonnull(strstr(e.hint, "tftp: root"));
	b->ops->destroy(b);
}
END_TEST

START_TEST(what_was_never_put_is_not_removed)
{
	struct bring *b = bring_tftp_create(&tftp, &job);

	b->ops->destroy(b);
	ck_assert_int_eq(entries(), 0);
}
END_TEST

Suite *tftp_test(void)
{
	Suite *s = suite_create("tftp");
	TCase *t = tcase_create("tftp");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, they_are_there_and_readable_for_the_server);
	tcase_add_test(t, two_sessions_do_not_meet);
	tcase_add_test(t, nobody_is_given_half_of_one);
	tcase_add_test(t, a_failure_leaves_nothing_behind);
	tcase_add_test(t, no_folder_is_told_with_the_key_that_names_it);
	tcase_add_test(t, what_was_never_put_is_not_removed);
	suite_add_tcase(s, t);
	return s;
}
