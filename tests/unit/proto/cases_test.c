/* What all formats have in common: bounds, and that no cut through the output makes a pass of a failure. */
#include "proto/casetext.h"

Suite *cases_test(void);

#define WELL 0
#define ILL 1

/* The same tests in every format; in the second document one of them failed. */
static const struct {
	const char *format, *documents[2];
} samples[] = {
	{"tap",
	 {"TAP version 14\n1..3\nok 1 - a\nok 2 - b\n  ---\n  duration_ms: 1\n  ...\nok 3 - c # SKIP none\n",
	  "TAP version 14\n1..3\nok 1 - a\nnot ok 2 - b\n  ---\n  duration_ms: 1\n  ...\nok 3 - c # SKIP none\n"}},
	{"tap",
	 {"TAP version 14\n1..1\n    # Subtest: s\n    1..2\n    ok 1 - a\n    ok 2 - b\nok 1 - s\n",
	  "TAP version 14\n1..1\n    # Subtest: s\n    1..2\n    ok 1 - a\n    not ok 2 - b\nnot ok 1 - s\n"}},
	{"ktap",
	 {"KTAP version 1\n1..2\n  KTAP version 1\n  1..2\n  ok 1 a\n  ok 2 b\nok 1 s\nok 2 t\n",
	  "KTAP version 1\n1..2\n  KTAP version 1\n  1..2\n  ok 1 a\n  not ok 2 b\nnot ok 1 s\nok 2 t\n"}},
	{"sel4test",
	 {"<testsuite>\n\t<testcase classname=\"k\" name=\"a\">\n\t</testcase>\n\t<testcase classname=\"k\" name=\"b\">\n"
	  "\t\t<system-out>x</system-out>\n\t</testcase>\n</testsuite>\nAll is well in the universe\n",
	  "<testsuite>\n\t<testcase classname=\"k\" name=\"a\">\n\t</testcase>\n\t<testcase classname=\"k\" name=\"b\">\n"
	  "\t\t<failure type=\"failure\">x at line 1 of file f</failure>\n\t</testcase>\n</testsuite>\n"
	  "*** FAILURES DETECTED ***\n"}},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static const char *const others[] = {"MON|", "PD|", NULL};

/* What is made of it: the cases and faults as text, malloc'd; *passed is set. */
static char *outcome(const struct cases_options *o, const char *text, bool *passed)
{
	struct cases c;
	struct buf got;

	buf_init(&got);
	cases_init(&c, o);
	casetext_feed(&c, text);
	cases_end(&c, NULL);
	casetext_write(&got, &c);
	*passed = cases_passed(&c);
	cases_finish(&c);
	return buf_steal(&got);
}

static bool passes(const struct cases_options *o, const char *text)
{
	bool passed;

	free(outcome(o, text, &passed));
	return passed;
}

/* The document with `between` put in before its byte `at`. */
static char *cut(const char *document, size_t at, const char *between)
{
	return xasprintf("%.*s%s%s", (int)at, document, between, document + at);
}

START_TEST(samples_are_what_they_are_called)
{
	const struct cases_options o = {.format = samples[_i].format}, any = {0};

	ck_assert(passes(&o, samples[_i].documents[WELL]));
	ck_assert(!passes(&o, samples[_i].documents[ILL]));
	ck_assert(passes(&any, samples[_i].documents[WELL]));
	ck_assert(!passes(&any, samples[_i].documents[ILL]));
}
END_TEST

/* Whoever speaks in between wherever: nothing that failed passes. */
START_TEST(no_cut_makes_a_pass_of_a_failure)
{
	static const char *const between[] = {"[ 1.2] kernel\n", "MON|INFO: x\n", "MON|a\nMON|b\n", "\n", "x"};
	const struct cases_options blind = {.format = samples[_i].format},
				   knowing = {.format = samples[_i].format, .others = others};
	const char *ill = samples[_i].documents[ILL];

	for (size_t i = 0; i < sizeof between / sizeof between[0]; i++) {
		for (size_t at = 0; at <= strlen(ill); at++) {
			char *text = cut(ill, at, between[i]);

			ck_assert_msg(!passes(&blind, text) && !passes(&knowing, text), "passed:\n%s", text);
			free(text);
		}
	}
}
END_TEST

/* Who knows how the others' lines begin reads the same as if nobody had spoken. */
START_TEST(lines_cut_by_known_speakers_are_put_together)
{
	static const char *const between[] = {"MON|INFO: x\n", "MON|a\nPD|b: c\n"};
	const struct cases_options o = {.format = samples[_i].format, .others = others};

	for (int d = WELL; d <= ILL; d++) {
		bool passed, passed_cut;
		char *want = outcome(&o, samples[_i].documents[d], &passed);

		for (size_t at = 0; at <= strlen(samples[_i].documents[d]); at++) {
			char *text = cut(samples[_i].documents[d], at, between[at % 2]);
			char *got = outcome(&o, text, &passed_cut);

			ck_assert_msg(strcmp(got, want) == 0 && passed == passed_cut, "of:\n%s\ncame:\n%s", text, got);
			free(got);
			free(text);
		}
		free(want);
	}
}
END_TEST

/* Wherever it ends, up to its last line: it does not pass. Nor with any one line missing, when something failed. */
START_TEST(what_is_cut_off_does_not_pass)
{
	const struct cases_options o = {.format = samples[_i].format};
	const char *well = samples[_i].documents[WELL], *ill = samples[_i].documents[ILL];
	size_t last = strlen(well) - 1;

	while (well[last - 1] != '\n')
		last--;
	for (size_t at = 0; at <= last; at++) {
		char *text = xasprintf("%.*s", (int)at, well);

		ck_assert_msg(!passes(&o, text), "passed:\n%s", text);
		free(text);
	}
	for (const char *line = ill; *line; line = strchr(line, '\n') + 1) {
		char *text = xasprintf("%.*s%s", (int)(line - ill), ill, strchr(line, '\n') + 1);

		ck_assert_msg(!passes(&o, text), "passed:\n%s", text);
		free(text);
	}
}
END_TEST

START_TEST(a_prefix_tells_two_speakers_apart)
{
	const struct cases_options o = {.format = "tap", .prefix = "PD|a: ", .others = others};
	bool passed;
	char *got = outcome(&o,
			    "TAP version 14\nPD|a: TAP version 14\nPD|b: TAP version 14\nPD|a: 1..3\nnot ok 1\n"
			    "PD|b: not ok 1\nPD|a: ok 1 - x\nMON|INFO: siPD|a: ok 2 - y\nPD|a: not MON|z\nok 3 - z\n",
			    &passed);

	ck_assert_str_eq(got, "pass x\npass y\nfail z\n");
	free(got);
}
END_TEST

START_TEST(two_whole_lines_stay_two)
{
	const struct cases_options o = {.format = "tap", .others = others};
	bool passed;
	char *got = outcome(&o, "TAP version 14\n1..3\nok 1 - says MON|\nok 2 - bPD|x\n\nok 3 - cPD|x\nd\n", &passed);

	ck_assert_str_eq(got, "pass says\npass b\npass cd\n");
	free(got);
}
END_TEST

START_TEST(any_format_is_known_by_its_first_line)
{
	static const struct {
		const char *line, *format;
	} rows[] = {{"TAP version 13", "tap"}, {"KTAP version 1", "ktap"}, {"<testsuite>", "sel4test"},
		    {"ok 1", NULL},            {"1..1", NULL},             {"  TAP version 13", NULL}};
	struct cases c;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cases_init(&c, &(struct cases_options){0});
		cases_line(&c, rows[i].line, strlen(rows[i].line), (struct cases_place){0});
		ck_assert_int_eq(c.begun, rows[i].format != NULL);
		ck_assert_ptr_eq(c.format, rows[i].format ? c.format : NULL);
		cases_finish(&c);
	}
}
END_TEST

