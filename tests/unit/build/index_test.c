#include <check.h>
#include <time.h>
#include <unistd.h>

#include "build/index.h"
#include "util/file.h"

Suite *index_test(void);

static char dir[64], file[96];
static const char hash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void setup(void)
{
	snprintf(dir, sizeof dir, "/tmp/index-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof file, "%s/index", dir);
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
}

/* A file of 5 bytes that was last written and last changed so many seconds ago. */
static struct stat signature(int written, int changed)
{
	struct stat st = {.st_size = 5, .st_ino = 77};

	clock_gettime(CLOCK_REALTIME, &st.st_mtim);
	st.st_ctim = st.st_mtim;
	st.st_mtim.tv_sec -= written;
	st.st_ctim.tv_sec -= changed;
	return st;
}

static void remember(const struct stat *st)
{
	struct index x;

	index_open(&x, file);
	index_add(&x, "a.c", st, hash);
	index_close(&x, file);
}

static bool knows(const struct stat *st)
{
	char hex[SHA256_HEX] = "";
	struct index x;
	bool found;

	index_open(&x, file);
	found = index_find(&x, "a.c", st, hex);
	index_close(&x, NULL);
	if (found)
		ck_assert_str_eq(hex, hash);
	return found;
}

START_TEST(a_settled_file_is_remembered)
{
	struct stat st = signature(100, 3);

	remember(&st);
	ck_assert(knows(&st));
}
END_TEST

START_TEST(a_file_that_changed_just_now_is_not)
{
	static const int ago[][2] = {{100, 0}, {0, 100}, {0, 0}, {-1000, 100}, {100, -1000}};
	struct stat st = signature(ago[_i][0], ago[_i][1]);

	remember(&st);
	ck_assert(!knows(&st));
}
END_TEST

START_TEST(every_part_of_the_signature_counts)
{
	struct stat st = signature(100, 100), other;

	remember(&st);
	other = st;
	other.st_size++;
	ck_assert(!knows(&other));
	other = st;
	other.st_ino++;
	ck_assert(!knows(&other));
	other = st;
	other.st_mtim.tv_nsec ^= 1;
	ck_assert(!knows(&other));
	other = st;
	other.st_ctim.tv_nsec ^= 1;
	ck_assert(!knows(&other));
	ck_assert(knows(&st));
}
END_TEST

START_TEST(a_file_that_went_is_forgotten)
{
	struct stat st = signature(100, 100);
	struct index x;

	remember(&st);
	index_open(&x, file);
	index_close(&x, file); /* a reading of the tree that met no file */
	ck_assert(!knows(&st));
}
END_TEST

Suite *index_test(void)
{
	Suite *s = suite_create("index");
	TCase *t = tcase_create("index");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_settled_file_is_remembered);
	tcase_add_loop_test(t, a_file_that_changed_just_now_is_not, 0, 5);
	tcase_add_test(t, every_part_of_the_signature_counts);
	tcase_add_test(t, a_file_that_went_is_forgotten);
	suite_add_tcase(s, t);
	return s;
}
