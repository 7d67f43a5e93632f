#include "nightly/bulletin.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "nightly/letter.h"
#include "util/utf8.h"

Suite *bulletin_test(void);

static struct arena arena;
static struct outcomes before, now;
static struct changes changes;
static struct buf out;

static void begin(void)
{
	arena_init(&arena);
	memset(&before, 0, sizeof before);
	memset(&now, 0, sizeof now);
	buf_init(&out);
}

static void end(void)
{
	arena_finish(&arena);
	buf_finish(&out);
}

static struct outcome *came_to(struct outcomes *o, const char *session, enum verdict v, const char *why)
{
	o->items = arena_grow(&arena, o->items, &o->room, o->count + 1, sizeof *o->items);
	o->items[o->count] = (struct outcome){.session = session, .run = "r1", .verdict = v, .why = why};
	return &o->items[o->count++];
}

static struct bulletin bulletin(void)
{
	static const struct bulletin_job job = {"main", "r2", 1};
	struct bulletin b = {.name = "every-board", .started = "2026-01-31T23:58:12.000Z", .host = "shelf", .exit_status = 1,
			     .jobs = &job, .job_count = 1, .totals.count = {[VERDICT_PASS] = 7, [VERDICT_FAIL] = 2},
			     .changes = &changes};

	outcomes_settle(&before);
	outcomes_settle(&now);
	changes_find(&changes, &before, &now, &arena);
	return b;
}

START_TEST(regressions_come_first_then_totals_then_how_to_run_them_again)
{
	static const struct trouble trouble = {"unit rock-1", "left out: nothing came on its console"};
	struct bulletin b;

	came_to(&before, "a.v.u.c", VERDICT_PASS, NULL);
	came_to(&before, "b.v.u.c", VERDICT_FAIL, NULL);
	came_to(&before, "c.v.u.c", VERDICT_FAIL, NULL);
	*came_to(&now, "a.v.u.c", VERDICT_FAIL, "the code of hello was cleared") = (struct outcome){
		.session = "a.v.u.c", .run = "r2", .verdict = VERDICT_FAIL, .cause = CAUSE_PD_CODE_CLEARED,
		.why = "the code of hello was cleared", .again = "runtest run a"};
	came_to(&now, "b.v.u.c", VERDICT_PASS, "fine");
	came_to(&now, "c.v.u.c", VERDICT_FAIL, "as ever");
	b = bulletin();
	b.before = "2026-01-30T23:58:12.000Z";
	b.troubles = &trouble;
	b.trouble_count = 1;
	bulletin_text(&out, &b);
	ck_assert_str_eq(out.data,
			 "1 newly failing:\n"
			 "  a.v.u.c  fail pd-code-cleared\n"
			 "    the code of hello was cleared\n"
			 "    before: pass in run r1\n"
			 "\n"
			 "1 newly passing:\n"
			 "  b.v.u.c  pass\n"
			 "    before: fail in run r1\n"
			 "\n"
			 "Trouble:\n"
			 "  unit rock-1: left out: nothing came on its console\n"
			 "\n"
			 "9 sessions: 7 pass, 2 fail; exit status 1\n"
			 "  main: exit status 1, run r2\n"
			 "\n"
			 "Again:\n"
			 "  runtest run a\n"
			 "\n"
			 "1 still failing:\n"
			 "  c.v.u.c  fail\n"
			 "    as ever\n"
			 "\n"
			 "Begun 2026-01-31T23:58:12.000Z on shelf; compared with what was told at 2026-01-30T23:58:12.000Z\n");
	buf_clear(&out);
	bulletin_subject(&out, &b);
	ck_assert_str_eq(out.data, "nightly every-board: 1 newly failing, 1 newly passing, 1 trouble");
	ck_assert(bulletin_is_news(&b));
}
END_TEST

START_TEST(a_quiet_night_says_so)
{
	struct bulletin b;

	came_to(&now, "a.v.u.c", VERDICT_PASS, "fine");
	b = bulletin();
	b.exit_status = 0;
	ck_assert(!bulletin_is_news(&b));
	bulletin_subject(&out, &b);
	ck_assert_str_eq(out.data, "nightly every-board: all as demanded");
	buf_clear(&out);
	b.exit_status = 3;
	bulletin_subject(&out, &b);
	ck_assert_str_eq(out.data, "nightly every-board: nothing new, and not well");
	b.trouble_news = 1;
	ck_assert(bulletin_is_news(&b));
}
END_TEST

START_TEST(very_many_are_counted_and_not_listed)
{
	struct bulletin b;

	static const enum verdict was[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_INFRA, VERDICT_FLAKY};
	static const enum verdict is[] = {VERDICT_INFRA, VERDICT_FAIL, VERDICT_TIMEOUT, VERDICT_FLAKY};

	for (int i = 0; i < 800; i++) {
		char *why = arena_alloc(&arena, 4001);

		memset(why, 'x', 4000);
		came_to(&before, arena_printf(&arena, "s%03d.v.u.c", i), was[i / 4 % 4], NULL);
		came_to(&now, arena_printf(&arena, "s%03d.v.u.c", i), is[i % 4], why);
	}
	b = bulletin();
	bulletin_text(&out, &b);
	ck_assert_ptr_nonnull(strstr(out.data, "300 newly failing:\n  s001.v.u.c  fail\n"));
	ck_assert_ptr_nonnull(strstr(out.data, "  and 280 more\n"));
	ck_assert_ptr_null(strstr(out.data, "s799"));
	buf_clear(&out);
	bulletin_chat(&out, &b);
	ck_assert_uint_lt(out.len, 16383); /* Mattermost takes no more characters */
	ck_assert_ptr_nonnull(strstr(out.data, "... and more, which"));
}
END_TEST

