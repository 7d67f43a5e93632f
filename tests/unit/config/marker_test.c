/* Marker tables: what they say, who they apply to, and what is wrong with them, at its place. */
#include "config/fixture.h"

Suite *marker_test(void);

#define KIND "boards/kinds/virt.yaml"
#define DEMO "scenarios/demo.yaml"
#define TABLE "boards/markers/boot.yaml"
#define EXTRA "boards/markers/extra.yaml"
#define HEAD "markers: boot\nabout: a boot\ntexts:\n"
#define UP "  - {text: 'kernel up', by: kernel, mark: kernel-up, ends: boot, answer: \"\\n\"}\n"

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

static const struct project *load(void)
{
	if (fixture_load(&f) < 0)
		err_list_print(stderr, &f.errors);
	ck_assert_uint_eq(f.errors.count, 0);
	return &f.project;
}

static void add_extra(void)
{
	fixture_write(&f, EXTRA, "markers: extra\nabout: on request\nuse: when-named\ntexts:\n"
				 "  - {text: 'x', by: pd, cause: pd-fault}\n");
}

START_TEST(a_table_says_what_each_text_shows)
{
	const struct marker_table *t;

	fixture_write(&f, TABLE,
		      HEAD UP "  - {text: 'PANIC', by: kernel, cause: kernel-panic}\n"
			      "  - {text: 'no cable', by: u-boot, trouble: the cable is out}\n"
			      "  - {text: 'ut (?<start>0x[0-9a-f]+) (?<bits>[0-9]+)', by: monitor, tells: untyped}\n"
			      "  - {text: 'hello', by: loader, mark: loader, comes: sometimes}\n");
	t = project_marker_table(load(), "boot");
	ck_assert_ptr_nonnull(t);
	ck_assert_str_eq(t->file, TABLE);
	ck_assert_uint_eq(t->count, 5);
	ck_assert_int_eq(t->markers[0].kind, MARKER_MARK);
	ck_assert_str_eq(t->markers[0].mark, "kernel-up");
	ck_assert_str_eq(t->markers[0].by, "kernel");
	ck_assert_str_eq(t->markers[0].answer, "\n");
	ck_assert_int_eq(t->markers[0].ends, MARKER_ENDS_BOOT);
	ck_assert_int_eq(t->markers[0].comes, MARKER_COMES_ALWAYS);
	ck_assert_int_eq(t->markers[0].line, 4);
	ck_assert_int_eq(t->markers[1].kind, MARKER_CAUSE);
	ck_assert_int_eq(t->markers[1].cause, CAUSE_KERNEL_PANIC);
	ck_assert_int_eq(t->markers[1].ends, MARKER_ENDS_NOTHING);
	ck_assert_int_eq(t->markers[2].kind, MARKER_TROUBLE);
	ck_assert_str_eq(t->markers[2].trouble, "the cable is out");
	ck_assert_int_eq(t->markers[3].kind, MARKER_TELLS);
	ck_assert_int_eq(t->markers[4].comes, MARKER_COMES_SOMETIMES);
	ck_assert_ptr_null(project_marker_table(&f.project, "boots"));
}
END_TEST

START_TEST(kinds_have_every_table_that_need_not_be_named)
{
	const struct project *p;

	fixture_write(&f, TABLE, HEAD UP);
	add_extra();
	p = load();
	ck_assert_uint_eq(p->marker_count, 2);
	ck_assert_ptr_eq(project_kind(p, "virt")->markers[0], project_marker_table(p, "boot"));
	ck_assert_ptr_null(project_kind(p, "virt")->markers[1]);
	ck_assert_ptr_null(project_scenario(p, "demo")->markers[0]);
}
END_TEST

START_TEST(kinds_choose_and_scenarios_add)
{
	const struct project *p;

	fixture_write(&f, TABLE, HEAD UP);
	add_extra();
	fixture_change(&f, KIND, "qemu:", "markers: []\nqemu:");
	fixture_change(&f, DEMO, "deny:", "markers: [extra]\nallow-markers: [pd-fault, kernel-panic]\nanswers: markers\n"
					  "boot-deadline: 3s\ndeny:");
	fixture_change(&f, "boards/kinds/rock.yaml", "entry:", "markers: [extra, boot]\nboot-deadline: 2s\nentry:");
	/* a guest that is answered does not hold for a look */
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_ptr_nonnull(strstr(f.errors.items[0].what, "answers: markers"));
	p = &f.project;
	ck_assert_ptr_null(project_kind(p, "virt")->markers[0]);
	ck_assert_str_eq(project_kind(p, "rock")->markers[0]->name, "extra");
	ck_assert_str_eq(project_kind(p, "rock")->markers[1]->name, "boot");
	ck_assert_int_eq(project_kind(p, "rock")->boot_deadline_ms, 2000);
	ck_assert_str_eq(project_scenario(p, "demo")->markers[0]->name, "extra");
	ck_assert_uint_eq(project_scenario(p, "demo")->allowed_causes, 1u << CAUSE_PD_FAULT | 1u << CAUSE_KERNEL_PANIC);
	ck_assert_int_eq(project_scenario(p, "demo")->answers, ANSWERS_MARKERS);
	ck_assert_int_eq(project_scenario(p, "demo")->boot_deadline_ms, 3000);
}
END_TEST

