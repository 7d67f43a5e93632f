#include "config/reference.h"

#include "config/fixture.h"

Suite *reference_test(void);

/* The tests run in the project's folder. */
static void read_own(const char *path, struct buf *b)
{
	struct err e = {0};

	buf_init(b);
	ck_assert_msg(file_read(path, b, &e) == 0, "%s: %s (the tests run in the project's folder)", path, e.what);
}

START_TEST(the_manual_says_what_the_descriptions_say)
{
	char *text = reference_text();
	struct buf page;

	read_own("docs/configuration.md", &page);
	ck_assert_msg(strcmp(page.data, text) == 0,
		      "docs/configuration.md is old: make it with ./runtest check --reference");
	buf_finish(&page);
	free(text);
}
END_TEST

START_TEST(the_projects_own_files_have_no_mistakes)
{
	struct err_list errors;
	struct project p;

	err_list_init(&errors);
	if (project_load(&p, ".", &errors) < 0 || project_load_mutants(&p, &errors) < 0)
		err_list_print(stderr, &errors);
	ck_assert_uint_eq(errors.count, 0);
	ck_assert_ptr_nonnull(project_scenario(&p, "pd-survives"));
	project_finish(&p);
	err_list_finish(&errors);
}
END_TEST

Suite *reference_test(void)
{
	Suite *s = suite_create("reference");
	TCase *t = tcase_create("reference");

	tcase_add_test(t, the_manual_says_what_the_descriptions_say);
	tcase_add_test(t, the_projects_own_files_have_no_mistakes);
	suite_add_tcase(s, t);
	return s;
}
