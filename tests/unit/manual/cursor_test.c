#include "manual/cursor.h"

#include <check.h>
#include <string.h>

#include "util/buf.h"

Suite *cursor_test(void);

static struct arena arena;
static struct help_words options;
static struct cursor at;

static void begin(void)
{
	struct help help;

	arena_init(&arena);
	help_parse(&help, "  --board GLOB  boards\n  --json        as JSON\n  --format a|b  how\n  --node \"N W...\"  a node\n", &arena);
	options = help_words(&help, &arena);
}

static void end(void)
{
	arena_finish(&arena);
}

/* What is wanted behind the words of `line`, with spaces between; the last may be empty. */
static const char *wants(const char *synopsis, const char *line)
{
	char *words[16], *text = arena_strdup(&arena, line);
	struct buf b;
	size_t n = 0;
	const char *all;

	for (char *space; (space = strchr(text, ' ')); text = space + 1) {
		*space = '\0';
		words[n++] = text;
	}
	words[n++] = text;
	cursor_find(&at, synopsis, &options, words, n, &arena);
	buf_init(&b);
	for (const char *const *want = at.wants; want && *want; want++)
		buf_printf(&b, "%s%s", b.len ? " " : "", *want);
	all = arena_strdup(&arena, b.data ? b.data : "");
	buf_finish(&b);
	return all;
}

START_TEST(arguments_come_in_the_synopsis_order)
{
	const char *power = "power [--wait TIME] UNIT on|off|cycle";

	ck_assert_str_eq(wants(power, ""), "UNIT");
	ck_assert_str_eq(wants(power, "rock --json "), "on off cycle");
	ck_assert_str_eq(wants(power, "rock on "), "");
	ck_assert(at.options);
	ck_assert_str_eq(wants("run [OPTION...] SCENARIO...   (or just: runtest SCENARIO...)", "a b c"), "SCENARIO");
	ck_assert_str_eq(at.prefix, "c");
	ck_assert_str_eq(wants("report [OPTION...] [RUN]", ""), "RUN");
	ck_assert_str_eq(wants("report [OPTION...] [RUN]", "latest "), "");
}
END_TEST

START_TEST(options_that_must_be_given_are_no_arguments)
{
	ck_assert_str_eq(wants("bisect --good REV --bad REV [OPTION...] SCENARIO", ""), "SCENARIO");
	ck_assert_str_eq(wants("reserve UNIT|KIND --for TIME --why TEXT [OPTION...]", ""), "UNIT KIND");
	ck_assert_str_eq(wants("reserve UNIT|KIND --for TIME --why TEXT [OPTION...]", "x "), "");
}
END_TEST

START_TEST(every_way_of_writing_it_counts)
{
	const char *lab = "lab [--id ID] [--node BOARD=NODE]... | lab tell ID WORD... | lab list";

	ck_assert_str_eq(wants(lab, ""), "tell list");
	ck_assert_str_eq(wants(lab, "tell "), "ID");
	ck_assert_str_eq(wants(lab, "list "), "");
	ck_assert_str_eq(wants("history SCENARIO [OPTION...]\n       runtest history --import [RUN|FOLDER...]", ""), "SCENARIO RUN FOLDER");
}
END_TEST

START_TEST(an_options_value_is_wanted_behind_it)
{
	ck_assert_str_eq(wants("x SCENARIO", "--board q"), "GLOB");
	ck_assert_str_eq(at.option, "--board");
	ck_assert_str_eq(at.prefix, "q");
	ck_assert_str_eq(wants("x SCENARIO", "--format=a"), "a b");
	ck_assert_str_eq(at.before, "--format=");
	ck_assert_str_eq(at.prefix, "a");
	/* One that takes none has the argument behind it; one that nobody knows, too. */
	ck_assert_str_eq(wants("x SCENARIO", "--json "), "SCENARIO");
	ck_assert_str_eq(wants("x SCENARIO", "--none "), "SCENARIO");
}
END_TEST

START_TEST(options_begin_with_a_dash_until_two_stand_alone)
{
	ck_assert_str_eq(wants("x SCENARIO", "-"), "");
	ck_assert(at.options);
	ck_assert_str_eq(wants("x SCENARIO", "-- --b"), "SCENARIO");
	ck_assert(!at.options);
	ck_assert_str_eq(wants("doctor", ""), "");
	ck_assert(at.options);
}
END_TEST

Suite *cursor_test(void)
{
	Suite *s = suite_create("manual/cursor");
	TCase *t = tcase_create("cursor");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, arguments_come_in_the_synopsis_order);
	tcase_add_test(t, options_that_must_be_given_are_no_arguments);
	tcase_add_test(t, every_way_of_writing_it_counts);
	tcase_add_test(t, an_options_value_is_wanted_behind_it);
	tcase_add_test(t, options_begin_with_a_dash_until_two_stand_alone);
	suite_add_tcase(s, t);
	return s;
}
