/* Virtual labs beside a project: the lock says which live. */
#include "config/labs.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"

Suite *labs_test(void);

static char root[40];
static struct arena arena;

static void setup(void)
{
	strncpy(root, "/tmp/runtest-labs-XXXXXX", sizeof root);
	ck_assert_ptr_nonnull(mkdtemp(root));
	arena_init(&arena);
}

static void teardown(void)
{
	arena_finish(&arena);
	ck_assert_int_eq(file_remove_tree(root, NULL), 0);
}

static const char *path(const char *id, const char *name)
{
	return arena_printf(&arena, "%s/" LABS_FOLDER "/%s/%s", root, id, name);
}

static void make_lab(const char *id, bool ready)
{
	ck_assert_int_eq(file_mkdirs(path(id, ready ? LAB_UNITS : ""), NULL), 0);
	ck_assert_int_eq(file_write_atomic(path(id, LAB_LOCK), "", 0, false, NULL), 0);
}

/* A process that is the lab, as far as anybody can tell. */
static pid_t live(const char *id)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int ends[2], fd;
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		fd = open(path(id, LAB_LOCK), O_RDWR);
		if (fd < 0 || fcntl(fd, F_SETLK, &whole) < 0 || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

static void die(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

START_TEST(without_a_folder_there_is_none)
{
	struct labs l = labs_find(root, &arena);

	ck_assert_uint_eq(l.count, 0);
	ck_assert_str_eq(labs_ready_text(&l, &arena), "");
	ck_assert_int_eq(lab_holder(path("1", "")), -1);
}
END_TEST

START_TEST(only_those_that_live_are_found_in_order)
{
	pid_t second, first, starting;
	struct labs l;

	make_lab("2", true);
	make_lab("1", true);
	make_lab("dead", true);
	make_lab("new", false);
	ck_assert_int_eq(file_mkdirs(path("no-lock", LAB_UNITS), NULL), 0);
	second = live("2");
	first = live("1");
	starting = live("new");
	l = labs_find(root, &arena);
	ck_assert_uint_eq(l.count, 3);
	ck_assert_str_eq(l.items[0].id, "1");
	ck_assert_int_eq(l.items[0].pid, first);
	ck_assert(l.items[0].ready);
	ck_assert_str_eq(l.items[1].id, "2");
	ck_assert_int_eq(l.items[1].pid, second);
	ck_assert_str_eq(l.items[1].folder, arena_printf(&arena, "%s/" LABS_FOLDER "/2", root));
	ck_assert_str_eq(l.items[2].id, "new");
	ck_assert(!l.items[2].ready);
	ck_assert_str_eq(labs_ready_text(&l, &arena), "1, 2");
	die(first);
	die(second);
	die(starting);
	ck_assert_uint_eq(labs_find(root, &arena).count, 0);
	ck_assert_int_eq(lab_holder(path("1", "")), 0);
}
END_TEST

START_TEST(what_cannot_be_an_id_is_passed_over)
{
	pid_t upper, link;

	make_lab("Upper", true);
	make_lab("real", true);
	upper = live("Upper");
	link = live("real");
	/* A link in the lock's place could be to anywhere. */
	ck_assert_int_eq(file_mkdirs(path("link", ""), NULL), 0);
	ck_assert_int_eq(symlink(path("real", LAB_LOCK), path("link", LAB_LOCK)), 0);
	ck_assert_uint_eq(labs_find(root, &arena).count, 1);
	die(upper);
	die(link);
}
END_TEST

START_TEST(an_id_is_part_of_paths)
{
	static const char *const good[] = {"1", "a", "lab-7_x", "abcdefghijklmnopqrstuvwxyz012345"};
	static const char *const bad[] = {"", ".", "..", "-a", "_a", "a/b", "A", "a b", "abcdefghijklmnopqrstuvwxyz0123456"};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		ck_assert_msg(lab_id_valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!lab_id_valid(bad[i]), "%s", bad[i]);
}
END_TEST

Suite *labs_test(void)
{
	Suite *s = suite_create("labs");
	TCase *t = tcase_create("labs");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, without_a_folder_there_is_none);
	tcase_add_test(t, only_those_that_live_are_found_in_order);
	tcase_add_test(t, what_cannot_be_an_id_is_passed_over);
	tcase_add_test(t, an_id_is_part_of_paths);
	suite_add_tcase(s, t);
	return s;
}
