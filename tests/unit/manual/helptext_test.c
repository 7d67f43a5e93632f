#include "manual/helptext.h"

#include <check.h>
#include <string.h>

Suite *helptext_test(void);

static struct arena arena;
static struct help help;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_finish(&arena);
}

static void expect(size_t i, enum help_kind kind, const char *tag, const char *text)
{
	ck_assert_uint_lt(i, help.count);
	ck_assert_int_eq(help.items[i].kind, kind);
	if (tag)
		ck_assert_str_eq(help.items[i].tag, tag);
	else
		ck_assert_ptr_null(help.items[i].tag);
	ck_assert_str_eq(help.items[i].text, text);
}

START_TEST(paragraphs_headings_and_entries_are_told_apart)
{
	help_parse(&help,
		   "One paragraph\nof two lines:\n\nOptions:\n  --one VALUE  its text\n               goes on\n  -v, --verbose\n"
		   "               below it\n\nThe end.\n",
		   &arena);
	ck_assert_uint_eq(help.count, 5);
	expect(0, HELP_PARAGRAPH, NULL, "One paragraph of two lines:");
	expect(1, HELP_HEADING, NULL, "Options");
	expect(2, HELP_ENTRY, "--one VALUE", "its text goes on");
	expect(3, HELP_ENTRY, "-v, --verbose", "below it");
	expect(4, HELP_PARAGRAPH, NULL, "The end.");
}
END_TEST

START_TEST(a_tag_that_reaches_the_column_has_one_space_behind_it)
{
	help_parse(&help, "  --one    first\n  --twenty second\n  --longer-word without\n", &arena);
	ck_assert_uint_eq(help.count, 3);
	expect(1, HELP_ENTRY, "--twenty", "second");
	help_parse(&help, "  on   switch\n  --no   do not\n", &arena);
	expect(1, HELP_ENTRY, "--no", "do not");
	help_parse(&help, "  --one    first\n  --twenty second\n  --longer-word without\n", &arena);
	/* The column cuts no word in two. */
	expect(2, HELP_ENTRY, "--longer-word without", "");
}
END_TEST

START_TEST(a_tag_may_go_on_in_the_next_line)
{
	struct help_words words;

	help_parse(&help, "  --one A, --two B,\n  --three, -f   as others have them\n", &arena);
	ck_assert_uint_eq(help.count, 1);
	help_parse(&help, "  --x N  text\n  --ab A, --two B, -v\n         text\n", &arena);
	expect(1, HELP_ENTRY, "--ab A, --two B, -v", "text");
	help_parse(&help, "  --one A, --two B,\n  --three, -f   as others have them\n", &arena);
	expect(0, HELP_ENTRY, "--one A, --two B, --three, -f", "as others have them");
	words = help_words(&help, &arena);
	ck_assert_uint_eq(words.count, 4);
	ck_assert_str_eq(help_option(&words, "--two")->value, "B");
	ck_assert_ptr_null(help_option(&words, "--three")->value);
	ck_assert_ptr_null(help_option(&words, "--four"));
}
END_TEST

START_TEST(lines_that_are_indented_further_stay_lines)
{
	help_parse(&help, "  --at PLACE  there:\n                one  first\n                two  second\n", &arena);
	ck_assert_uint_eq(help.count, 1);
	expect(0, HELP_ENTRY, "--at PLACE", "there:\n  one  first\n  two  second");
	help_parse(&help, "  --at PLACE  there:\n    one  first\n  --two       second\n", &arena);
	ck_assert_uint_eq(help.count, 2);
	expect(0, HELP_ENTRY, "--at PLACE", "there:\n  one  first");
}
END_TEST

START_TEST(what_has_no_text_behind_it_is_shown_as_it_is)
{
	help_parse(&help, "Type:\n\n  runtest run x\n    more\n\n  last\n", &arena);
	ck_assert_uint_eq(help.count, 3);
	expect(1, HELP_LITERAL, NULL, "runtest run x\n  more");
	expect(2, HELP_LITERAL, NULL, "last");
}
END_TEST

START_TEST(a_letter_takes_what_its_name_takes)
{
	struct help_words words;

	help_parse(&help, "  -f, --follow SECONDS  how long\n  on, off   switch\n", &arena);
	words = help_words(&help, &arena);
	ck_assert_uint_eq(words.count, 4);
	ck_assert_str_eq(help_option(&words, "-f")->value, "SECONDS");
	ck_assert_str_eq(words.words[3].name, "off");
	/* A word that is no option is none, though it is called so. */
	ck_assert_ptr_null(help_option(&words, "on"));
}
END_TEST

START_TEST(any_text_can_be_taken_apart)
{
	static const char *const texts[] = {"", "\n\n", "   ", "  ", "  -", "  a,", "x:", "x:\n  \n", "  a  ", "  --a  b\n      \n  c,"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		help_parse(&help, texts[i], &arena);
		help_words(&help, &arena);
	}
	help_parse(&help, "", &arena);
	ck_assert_uint_eq(help.count, 0);
}
END_TEST

Suite *helptext_test(void)
{
	Suite *s = suite_create("manual/helptext");
	TCase *t = tcase_create("helptext");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, paragraphs_headings_and_entries_are_told_apart);
	tcase_add_test(t, a_tag_that_reaches_the_column_has_one_space_behind_it);
	tcase_add_test(t, a_tag_may_go_on_in_the_next_line);
	tcase_add_test(t, lines_that_are_indented_further_stay_lines);
	tcase_add_test(t, what_has_no_text_behind_it_is_shown_as_it_is);
	tcase_add_test(t, a_letter_takes_what_its_name_takes);
	tcase_add_test(t, any_text_can_be_taken_apart);
	suite_add_tcase(s, t);
	return s;
}