/* A table with one line wrong, and the one error that comes of it. */
static const struct {
	const char *line, *where, *what;
} mistakes[] = {
	{"  - {text: 'a', by: kernel, cause: kernel-panik}\n", ":5:36", "cause: expected a cause of failure, found \"kernel-panik\""},
	{"  - {text: 'a(', by: kernel, mark: x}\n", ":5:12", "text: expected a regular expression (PCRE2), found \"a(\""},
	{"  - {text: 'a', mark: x}\n", ":5:5", "missing key \"by\" in this marker"},
	{"  - {text: 'a', by: kernel}\n", ":5:5", "nothing to do in this marker: expected exactly one of: mark, cause, trouble, tells"},
	{"  - {text: 'a', by: kernel, mark: x, cause: pd-fault}\n", ":5:38",
	 "\"mark\" and \"cause\" in one marker: expected exactly one of: mark, cause, trouble, tells"},
	{"  - {text: 'a', by: kernel, cause: pd-fault, ends: boot}\n", ":5:46", "\"ends\" stands alone: it belongs beside \"mark\""},
	{"  - {text: 'a', by: kernel, trouble: x, answer: y}\n", ":5:41", "\"answer\" stands alone: it belongs beside \"mark\""},
	{"  - {text: 'ut (?<start>0x1)', by: kernel, tells: untyped}\n", ":5:12",
	 "text: expected the groups \"start\" and \"end\", or \"start\" and \"bits\""},
	{"  - {text: 'a', by: kernel, mark: x, ends: test}\n", ":5:44", "ends: expected boot, found \"test\""},
	{"  - {text: 'a', by: kernel, mark: x, colour: red}\n", ":5:38", "unknown key \"colour\" in this marker"},
};

START_TEST(mistakes_are_told_at_their_place)
{
	struct buf b;
	char where[64];

	buf_init(&b);
	buf_printf(&b, "%s%s%s", HEAD, UP, mistakes[_i].line);
	fixture_write(&f, TABLE, b.data);
	buf_finish(&b);
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	snprintf(where, sizeof where, "%s%s", TABLE, mistakes[_i].where);
	ck_assert_str_eq(f.errors.items[0].what, mistakes[_i].what);
	ck_assert_str_eq(f.errors.items[0].where, where);
}
END_TEST

static void only_mistake(const char *what)
{
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_str_eq(f.errors.items[0].what, what);
}

START_TEST(a_table_that_is_not_there_is_named)
{
	fixture_write(&f, TABLE, HEAD UP);
	fixture_change(&f, KIND, "qemu:", "markers: [boat]\nqemu:");
	only_mistake("markers: expected the name of a marker table, found \"boat\"");
	ck_assert_str_eq(f.errors.items[0].hint, "did you mean \"boot\"?");
}
END_TEST

START_TEST(a_boot_deadline_needs_a_mark_that_ends_the_boot)
{
	add_extra();
	fixture_change(&f, KIND, "qemu:", "markers: [extra]\nboot-deadline: 1s\nqemu:");
	only_mistake("boot-deadline: none of the kind's marker tables says what ends a boot");
}
END_TEST

START_TEST(a_boot_is_no_longer_than_the_session)
{
	fixture_change(&f, DEMO, "deny:", "boot-deadline: 30s\ndeny:");
	only_mistake("boot-deadline: 30.00s is longer than the scenario's deadline of 20.00s");
}
END_TEST

Suite *marker_test(void)
{
	Suite *s = suite_create("marker");
	TCase *t = tcase_create("marker");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_table_says_what_each_text_shows);
	tcase_add_test(t, kinds_have_every_table_that_need_not_be_named);
	tcase_add_test(t, kinds_choose_and_scenarios_add);
	tcase_add_loop_test(t, mistakes_are_told_at_their_place, 0, sizeof mistakes / sizeof mistakes[0]);
	tcase_add_test(t, a_table_that_is_not_there_is_named);
	tcase_add_test(t, a_boot_deadline_needs_a_mark_that_ends_the_boot);
	tcase_add_test(t, a_boot_is_no_longer_than_the_session);
	suite_add_tcase(s, t);
	return s;
}
