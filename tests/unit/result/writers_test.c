#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result/report.h"
#include "result/sample.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/proc.h"

Suite *writers_test(void);

/* A program that judges a report must say yes; that it is missing is a failure, too. */
static void ck_accepts(const char *const *argv)
{
	struct proc_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
	struct err e = {0};
	struct buf said;
	int status;

	buf_init(&said);
	status = proc_run(&spec, &said, &e);
	ck_assert_msg(status == 0, "%s: status %d %s: %s", argv[0], status, e.what, said.data ? said.data : "");
	buf_finish(&said);
}

static void ck_schema_accepts(const char *results_json)
{
	static const char program[] =
		"import json, sys, jsonschema\n"
		"schema, results = (json.load(open(name)) for name in sys.argv[1:])\n"
		"jsonschema.Draft202012Validator.check_schema(schema)\n"
		"jsonschema.Draft202012Validator(schema).validate(results)\n";

	ck_accepts((const char *const[]){"python3", "-c", program, "docs/results.schema.json", results_json, NULL});
}

static void ck_xml_accepts(const char *junit_xml)
{
	ck_accepts((const char *const[]){"xmllint", "--noout", "--schema", "docs/junit.xsd", junit_xml, NULL});
}

/* The sample run as if it had ended in 1.2 s, in /results. */
static void sample_record(struct sample *s, struct run_record *r)
{
	sample_setup(s);
	sample_run(s);
	sample_read(r, journal_dir(s->journal));
	r->dir = "/results/" SAMPLE_RUN;
	r->ended_at = "2026-01-31T23:58:13.200Z";
}

static void sample_record_finish(struct sample *s, struct run_record *r)
{
	run_record_finish(r);
	sample_teardown(s);
}

static char *written(void (*write)(FILE *out, const struct run_record *r), const struct run_record *r)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	write(out, r);
	fclose(out);
	return text;
}

static void plain_table(FILE *out, const struct run_record *r)
{
	report_table(out, r, false);
}

static void colour_table(FILE *out, const struct run_record *r)
{
	report_table(out, r, true);
}

static void ck_golden(const char *file, const char *text)
{
	char *path = xasprintf("tests/golden/result/%s", file), *seen = xasprintf("build/seen-%s", file);
	struct buf want;

	buf_init(&want);
	ck_assert_int_eq(file_read(path, &want, NULL), 0);
	if (strcmp(text, want.data) != 0) {
		file_write_atomic(seen, text, strlen(text), false, NULL);
		ck_abort_msg("diff %s %s", path, seen);
	}
	buf_finish(&want);
	free(path);
	free(seen);
}

START_TEST(the_table_is_as_people_know_it)
{
	struct run_record r;
	struct sample s;
	char *text;

	sample_record(&s, &r);
	text = written(plain_table, &r);
	ck_golden("table.txt", text);
	free(text);
	sample_record_finish(&s, &r);
}
END_TEST