START_TEST(more_cases_than_are_kept_are_a_fault)
{
	struct cases_place place = {0};
	struct cases c;
	char line[64];

	cases_init(&c, &(struct cases_options){.format = "tap"});
	cases_line(&c, "TAP version 14", 14, place);
	for (int i = 1; i <= CASES_MAX + 5; i++)
		cases_line(&c, line, (size_t)snprintf(line, sizeof line, "ok %d", i), place);
	ck_assert(c.over);
	cases_end(&c, NULL);
	ck_assert_uint_eq(c.count, CASES_MAX);
	ck_assert(!cases_passed(&c));
	ck_assert_str_eq(c.faults[c.fault_count - 1], "more than 10000 cases came: the rest was not read");
	cases_finish(&c);
}
END_TEST

START_TEST(what_cut_it_off_is_said)
{
	struct cases c;

	cases_init(&c, &(struct cases_options){.format = "tap"});
	casetext_feed(&c, "TAP version 14\n1..2\nok 1\n");
	cases_end(&c, "too late");
	ck_assert_str_eq(c.faults[0], "it was cut off: too late");
	ck_assert_str_eq(c.faults[1], "the plan is 1..2, and 1 result came, missing: 2");
	cases_finish(&c);
	cases_init(&c, &(struct cases_options){.format = "tap"});
	casetext_feed(&c, "TAP version 14\n1..1\nok 1\n");
	cases_end(&c, "too late");
	ck_assert_uint_eq(c.fault_count, 0);
	cases_finish(&c);
}
END_TEST

