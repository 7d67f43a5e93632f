#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result/markdown.h"
#include "result/report.h"
#include "result/reproduce.h"
#include "result/sample.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

Suite *formats_test(void);

#define TOKEN "0123456789abcdef0123456789abcdef"

/* ---- the sample run, with whatever the k-th session is made to be ---- */

static void record(struct sample *s, struct run_record *r, size_t k, void (*change)(struct session_result *result))
{
	sample_setup(s);
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct session_result result;
		char *json;

		sample_result(&result, i);
		if (i == k)
			change(&result);
		json = session_result_to_json(&result);
		ck_assert_int_eq(journal_session_ended(s->journal, json, NULL), 0);
		free(json);
		session_result_finish(&result);
	}
	sample_read(r, journal_dir(s->journal));
	r->dir = "/results/" SAMPLE_RUN;
	r->ended = true;
	r->exit_status = run_exit_status(r, false);
	r->ended_at = "2026-01-31T23:58:13.200Z";
}

static void as_it_is(struct session_result *result)
{
	(void)result;
}

static void done(struct sample *s, struct run_record *r)
{
	run_record_finish(r);
	sample_teardown(s);
}

static void ck_golden(const char *file, const struct buf *text)
{
	char *path = xasprintf("tests/golden/result/%s", file), *seen = xasprintf("build/seen-%s", file);
	struct buf want = {0};

	ck_assert_int_eq(file_read(path, &want, NULL), 0);
	if (strcmp(text->data, want.data) != 0) {
		file_write_atomic(seen, text->data, text->len, false, NULL);
		ck_abort_msg("diff %s %s", path, seen);
	}
	buf_finish(&want);
	free(path);
	free(seen);
}

static void github(struct buf *out, const struct run_record *r)
{
	report_folded(out, r, &(struct report_folding){.reader = REPORT_FOR_GITHUB, .token = TOKEN, .root = "/home/ada"});
}

static void gitlab(struct buf *out, const struct run_record *r)
{
	report_folded(out, r, &(struct report_folding){.reader = REPORT_FOR_GITLAB, .now_s = 1769903893});
}

static void people(struct buf *out, const struct run_record *r)
{
	report_folded(out, r, &(struct report_folding){.reader = REPORT_FOR_PEOPLE});
}

static const struct writer {
	const char *golden;
	void (*write)(struct buf *out, const struct run_record *r);
} writers[] = {{"results.tap", report_tap}, {"summary.md", report_summary}, {"github.log", github}, {"gitlab.log", gitlab}};
enum { WRITERS = sizeof writers / sizeof writers[0] };

START_TEST(formats_are_as_their_readers_know_them)
{
	struct buf text = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 0, as_it_is);
	writers[_i].write(&text, &r);
	ck_golden(writers[_i].golden, &text);
	buf_finish(&text);
	done(&s, &r);
}
END_TEST

/* ---- prove ---- */

/* Its exit status on the run's TAP 13. */
static int proved(const struct run_record *r, struct buf *said)
{
	char path[] = "/tmp/runtest-formats-XXXXXX.tap";
	const char *const argv[] = {"prove", path, NULL};
	struct proc_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
	struct buf text = {0};
	struct err e = {0};
	int fd = mkstemps(path, 4), status;

	report_tap13(&text, r);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_write_all(fd, text.data, text.len), 0);
	status = proc_run(&spec, said, &e);
	ck_assert_msg(status >= 0, "%s", e.what);
	close(fd);
	unlink(path);
	buf_finish(&text);
	return status;
}

/* The sample's sessions as this verdict; the run has ended as that demands. */
static void judge_all(struct run_record *r, enum verdict v)
{
	for (size_t i = 0; i < r->plan_count; i++)
		r->sessions[i].verdict = v;
	r->ended = true;
	r->exit_status = run_exit_status(r, false);
}

/* prove says yes exactly when the run does. */
START_TEST(prove_agrees_with_the_exit_status)
{
	enum verdict v = (enum verdict)_i;
	struct buf said = {0};
	struct run_record r;
	struct sample s;
	int status;

	record(&s, &r, 0, as_it_is);
	judge_all(&r, v);
	status = proved(&r, &said);
	ck_assert_msg((status == 0) == (r.exit_status == 0), "%s: exit status %d, prove's %d: %s", verdict_name(v), r.exit_status,
		      status, said.data);
	ck_assert_ptr_null(strstr(said.data, "Parse errors"));
	buf_finish(&said);
	done(&s, &r);
}
END_TEST

