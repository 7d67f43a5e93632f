#include <check.h>

#include "cli/needs.h"
#include "util/file.h"
#include "util/mem.h"

Suite *needs_test(void);

/* A file of the checkout, seen from build/MODE/unit, behind a line's end. */
static void read_list(struct buf *out, const char *file)
{
	char *folder = file_own_folder(), *path = xasprintf("%s/../../%s", folder, file);
	struct err e = {0};

	buf_init(out);
	buf_addc(out, '\n');
	ck_assert_msg(file_read(path, out, &e) == 0, "%s: %s", path, e.what);
	free(folder);
	free(path);
}

START_TEST(every_package_of_the_table_stands_in_the_list)
{
	struct buf list;

	read_list(&list, "tools/deps/base.txt");
	for (size_t i = 0; i < need_count; i++) {
		char *line = xasprintf("\n%s ", needs[i].package);

		ck_assert_msg(strstr(list.data, line) != NULL, "%s is not in tools/deps/base.txt", needs[i].package);
		free(line);
	}
	buf_finish(&list);
}
END_TEST

START_TEST(every_package_of_the_list_stands_in_the_table)
{
	struct buf list;

	read_list(&list, "tools/deps/base.txt");
	for (const char *line = list.data; line && *++line; line = strchr(line, '\n')) {
		size_t n = strcspn(line, " \n"), i = 0;

		if (!n || *line == '#')
			continue;
		while (i < need_count && (strlen(needs[i].package) != n || strncmp(needs[i].package, line, n) != 0))
			i++;
		ck_assert_msg(i < need_count, "%.*s is not in the table of `runtest doctor`", (int)n, line);
	}
	buf_finish(&list);
}
END_TEST

/* "Recommends: gcc, make, ...," on one line. */
START_TEST(the_debian_package_recommends_what_is_used_and_no_more)
{
	struct buf list;
	char *recommends;
	size_t n = 0, listed = 0;

	read_list(&list, "contrib/debian/control");
	recommends = strstr(list.data, "\nRecommends:");
	ck_assert_ptr_nonnull(recommends);
	recommends[strcspn(recommends + 1, "\n") + 1] = '\0';
	for (const char *p = recommends; *p; p++)
		listed += *p == ',';
	for (size_t i = 0; i < need_count; i++) {
		char *word = xasprintf(" %s,", needs[i].package);

		n += need_is_used(&needs[i]);
		ck_assert_msg((strstr(recommends, word) != NULL) == need_is_used(&needs[i]), "%s: used %d", needs[i].package,
			      need_is_used(&needs[i]));
		free(word);
	}
	ck_assert_uint_gt(n, 10);
	ck_assert_uint_eq(listed, n);
	buf_finish(&list);
}
END_TEST

/* These tests were compiled and linked with them. */
START_TEST(what_is_there_is_found)
{
	for (size_t i = 0; i < need_count; i++) {
		char *path;

		if (needs[i].kind != NEED_HEADER)
			continue;
		path = need_find(&needs[i]);
		ck_assert_msg(path != NULL, "%s is not found", needs[i].name);
		ck_assert(file_exists(path));
		free(path);
	}
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
	static const struct need absent[] = {{NEED_PROGRAM, "no-such-program", "", ""},
					     {NEED_HEADER, "no/such/header.h", "", ""},
					     {NEED_MODULE, "no_such_module", "", ""},
					     {NEED_FILE, "/no/such/file", "", ""}};

	ck_assert_ptr_null(need_find(&absent[_i]));
}
END_TEST

Suite *needs_test(void)
{
	Suite *s = suite_create("needs");
	TCase *t = tcase_create("needs");

	tcase_add_test(t, every_package_of_the_table_stands_in_the_list);
	tcase_add_test(t, every_package_of_the_list_stands_in_the_table);
	tcase_add_test(t, the_debian_package_recommends_what_is_used_and_no_more);
	tcase_add_test(t, what_is_there_is_found);
	tcase_add_loop_test(t, what_is_not_there_is_not_found, 0, 4);
	suite_add_tcase(s, t);
	return s;
}