START_TEST(names_texts_and_faults_are_bounded)
{
	struct cases_place place = {0};
	struct cases c;
	struct buf line;

	buf_init(&line);
	cases_init(&c, &(struct cases_options){.format = "tap", .others = others});
	cases_line(&c, "TAP version 14", 14, place);
	buf_adds(&line, "not ok 1 - ");
	for (int i = 0; i < 100000; i++)
		buf_addc(&line, 'x');
	cases_line(&c, line.data, line.len, place);
	line.data[0] = '#';
	for (int i = 0; i < 100; i++)
		cases_line(&c, line.data, line.len, place);
	for (int i = 0; i < 1000; i++)
		cases_line(&c, "ok 1", 4, place);
	for (int i = 0; i < 1000; i++)
		cases_line(&c, "xMON|", 5, place);
	cases_end(&c, NULL);
	ck_assert_uint_eq(strlen(c.items[0].name), CASES_NAME_MAX);
	ck_assert_uint_le(c.items[0].text.len, CASES_TEXT_MAX);
	ck_assert_uint_gt(c.fault_count, CASES_FAULTS_KEPT);
	ck_assert_uint_le(c.speaker.head.len, SPEAKER_LINE_MAX);
	cases_finish(&c);
	buf_finish(&line);
}
END_TEST

/* A small generator of its own, so that a failure can be repeated. */
static unsigned next(unsigned *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Pieces of all formats, thrown together: it must come to an end, and to no pass with a failure in it. */
START_TEST(nonsense_is_survived)
{
	static const char *const pieces[] = {
		"ok ", "not ", "not ok ", "1", "2", "1..2", "\n", "\n", "  ", "    ", "TAP version 14\n", "KTAP version 1\n",
		"# SKIP", "# TODO", "# Subtest: x\n", "---\n", "...\n", "Bail out!", "<testsuite>", "</testsuite>",
		"<testcase name=\"a\">", "<testcase name=\"", "</testcase>", "<failure", "<failure>", "</failure>", "/>", "<",
		"<system-out>", "&lt;", "MON|", "\xff\x01", "All is well in the universe", "- ", "99999999999999999999",
	};
	const struct cases_options o = {.format = cases_format_name(_i % 4), .others = _i % 2 ? others : NULL};
	unsigned state = (unsigned)_i + 1;

	for (int round = 0; round < 200; round++) {
		struct buf text;
		struct cases c;

		buf_init(&text);
		for (int i = 0; i < 60; i++)
			buf_adds(&text, pieces[next(&state) % (sizeof pieces / sizeof pieces[0])]);
		cases_init(&c, &o);
		casetext_feed(&c, text.data);
		cases_end(&c, NULL);
		ck_assert(!cases_passed(&c) || (!c.outcomes[CASE_FAIL] && c.outcomes[CASE_PASS]));
		ck_assert_uint_eq(c.outcomes[CASE_PASS] + c.outcomes[CASE_FAIL] + c.outcomes[CASE_SKIP] +
				  c.outcomes[CASE_TODO], c.count);
		cases_finish(&c);
		buf_finish(&text);
	}
}
END_TEST

/* A guest may print zeros, and whoever feeds lines may not have taken them out. */
START_TEST(a_name_that_begins_with_a_zero_is_no_name)
{
	static const char line[] = "ok 1 \0x # SKIP";
	struct cases c;

	cases_init(&c, &(struct cases_options){.format = "tap"});
	casetext_feed(&c, "TAP version 14\n1..1\n");
	cases_line(&c, line, sizeof line - 1, (struct cases_place){.at_ms = 1});
	cases_end(&c, NULL);
	ck_assert_uint_eq(c.count, 1);
	ck_assert_str_eq(c.items[0].name, "test 1");
	cases_finish(&c);
}
END_TEST

Suite *cases_test(void)
{
	Suite *s = suite_create("cases");
	TCase *t = tcase_create("cases");

	tcase_add_loop_test(t, samples_are_what_they_are_called, 0, SAMPLES);
	tcase_add_loop_test(t, no_cut_makes_a_pass_of_a_failure, 0, SAMPLES);
	tcase_add_loop_test(t, lines_cut_by_known_speakers_are_put_together, 0, SAMPLES);
	tcase_add_loop_test(t, what_is_cut_off_does_not_pass, 0, SAMPLES);
	tcase_add_test(t, a_prefix_tells_two_speakers_apart);
	tcase_add_test(t, two_whole_lines_stay_two);
	tcase_add_test(t, any_format_is_known_by_its_first_line);
	tcase_add_test(t, more_cases_than_are_kept_are_a_fault);
	tcase_add_test(t, what_cut_it_off_is_said);
	tcase_add_test(t, names_texts_and_faults_are_bounded);
	tcase_add_loop_test(t, nonsense_is_survived, 0, 20);
	tcase_add_test(t, a_name_that_begins_with_a_zero_is_no_name);
	suite_add_tcase(s, t);
	return s;
}