START_TEST(prove_passes_over_what_is_in_quarantine)
{
	struct buf said = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 0, as_it_is);
	judge_all(&r, VERDICT_FAIL);
	for (size_t i = 0; i < r.plan_count; i++)
		r.sessions[i].quarantine = (struct quarantine_note){"slow", "a slow board # 3", "2026-12-31", "x.yaml:3"};
	r.exit_status = run_exit_status(&r, false);
	ck_assert_int_eq(r.exit_status, 0);
	ck_assert_int_eq(proved(&r, &said), 0);
	r.settings.expired = (const char *const[]){"scenarios/quarantine/a.yaml:3: over", NULL};
	r.exit_status = run_exit_status(&r, false);
	ck_assert_int_ne(proved(&r, &said), 0);
	ck_assert_ptr_nonnull(strstr(said.data, "scenarios/quarantine/a.yaml:3"));
	buf_finish(&said);
	done(&s, &r);
}
END_TEST

static void with_tests(struct session_result *result)
{
	sample_guest_tests(result, true);
}

START_TEST(a_subtest_is_the_guests_own)
{
	struct buf text = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 2, with_tests);
	report_tap(&text, &r);
	ck_assert_ptr_nonnull(strstr(text.data, "# Subtest: pd-survives / patched / qemu_virt_aarch64_el1 / debug\n    1.."));
	ck_assert_ptr_nonnull(strstr(text.data, "\n    ok 1 - mem/copies\n"));
	ck_assert_ptr_nonnull(strstr(text.data, "\n    not ok "));
	buf_finish(&text);
	done(&s, &r);
}
END_TEST

/* ---- what boards print ---- */

static const char evil[] = "\r\n::error::forged\n::stop-commands::x\n##[error]forged\n::" TOKEN "x::\nnot ok 1\nBail out!\n1..0\n"
			   "  ...\n# SKIP all \\# \"' \001\x7f\xff\xe2\x80\xae\xef\xbf\xbe `` ````` </details><script>|a|b|\n"
			   "@somebody #1 https://example.org [x](y) *b* _c_ %0A%0D\033[0Ksection_end:1:runtest_1\r\033[0K";

static void make_evil(struct session_result *result)
{
	result->why = result->evidence.tail = result->evidence.ground = evil;
	result->evidence.denied[0].text = result->evidence.denied[0].pattern = evil;
	result->evidence.pages[2].region = evil;
}

static void ck_lines(const struct buf *text, const char *begin, int most)
{
	int n = 0;

	for (const char *p = text->data; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		n += strncmp(p, begin, strlen(begin)) == 0;
	}
	ck_assert_msg(n <= most, "%d lines begin with %s", n, begin);
}

/* Every line that begins a command is one of this program's: 4 failures are annotated, and 4 are folded. */
START_TEST(nothing_on_a_console_is_a_command_to_a_ci_system)
{
	struct buf text = {0};
	struct run_record r;
	struct sample s;
	const char *p;

	record(&s, &r, 2, make_evil);
	github(&text, &r);
	ck_lines(&text, "::error ", 4);
	ck_lines(&text, "::error::", 0);
	ck_lines(&text, "::stop-commands::" TOKEN, 5);
	ck_lines(&text, "::" TOKEN "::", 5);
	for (p = text.data; (p = strstr(p, "##[")); p++) {
		const char *off = NULL, *on = NULL;

		for (const char *q = text.data; q < p; q++) {
			off = strncmp(q, "\n::stop-commands::" TOKEN "\n", 18 + strlen(TOKEN)) == 0 ? q : off;
			on = strncmp(q, "\n::" TOKEN "::\n", 5 + strlen(TOKEN)) == 0 ? q : on;
		}
		while (p > text.data && p[-1] != '\n')
			p--;
		/* where commands are on, the line is one of this program's own, which is read as that and nothing else */
		ck_assert((off && (!on || on < off)) || strncmp(p, "::error ", 8) == 0 || strncmp(p, "::group::", 9) == 0);
		p = strchr(p, '\n');
	}
	buf_clear(&text);
	gitlab(&text, &r);
	for (p = text.data; (p = strchr(p, '\r')); p++)
		ck_assert(strncmp(p, "\r\033[0K", 5) == 0);
	ck_assert_ptr_null(strstr(text.data, "\033[0Ksection_end:1:runtest_1"));
	buf_finish(&text);
	done(&s, &r);
}
END_TEST

