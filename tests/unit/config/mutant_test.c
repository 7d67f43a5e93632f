#include "config/fixture.h"

Suite *mutant_test(void);

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static int load(void)
{
	return fixture_load(&f) < 0 ? -1 : project_load_mutants(&f.project, &f.errors);
}

static void end(void)
{
	fixture_finish(&f);
}

static const char flipped[] =
	"mutants:\n"
	"  - variant: flipped\n"
	"    like: good\n"
	"    about: a bit of the code is other than it was\n"
	"    patches: [one.patch]\n"
	"    caught-by:\n"
	"      demo: {fails-with: pd-code-changed}\n";

START_TEST(a_mutant_is_like_a_variant_and_names_who_must_catch_it)
{
	const struct variant *m;

	fixture_write(&f, "images/mutants.yaml", flipped);
	ck_assert_int_eq(load(), 0);
	ck_assert_ptr_null(project_variant(&f.project, "flipped"));
	m = project_mutant(&f.project, "flipped");
	ck_assert_ptr_nonnull(m);
	ck_assert_str_eq(m->image, "loader.img");
	ck_assert_uint_eq(m->patch_count, 2); /* the base's, and its own */
	ck_assert_uint_eq(m->caught_by_count, 1);
	ck_assert_str_eq(m->caught_by[0].scenario, "demo");
	ck_assert(m->caught_by[0].want.control);
	ck_assert_int_eq(m->caught_by[0].want.cause, CAUSE_PD_CODE_CHANGED);
}
END_TEST

START_TEST(a_project_needs_no_mutants)
{
	ck_assert_int_eq(load(), 0);
	ck_assert_uint_eq(f.project.mutant_count, 0);
}
END_TEST

static const struct {
	const char *find, *put, *where, *what;
} cases[] = {
	{"demo:", "dmeo:", ":7:7", "expected the name of a scenario, found \"dmeo\""},
	{"variant: flipped", "variant: bad", ":2:14", "variant: \"bad\" is a variant already (images/variants.yaml:15)"},
	{"    caught-by:\n      demo: {fails-with: pd-code-changed}\n", "", ":2:14",
	 "missing key \"caught-by\" in this mutant"},
	{"like: good", "like: goood", ":3:11", "like: no variant is called \"goood\""},
	{"pd-code-changed", "bad-luck", ":7:26", "fails-with: expected a cause of failure, found \"bad-luck\""},
};

START_TEST(one_mistake_is_one_error_at_its_place)
{
	const char *found = strstr(flipped, cases[_i].find);
	char *text = xasprintf("%.*s%s%s", (int)(found - flipped), flipped, cases[_i].put, found + strlen(cases[_i].find));
	char *where = xasprintf("images/mutants.yaml%s", cases[_i].where);

	fixture_write(&f, "images/mutants.yaml", text);
	ck_assert_int_eq(load(), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_str_eq(f.errors.items[0].what, cases[_i].what);
	ck_assert_str_eq(f.errors.items[0].where, where);
	free(where);
	free(text);
}
END_TEST

START_TEST(a_variant_is_no_mutant)
{
	fixture_change(&f, "images/variants.yaml", "    patches: [one.patch]\n",
		       "    patches: [one.patch]\n    caught-by: {demo: pass}\n");
	ck_assert_int_eq(load(), -1);
	ck_assert_ptr_nonnull(strstr(f.errors.items[0].what, "caught-by"));
}
END_TEST

Suite *mutant_test(void)
{
	Suite *s = suite_create("mutant");
	TCase *t = tcase_create("mutant");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_mutant_is_like_a_variant_and_names_who_must_catch_it);
	tcase_add_test(t, a_project_needs_no_mutants);
	tcase_add_loop_test(t, one_mistake_is_one_error_at_its_place, 0, sizeof cases / sizeof cases[0]);
	tcase_add_test(t, a_variant_is_no_mutant);
	suite_add_tcase(s, t);
	return s;
}