/* What a board printed may be in a reason. */
static const char hostile[] = "\033[2J<!channel> ``` \xff \r\nBcc: all@example.org\nand \xe2\x82\xac";

START_TEST(a_reason_cannot_command_a_terminal_or_a_chat)
{
	struct bulletin b;
	const char *text;
	json_t *v;

	came_to(&now, "a.v.u.c", VERDICT_FAIL, hostile);
	b = bulletin();
	bulletin_text(&out, &b);
	ck_assert(utf8_valid(out.data, out.len));
	ck_assert_ptr_null(strchr(out.data, '\033'));
	ck_assert_ptr_null(strstr(out.data, "\nBcc:"));
	buf_clear(&out);
	bulletin_chat(&out, &b);
	v = json_loadb(out.data, out.len, 0, NULL);
	text = json_string_value(json_object_get(v, "text"));
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(strstr(text, "<!"));
	ck_assert_ptr_nonnull(strstr(text, "\n```\n1 newly failing:"));
	ck_assert_ptr_null(strstr(strstr(text, "```") + 3, "``` "));
	ck_assert_ptr_nonnull(strstr(text, "\xe2\x82\xac"));
	json_decref(v);
}
END_TEST

START_TEST(programs_get_all_of_it)
{
	struct bulletin b;
	json_t *v, *one;

	came_to(&before, "a.v.u.c", VERDICT_PASS, NULL);
	came_to(&now, "a.v.u.c", VERDICT_TIMEOUT, hostile)->cause = CAUSE_KERNEL_PANIC;
	b = bulletin();
	bulletin_json(&out, &b);
	v = json_loadb(out.data, out.len, 0, NULL);
	ck_assert_ptr_nonnull(v);
	ck_assert_str_eq(json_string_value(json_object_get(v, "nightly")), "every-board");
	ck_assert(json_is_true(json_object_get(v, "news")));
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(v, "counts"), "newly-failing")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(v, "totals"), "pass")), 7);
	one = json_array_get(json_object_get(json_object_get(v, "changes"), "newly-failing"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(one, "session")), "a.v.u.c");
	ck_assert_str_eq(json_string_value(json_object_get(one, "cause")), "kernel-panic");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(one, "before"), "verdict")), "pass");
	ck_assert(json_is_null(json_object_get(v, "compared_with")));
	json_decref(v);
}
END_TEST

/* ---- as mail ---- */

START_TEST(a_header_is_one_header_whatever_it_holds)
{
	static const char *const texts[] = {"plain", "two\nBcc: x@y", "two\r\n\r\nbody", "=?UTF-8?B?eA==?=", "Grüße", hostile,
					    "a very long line that goes on and on, so that it would not fit into one line of a header"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *line;

		buf_clear(&out);
		letter_add_header(&out, "Subject", texts[i]);
		ck_assert_int_eq(strncmp(out.data, "Subject: ", 9), 0);
		ck_assert_int_eq(out.data[out.len - 1], '\n');
		for (line = strchr(out.data, '\n'); line[1]; line = strchr(line + 1, '\n'))
			ck_assert_int_eq(line[1], ' '); /* folded */
		for (const char *p = out.data; *p; p++)
			ck_assert(*p == '\n' || (*p >= ' ' && *p <= '~'));
		ck_assert_ptr_null(strstr(out.data, "\nBcc"));
	}
	buf_clear(&out);
	letter_add_header(&out, "Subject", "plain");
	ck_assert_str_eq(out.data, "Subject: plain\n");
	buf_clear(&out);
	letter_add_header(&out, "Subject", "Grüße");
	ck_assert_str_eq(out.data, "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\n");
}
END_TEST

START_TEST(quoted_printable_lines_are_short_and_safe)
{
	static const char text[] = ".\nFrom here\na=b \nGr\xc3\xbc\xc3\x9f"
				   "e\n0123456789012345678901234567890123456789012345678901234567890123456789012345\n";

	letter_add_quoted(&out, text, sizeof text - 1);
	ck_assert_str_eq(out.data, "=2E\n=46rom here\na=3Db=20\nGr=C3=BC=C3=9Fe\n"
				   "012345678901234567890123456789012345678901234567890123456789012345678901234=\n5\n");
}
END_TEST

START_TEST(a_letter_has_its_headers_and_then_its_text)
{
	static const char *const to[] = {"a@example.org", "b@example.org", NULL};
	struct letter l = {.from = "boards@example.org", .to = to, .subject = "s", .text = "t\n", .id = "1", .host = "h"};

	letter_write(&out, &l);
	ck_assert_str_eq(out.data, "From: boards@example.org\nTo: a@example.org,\n b@example.org\nSubject: s\nMessage-ID: <1@h>\n"
				   "Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
				   "Content-Transfer-Encoding: quoted-printable\n\nt\n");
	l.from = NULL;
	buf_clear(&out);
	letter_write(&out, &l);
	ck_assert_int_eq(strncmp(out.data, "To: ", 4), 0);
}
END_TEST

Suite *bulletin_test(void)
{
	Suite *s = suite_create("bulletin");
	TCase *t = tcase_create("message");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, regressions_come_first_then_totals_then_how_to_run_them_again);
	tcase_add_test(t, a_quiet_night_says_so);
	tcase_add_test(t, very_many_are_counted_and_not_listed);
	tcase_add_test(t, a_reason_cannot_command_a_terminal_or_a_chat);
	tcase_add_test(t, programs_get_all_of_it);
	tcase_add_test(t, a_header_is_one_header_whatever_it_holds);
	tcase_add_test(t, quoted_printable_lines_are_short_and_safe);
	tcase_add_test(t, a_letter_has_its_headers_and_then_its_text);
	suite_add_tcase(s, t);
	return s;
}