START_TEST(nothing_on_a_console_is_a_test_point)
{
	struct buf text = {0}, said = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 2, make_evil);
	report_tap(&text, &r);
	ck_lines(&text, "not ok ", 4);
	ck_lines(&text, "Bail out!", 0);
	ck_lines(&text, "1..", 1);
	for (const char *c = text.data; *c; c++)
		ck_assert(*c == '\n' || (unsigned char)*c >= ' ');
	ck_assert_int_eq(proved(&r, &said), 1);
	ck_assert_ptr_nonnull(strstr(said.data, "Failed 4/6"));
	ck_assert_ptr_null(strstr(said.data, "Parse errors"));
	buf_finish(&text);
	buf_finish(&said);
	done(&s, &r);
}
END_TEST

START_TEST(nothing_on_a_console_is_markup)
{
	static const struct {
		const char *text, *plain;
	} texts[] = {
		{"a|b", "a\\|b"},       {"<b>", "&lt;b&gt;"},        {"@ada", "&#64;ada"}, {"`x`", "\\`x\\`"},
		{"[x](y)", "\\[x\\](y)"}, {"http://a", "http&#58;//a"}, {"a\nb", "a\\\\nb"},  {"a-b: 1.5s", "a-b: 1.5s"},
		{"www.a.b", "www\\.a.b"}, {"$x$ #1", "\\$x\\$ \\#1"},
		{"_a_b_", "\\_a_b\\_"},
	};
	struct buf text = {0};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		buf_clear(&text);
		markdown_add_text(&text, texts[i].text);
		ck_assert_str_eq(text.data, texts[i].plain);
	}
	buf_clear(&text);
	markdown_add_html(&text, "</summary> `x` @ada");
	ck_assert_str_eq(text.data, "&lt;/summary&gt; `x` &#64;ada");
	buf_clear(&text);
	markdown_add_block(&text, "a ```` b");
	ck_assert_str_eq(text.data, "`````text\na ```` b\n`````\n");
	buf_finish(&text);
}
END_TEST

/* ---- JUnit: attempts before the last one ---- */

/* xmllint says yes to the run's JUnit, by both schemas. */
static void ck_junit(const struct buf *text)
{
	static const char *const schemas[] = {"docs/junit.xsd", "docs/junit-readers.xsd"};
	char path[] = "/tmp/runtest-junit-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_write_all(fd, text->data, text->len), 0);
	for (int i = 0; i < 2; i++) {
		const char *const argv[] = {"xmllint", "--noout", "--schema", schemas[i], path, NULL};
		struct proc_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
		struct buf said = {0};
		struct err e = {0};

		ck_assert_msg(proc_run(&spec, &said, &e) == 0, "%s: %s %s", schemas[i], e.what, said.data);
		buf_finish(&said);
	}
	close(fd);
	unlink(path);
}

START_TEST(attempts_are_reruns)
{
	static struct attempt_summary tried[] = {
		{1, VERDICT_FAIL, CAUSE_PD_FAULT, "it <faulted>", "rock-7", NULL, "s/1", 5}, {2, VERDICT_INFRA, 0, NULL, NULL, NULL, NULL, 5}};
	static const struct {
		enum verdict verdict;
		const char *parts[4];
	} runs[] = {
		{VERDICT_FLAKY, {"<flakyFailure type=\"pd-fault\" message=\"it &lt;faulted&gt;\">attempt 1 on rock-7: it ", "<flakyError "}},
		{VERDICT_FAIL, {"<failure ", "<rerunFailure ", "<rerunError "}},
		{VERDICT_PASS, {"<flakyFailure ", "<flakyError "}},
	};
	struct buf text = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 0, as_it_is);
	r.plan_count = 1;
	r.sessions[0].tried = tried;
	r.sessions[0].tried_count = 2;
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		r.sessions[0].verdict = runs[i].verdict;
		buf_clear(&text);
		report_junit(&text, &r);
		for (const char *const *part = runs[i].parts; *part; part++)
			ck_assert_msg(strstr(text.data, *part), "no %s in %s", *part, text.data);
		ck_assert_int_eq(strstr(text.data, "<failure ") != NULL, runs[i].verdict == VERDICT_FAIL);
		ck_junit(&text);
	}
	r.plan_count = SAMPLE_COUNT;
	buf_finish(&text);
	done(&s, &r);
}
END_TEST

/* ---- many ---- */

static void copies(struct run_record *r, size_t n, struct session_result *sessions, char (*names)[32])
{
	for (size_t i = 0; i < n; i++) {
		snprintf(names[i], sizeof names[i], "patched-%zu", i);
		sessions[i] = r->sessions[2];
		sessions[i].variant = names[i];
	}
	r->sessions = sessions;
	r->plan_count = n;
}

