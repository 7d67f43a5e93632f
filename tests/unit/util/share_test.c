#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "config/path.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/share.h"

Suite *share_test(void);

/* build/MODE/unit is a program of the checkout. */
START_TEST(a_program_of_a_checkout_finds_it)
{
	char *own = file_own_folder(), *top = xasprintf("%s/../..", own), *real = realpath(top, NULL);
	char *share, *manual, *docs = xasprintf("%s/docs", real);

	unsetenv(SHARE_VARIABLE);
	share = share_folder();
	manual = share_manual();
	ck_assert_str_eq(share, real);
	ck_assert_str_eq(manual, docs);
	ck_assert(share_is_checkout());
	free(docs);
	free(manual);
	free(share);
	free(real);
	free(top);
	free(own);
}
END_TEST

START_TEST(the_variable_names_another_folder)
{
	char *share;

	setenv(SHARE_VARIABLE, "/usr/../tmp", 1);
	share = share_folder();
	ck_assert_str_eq(share, "/tmp");
	ck_assert(!share_is_checkout());
	ck_assert_ptr_null(share_manual());
	free(share);
	setenv(SHARE_VARIABLE, "/no/such/folder", 1);
	ck_assert_ptr_null(share_folder());
}
END_TEST

/* In variants.yaml: set, not set, and another variable that is not. */
START_TEST(paths_may_begin_there)
{
	const char *variable, *path;
	struct arena a;
	char *share;

	arena_init(&a);
	unsetenv(SHARE_VARIABLE);
	share = share_folder();
	path = path_expand(&a, "${" SHARE_VARIABLE "}/images", &variable);
	ck_assert_ptr_nonnull(path);
	ck_assert_int_eq(strncmp(path, share, strlen(share)), 0);
	ck_assert_str_eq(path + strlen(share), "/images");
	setenv(SHARE_VARIABLE, "/elsewhere", 1);
	ck_assert_str_eq(path_expand(&a, "${" SHARE_VARIABLE "}/images", &variable), "/elsewhere/images");
	ck_assert_ptr_null(path_expand(&a, "${" SHARE_VARIABLE "_NOT}/images", &variable));
	ck_assert_str_eq(variable, SHARE_VARIABLE "_NOT");
	free(share);
	arena_finish(&a);
}
END_TEST

Suite *share_test(void)
{
	Suite *s = suite_create("share");
	TCase *t = tcase_create("share");

	tcase_add_test(t, a_program_of_a_checkout_finds_it);
	tcase_add_test(t, the_variable_names_another_folder);
	tcase_add_test(t, paths_may_begin_there);
	suite_add_tcase(s, t);
	return s;
}
