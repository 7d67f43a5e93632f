#include "manual/manpage.h"

#include <check.h>
#include <string.h>

Suite *manpage_test(void);

static struct arena arena;
static struct buf out;

static void begin(void)
{
	arena_init(&arena);
	buf_init(&out);
}

static void end(void)
{
	buf_finish(&out);
	arena_finish(&arena);
}

static void write(const char *text)
{
	static const char *const see[] = {"runtest", "runtest-run", NULL};
	struct help help;

	help_parse(&help, text, &arena);
	buf_clear(&out);
	manpage_write(&out, &(struct manpage){.name = "runtest-x", .version = "1", .date = "2026-01-31", .synopsis = "x [--all] FILE",
					      .about = "does x", .help = &help, .see = see});
}

#define HAS(text) ck_assert_msg(strstr(out.data, (text)) != NULL, "%s has no %s", out.data, (text))
#define HAS_NOT(text) ck_assert_msg(strstr(out.data, (text)) == NULL, "%s has %s", out.data, (text))

START_TEST(every_section_has_its_title)
{
	write("Does it.\n\n  --all  all of it\n\nExit status: 0; 2 usage.\n");
	HAS(".TH RUNTEST\\-X 1 2026-01-31 \"runtest 1\"");
	HAS(".SH NAME\nruntest-x \\- does x\n");
	HAS(".SH SYNOPSIS\n.nf\n\\fBruntest\\fR \\fBx\\fR [\\fB\\-\\-all\\fR] \\fIFILE\\fR\n");
	HAS(".SH DESCRIPTION\nDoes it.\n.SH OPTIONS\n.TP\n\\fB\\-\\-all\\fR\nall of it\n");
	HAS(".SH EXIT STATUS\n0; 2 usage.\n");
	HAS(".SH SEE ALSO\n.BR runtest (1),\n.BR runtest-run (1)\n");
}
END_TEST

START_TEST(text_is_no_request_of_troff)
{
	write(".so is a file; a \\ stays, \"quotes\" and 'others' too.\n\n  .de x\n");
	HAS("\\&.so is a file; a \\e stays, \\(dqquotes\\(dq and \\(aqothers\\(aq too.");
	HAS(".nf\n\\&.de x\n.fi\n");
	HAS_NOT("\n.so");
	HAS_NOT("\n.de");
}
END_TEST

START_TEST(a_line_that_is_broken_begins_with_no_request)
{
	write("These are words enough to fill one whole line of the page, up to the .TH stands in.\n");
	HAS_NOT("\n.TH stands");
	HAS("up to the\n\\&.TH stands in.");
}
END_TEST

START_TEST(what_is_to_be_typed_is_bold)
{
	write("Type `runtest x --all`, or ` alone.\n");
	HAS("Type \\fBruntest x \\-\\-all\\fR, or \\(ga alone.");
}
END_TEST

Suite *manpage_test(void)
{
	Suite *s = suite_create("manual/manpage");
	TCase *t = tcase_create("manpage");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, every_section_has_its_title);
	tcase_add_test(t, text_is_no_request_of_troff);
	tcase_add_test(t, a_line_that_is_broken_begins_with_no_request);
	tcase_add_test(t, what_is_to_be_typed_is_bold);
	suite_add_tcase(s, t);
	return s;
}