START_TEST(of_very_many_failures_there_are_only_so_many)
{
	enum { MANY = 3000 };
	struct session_result *sessions = xcalloc(MANY, sizeof *sessions);
	char (*names)[32] = xcalloc(MANY, sizeof *names);
	struct buf text = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 2, as_it_is);
	copies(&r, MANY, sessions, names);
	github(&text, &r);
	ck_lines(&text, "::error ", 10);
	ck_assert_ptr_nonnull(strstr(text.data, "::2991 more: "));
	buf_clear(&text);
	report_summary(&text, &r);
	ck_assert_uint_le(text.len, REPORT_SUMMARY_MOST);
	ck_assert_ptr_nonnull(strstr(text.data, "\n2800 more rows are not shown.\n"));
	ck_assert_ptr_nonnull(strstr(text.data, " more failures: "));
	buf_finish(&text);
	r.plan_count = SAMPLE_COUNT;
	free(sessions);
	free(names);
	done(&s, &r);
}
END_TEST

/* ---- the way back ---- */

static const char *command(const struct reproduce *p, const char *what)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->commands[i].what, what) == 0)
			return p->commands[i].line;
	return NULL;
}

START_TEST(commands_name_what_they_need)
{
	struct session_result *session;
	struct reproduce p;
	struct run_record r;
	struct sample s;

	record(&s, &r, 0, as_it_is);
	session = &r.sessions[2];
	r.dir = "/home/ada/boot/results/" SAMPLE_RUN;
	r.settings.project = "/home/ada/boot";
	reproduce_find(&p, &r, session, &r.arena);
	ck_assert_str_eq(command(&p, "again"), "runtest run --only " SAMPLE_RUN "/pd-survives.patched.el1");
	ck_assert_str_eq(command(&p, "anywhere"),
			 "runtest run pd-survives --variant patched --board qemu_virt_aarch64_el1 --config debug");
	ck_assert_ptr_null(command(&p, "replay")); /* nothing was recorded */
	session->recording = "recording.json";
	session->survival = NULL;
	r.settings.command = (const char *const[]){"runtest", "--project=boot", "--lab", "a b", "run", NULL};
	r.dir = "/tmp/it's/" SAMPLE_RUN;
	reproduce_find(&p, &r, session, &r.arena);
	ck_assert_ptr_null(command(&p, "map"));
	ck_assert_str_eq(command(&p, "culprit"), "runtest --project /home/ada/boot --lab 'a b' culprit " SAMPLE_RUN
						 "/pd-survives.patched.el1 --results '/tmp/it'\\''s'");
	session->evidence.page_count = 0;
	reproduce_find(&p, &r, session, &r.arena);
	ck_assert_ptr_null(command(&p, "culprit")); /* no page was lost */
	session->variant = "patched@base";
	reproduce_find(&p, &r, session, &r.arena);
	ck_assert_uint_eq(p.count, 1);
	ck_assert_str_eq(p.commands[0].what, "replay");
	done(&s, &r);
}
END_TEST

START_TEST(people_get_failures_and_table)
{
	struct buf text = {0};
	struct run_record r;
	struct sample s;

	record(&s, &r, 0, as_it_is);
	people(&text, &r);
	ck_assert_ptr_null(strstr(text.data, "::"));
	ck_assert_ptr_nonnull(strstr(text.data, "console.log\n\npd-survives"));
	ck_assert_ptr_nonnull(strstr(text.data, "\n\n   scenario"));
	buf_finish(&text);
	done(&s, &r);
}
END_TEST

Suite *formats_test(void)
{
	Suite *s = suite_create("formats");
	TCase *t = tcase_create("formats");

	tcase_add_loop_test(t, formats_are_as_their_readers_know_them, 0, WRITERS);
	tcase_add_loop_test(t, prove_agrees_with_the_exit_status, VERDICT_NONE, VERDICT_COUNT);
	tcase_add_test(t, prove_passes_over_what_is_in_quarantine);
	tcase_add_test(t, a_subtest_is_the_guests_own);
	tcase_add_test(t, nothing_on_a_console_is_a_command_to_a_ci_system);
	tcase_add_test(t, nothing_on_a_console_is_a_test_point);
	tcase_add_test(t, nothing_on_a_console_is_markup);
	tcase_add_test(t, attempts_are_reruns);
	tcase_add_test(t, of_very_many_failures_there_are_only_so_many);
	tcase_add_test(t, commands_name_what_they_need);
	tcase_add_test(t, people_get_failures_and_table);
	suite_add_tcase(s, t);
	return s;
}