/* What got away, for whatever reason, counts as failed. */
START_TEST(a_run_of_mutants_says_how_many_were_caught)
{
	struct run_record r;
	struct sample s;
	char *text;

	sample_record(&s, &r);
	r.settings.mutants = true;
	text = written(plain_table, &r);
	ck_assert_ptr_nonnull(strstr(text, "  demanded  "));
	ck_assert_str_eq(strstr(text, "\n2 passed"), "\n2 passed, 4 failed\n");
	free(text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(failures_are_told_as_people_know_it)
{
	struct run_record r;
	struct sample s;
	char *text;

	sample_record(&s, &r);
	text = written(report_failures, &r);
	ck_golden("failures.txt", text);
	free(text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(colour_comes_only_when_asked_for)
{
	struct run_record r;
	struct sample s;
	char *plain, *colour;

	sample_record(&s, &r);
	plain = written(plain_table, &r);
	colour = written(colour_table, &r);
	ck_assert_ptr_null(strchr(plain, '\033'));
	ck_assert_ptr_nonnull(strstr(colour, "\033[32m"));
	ck_assert_ptr_nonnull(strstr(colour, "\033[31m"));
	free(plain);
	free(colour);
	sample_record_finish(&s, &r);
}
END_TEST

/* A run of `n` repeats, all of them passed but those that `judge` says otherwise of. */
static void repeats_record(struct sample *s, struct run_record *r, size_t n, enum verdict (*judge)(size_t i))
{
	struct planned *plan = xcalloc(n, sizeof *plan);
	char (*names)[32] = xcalloc(n, sizeof *names);
	struct journal *j;

	sample_setup(s);
	for (size_t i = 0; i < n; i++) {
		snprintf(names[i], sizeof names[i], "patched.%zu", i + 1);
		plan[i] = sample_sessions[0].plan;
		plan[i].name = names[i];
		plan[i].repeat = (int)i + 1;
	}
	j = journal_create(s->results, &(struct run_settings){.started = SAMPLE_STARTED}, plan, n, NULL);
	ck_assert_ptr_nonnull(j);
	for (size_t i = 0; i < n; i++) {
		struct session_result result;
		char *json;

		sample_result(&result, 0);
		result.name = names[i];
		result.verdict = judge(i);
		json = session_result_to_json(&result);
		ck_assert_int_eq(journal_session_ended(j, json, NULL), 0);
		free(json);
		session_result_finish(&result);
	}
	sample_read(r, journal_dir(j));
	journal_close(j);
	free(plan);
	free(names);
}

static enum verdict always_pass(size_t i)
{
	(void)i;
	return VERDICT_PASS;
}

static enum verdict second_and_fourth_fail(size_t i)
{
	return i == 1 || i == 3 ? VERDICT_FAIL : VERDICT_PASS;
}

START_TEST(repeats_are_one_row)
{
	struct run_record r;
	struct sample s;
	char *text;

	repeats_record(&s, &r, 50, always_pass);
	text = written(plain_table, &r);
	ck_assert_ptr_nonnull(strstr(text, "50 × pass  ~79ms  6 pages intact\n"));
	free(text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(repeats_that_differ_say_so_and_are_told_once)
{
	struct run_record r;
	struct sample s;
	char *text;

	repeats_record(&s, &r, 10, second_and_fourth_fail);
	text = written(plain_table, &r);
	ck_assert_ptr_nonnull(strstr(text, "✗  pd-survives  patched  qemu_virt_aarch64  8 pass, 2 fail  ~79ms"));
	free(text);
	text = written(report_failures, &r);
	ck_assert_ptr_nonnull(strstr(text, "also      patched.4\n"));
	ck_assert_ptr_null(strstr(text, "patched.3"));
	free(text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(all_is_well_has_no_failures_to_tell)
{
	struct run_record r;
	struct sample s;
	char *text;

	repeats_record(&s, &r, 3, always_pass);
	text = written(report_failures, &r);
	ck_assert_str_eq(text, "");
	free(text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(written_reports_are_valid)
{
	struct run_record r;
	struct sample s;
	char *junit, *json;

	sample_setup(&s);
	sample_run(&s);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_int_eq(report_write_all(&r, NULL), 0);
	junit = xasprintf("%s/latest/junit.xml", s.results);
	json = xasprintf("%s/latest/results.json", s.results);
	ck_xml_accepts(junit);
	ck_schema_accepts(json);
	free(junit);
	free(json);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(reports_of_a_run_cut_short_are_valid)
{
	struct run_record r;
	struct sample s;
	char *junit, *json;

	sample_setup(&s);
	sample_end(s.journal, 0);
	ck_assert_int_eq(journal_session_started(s.journal, s.plan[1].name, NULL), 0);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_int_eq(report_write_all(&r, NULL), 0);
	junit = xasprintf("%s/junit.xml", r.dir);
	json = xasprintf("%s/results.json", r.dir);
	ck_xml_accepts(junit);
	ck_schema_accepts(json);
	free(junit);
	free(json);
	sample_record_finish(&s, &r);
}
END_TEST

/* All 255 bytes that a C string can hold, in every text that a board or a file name fills. */
START_TEST(hostile_texts_leave_reports_valid)
{
	char evil[512];
	struct session_result result;
	struct run_record r;
	struct sample s;
	char *json, *junit, *results;
	size_t n = 0;

	for (int c = 1; c < 256; c++)
		evil[n++] = (char)c;
	snprintf(evil + n, sizeof evil - n, "]]>&amp;</system-out>\xe2\x80\xae\xef\xbf\xbe\xed\xa0\x80\"'");
	sample_setup(&s);
	sample_result(&result, 2);
	result.why = result.console = result.evidence.tail = result.evidence.ground = evil;
	result.evidence.denied[0].text = result.evidence.denied[0].pattern = evil;
	result.evidence.pages[2].region = result.evidence.pages[2].moment = evil;
	json = session_result_to_json(&result);
	ck_assert_int_eq(journal_session_ended(s.journal, json, NULL), 0);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_int_eq(report_write_all(&r, NULL), 0);
	junit = xasprintf("%s/junit.xml", r.dir);
	results = xasprintf("%s/results.json", r.dir);
	ck_xml_accepts(junit);
	ck_schema_accepts(results);
	free(junit);
	free(results);
	results = written(plain_table, &r);
	junit = written(report_failures, &r);
	for (const char *p = results; *p; p++)
		ck_assert(*p == '\n' || (unsigned char)*p >= 0x20);
	for (const char *p = junit; *p; p++)
		ck_assert(*p == '\n' || *p == '\t' || (unsigned char)*p >= 0x20);
	free(junit);
	free(results);
	free(json);
	session_result_finish(&result);
	sample_record_finish(&s, &r);
}
END_TEST

static const char *text_at(const json_t *o, const char *a, const char *b)
{
	o = json_object_get(o, a);
	return json_string_value(b ? json_object_get(o, b) : o);
}

START_TEST(results_json_holds_what_is_documented)
{
	struct run_record r;
	struct sample s;
	struct buf text;
	json_t *root, *session, *pages;

	sample_record(&s, &r);
	buf_init(&text);
	report_json(&text, &r);
	root = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "schema")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "exit_status")), 1);
	ck_assert_str_eq(text_at(root, "run", NULL), SAMPLE_RUN);
	ck_assert_str_eq(text_at(root, "ended", NULL), "2026-01-31T23:58:13.200Z");
	ck_assert_str_eq(text_at(root, "settings", "qemu_version"), "7.2.19");
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(root, "totals"), "expected-fail")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "sessions")), SAMPLE_COUNT);
	session = json_array_get(json_object_get(root, "sessions"), 1);
	ck_assert_str_eq(text_at(session, "session", NULL), SAMPLE_RUN "/pd-survives.unpatched.el2");
	ck_assert_str_eq(text_at(session, "verdict", NULL), "expected-fail");
	ck_assert_str_eq(text_at(session, "cause", NULL), "pd-code-cleared");
	ck_assert_str_eq(text_at(session, "expected", "verdict"), "fail");
	ck_assert_str_eq(text_at(session, "expected", "cause"), "pd-code-cleared");
	ck_assert_str_eq(text_at(session, "paths", "console"), "pd-survives.unpatched.el2/1/console.log");
	pages = json_object_get(json_object_get(session, "evidence"), "pages");
	ck_assert_uint_eq(json_array_size(pages), 5);
	ck_assert_str_eq(text_at(json_array_get(pages, 3), "paddr", NULL), "0x6024d000");
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(json_array_get(pages, 3), "counts"),
							    "cleared")), 4);
	session = json_array_get(json_object_get(root, "sessions"), 0);
	ck_assert(json_is_null(json_object_get(session, "cause")));
	json_decref(root);
	buf_finish(&text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(junit_counts_what_ci_shows)
{
	static const char *const parts[] = {
		"<testsuite name=\"pd-survives\" tests=\"6\" failures=\"3\" errors=\"1\"",
		"classname=\"pd-survives.unpatched\" name=\"qemu_virt_aarch64 (debug)\"",
		"<failure type=\"pd-code-cleared\" message=\"the code of hello was cleared\">",
		"<error type=\"infra\"",
		"[[ATTACHMENT|/results/" SAMPLE_RUN "/pd-survives.patched.el2/1/console.log]]",
	};
	struct run_record r;
	struct sample s;
	struct buf text;

	sample_record(&s, &r);
	buf_init(&text);
	report_junit(&text, &r);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		ck_assert_msg(strstr(text.data, parts[i]), "no %s", parts[i]);
	buf_finish(&text);
	sample_record_finish(&s, &r);
}
END_TEST

START_TEST(reports_that_cannot_be_written_name_the_folder)
{
	struct run_record r;
	struct err e = {0};
	struct sample s;

	sample_record(&s, &r);
	r.dir = "/proc/nowhere";
	ck_assert_int_eq(report_write_all(&r, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.hint, "/proc/nowhere"));
	sample_record_finish(&s, &r);
}
END_TEST

/* Without waiting for the disk: the journal is put together in memory. */
START_TEST(ten_thousand_sessions_are_all_there)
{
	enum { SESSIONS = 10000 };
	struct planned *plan = xcalloc(SESSIONS, sizeof *plan);
	char (*names)[32] = xcalloc(SESSIONS, sizeof *names), *path;
	struct run_record r;
	struct journal *j;
	struct buf journal;
	struct sample s;

	sample_setup(&s);
	buf_init(&journal);
	for (size_t i = 0; i < SESSIONS; i++) {
		struct session_result result;
		char *json;

		snprintf(names[i], sizeof names[i], "patched.%zu", i + 1);
		plan[i] = sample_sessions[0].plan;
		plan[i].name = names[i];
		plan[i].repeat = (int)i + 1;
		sample_result(&result, 0);
		result.name = names[i];
		json = session_result_to_json(&result);
		buf_printf(&journal, "{\"event\":\"session-ended\",\"at\":\"x\",\"result\":%s}\n", json);
		free(json);
		session_result_finish(&result);
	}
	j = journal_create(s.results, &(struct run_settings){.started = SAMPLE_STARTED}, plan, SESSIONS, NULL);
	ck_assert_ptr_nonnull(j);
	path = xasprintf("%s/journal.jsonl", journal_dir(j));
	ck_assert_int_eq(file_write_atomic(path, journal.data, journal.len, false, NULL), 0);
	sample_read(&r, journal_dir(j));
	ck_assert_uint_eq(run_totals(&r).count[VERDICT_PASS], SESSIONS);
	ck_assert_int_eq(report_write_all(&r, NULL), 0);
	run_record_finish(&r);
	free(path);
	journal_close(j);
	buf_finish(&journal);
	free(plan);
	free(names);
	sample_teardown(&s);
}
END_TEST

Suite *writers_test(void)
{
	Suite *s = suite_create("writers");
	TCase *t = tcase_create("writers");

	tcase_add_test(t, the_table_is_as_people_know_it);
	tcase_add_test(t, a_run_of_mutants_says_how_many_were_caught);
	tcase_add_test(t, failures_are_told_as_people_know_it);
	tcase_add_test(t, colour_comes_only_when_asked_for);
	tcase_add_test(t, repeats_are_one_row);
	tcase_add_test(t, repeats_that_differ_say_so_and_are_told_once);
	tcase_add_test(t, all_is_well_has_no_failures_to_tell);
	tcase_add_test(t, written_reports_are_valid);
	tcase_add_test(t, reports_of_a_run_cut_short_are_valid);
	tcase_add_test(t, hostile_texts_leave_reports_valid);
	tcase_add_test(t, results_json_holds_what_is_documented);
	tcase_add_test(t, junit_counts_what_ci_shows);
	tcase_add_test(t, reports_that_cannot_be_written_name_the_folder);
	tcase_add_test(t, ten_thousand_sessions_are_all_there);
	suite_add_tcase(s, t);
	return s;
}
