#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/layout.h"
#include "util/file.h"
#include "util/mem.h"

Suite *layout_test(void);

static char top[] = "/tmp/layout-test.XXXXXX";
static char *share, *dir;
static struct layout l;

static char *below(const char *folder, const char *file)
{
	return xasprintf("%s/%s", folder, file);
}

static void write_file(const char *folder, const char *file, const char *text)
{
	char *path = below(folder, file), *parent = xstrdup(path);

	*strrchr(parent, '/') = '\0';
	ck_assert_int_eq(file_mkdirs(parent, NULL), 0);
	ck_assert_int_eq(file_write_atomic(path, text, strlen(text), false, NULL), 0);
	free(parent);
	free(path);
}

static void expect_file(const char *file, const char *text)
{
	char *path = below(dir, file);
	struct buf bytes = {0};

	ck_assert_int_eq(file_read(path, &bytes, NULL), 0);
	ck_assert_uint_eq(bytes.len, strlen(text));
	ck_assert_int_eq(memcmp(bytes.data, text, bytes.len), 0);
	buf_finish(&bytes);
	free(path);
}

static void begin(void)
{
	memcpy(top + strlen(top) - 6, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(top));
	share = below(top, "share");
	dir = below(top, "new");
	write_file(share, "text", "one\n");
	write_file(share, "boards/markers/b.yaml", "b");
	write_file(share, "boards/markers/a.yaml", "a");
	write_file(share, "boards/markers/a.txt", "no marker table");
	write_file(share, "boards/kinds/board_one.yaml", "kind");
	layout_init(&l, share, dir);
}

static void end(void)
{
	layout_finish(&l);
	ck_assert_int_eq(file_remove_tree(top, NULL), 0);
	free(share);
	free(dir);
}

START_TEST(a_file_is_copied_and_one_that_is_there_stays)
{
	struct err e = {0};

	ck_assert_int_eq(layout_put(&l, "text", "deep/down/text", "what it is", &e), 0);
	expect_file("deep/down/text", "one\n");
	ck_assert_int_eq(l.kept, 0);
	write_file(dir, "mine", "mine");
	ck_assert_int_eq(layout_put(&l, "text", "mine", "what it is", &e), 0);
	expect_file("mine", "mine");
	ck_assert_int_eq(l.kept, 1);
	ck_assert_uint_eq(l.rows.count, 4);
	ck_assert_str_eq(l.rows.cells[1].text, "what it is");
	ck_assert_str_eq(l.rows.cells[3].text, "was there already, and stays as it is");
}
END_TEST

START_TEST(what_is_not_in_the_share_is_an_error)
{
	struct err e = {0};

	ck_assert_int_eq(layout_put(&l, "no-such-file", "x", "", &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_uint_eq(l.rows.count, 0);
}
END_TEST

START_TEST(all_marker_tables_are_copied)
{
	struct err e = {0};
	char *no = below(dir, "boards/markers/a.txt");

	ck_assert_int_eq(layout_put_markers(&l, &e), 0);
	expect_file("boards/markers/a.yaml", "a");
	expect_file("boards/markers/b.yaml", "b");
	ck_assert(!file_exists(no));
	free(no);
}
END_TEST

START_TEST(a_kind_goes_by_its_name)
{
	struct err e = {0};

	ck_assert_int_eq(layout_put_kind(&l, "board_one", &e), 0);
	expect_file("boards/kinds/board_one.yaml", "kind");
	ck_assert_int_eq(layout_put_kind(&l, "board_oen", &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_str_eq(e.hint, "did you mean board_one?");
	ck_assert_int_eq(layout_put_kind(&l, "../kinds/board_one", &e), -1);
	ck_assert_int_eq(layout_put_kind(&l, "", &e), -1);
}
END_TEST

Suite *layout_test(void)
{
	Suite *s = suite_create("layout");
	TCase *t = tcase_create("layout");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_file_is_copied_and_one_that_is_there_stays);
	tcase_add_test(t, what_is_not_in_the_share_is_an_error);
	tcase_add_test(t, all_marker_tables_are_copied);
	tcase_add_test(t, a_kind_goes_by_its_name);
	suite_add_tcase(s, t);
	return s;
}
