/* The guest's own tests in every report, each made from the journal alone. */
#include "result/evidence.h"
#include "result/guest.h"
#include "result/report.h"
#include "result/sample.h"
#include "util/proc.h"

Suite *guest_test(void);

/* A run of the sample's session `i`, as it is or with another verdict, with guest tests in it. */
static void record(struct sample *s, struct run_record *r, size_t i, enum verdict verdict, bool failed)
{
	struct session_result result;
	char *json;

	sample_setup(s);
	sample_result(&result, i);
	result.verdict = verdict;
	result.cause = failed ? CAUSE_GUEST_TEST_FAILED : CAUSE_NONE;
	result.evidence.page_count = 0;
	sample_guest_tests(&result, failed);
	json = session_result_to_json(&result);
	ck_assert_int_eq(journal_session_ended(s->journal, json, NULL), 0);
	free(json);
	session_result_finish(&result);
	sample_read(r, journal_dir(s->journal));
}

static void done(struct sample *s, struct run_record *r)
{
	run_record_finish(r);
	sample_teardown(s);
}

static void ck_has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part), "no \"%s\" in\n%s", part, text);
}

START_TEST(the_journal_keeps_every_case)
{
	struct run_record r;
	struct sample s;
	const struct guest_tests *t;

	record(&s, &r, 0, VERDICT_FAIL, true);
	ck_assert_uint_eq(r.sessions[0].tests_count, 1);
	t = r.sessions[0].tests;
	ck_assert_str_eq(t->format, "tap");
	ck_assert_str_eq(t->from, "selftest");
	ck_assert_str_eq(t->where, "scenarios/guest-tests.yaml:20");
	ck_assert_int_eq(t->planned, 6);
	ck_assert_uint_eq(t->came, 5);
	ck_assert_uint_eq(t->count[CASE_PASS], 2);
	ck_assert_uint_eq(t->count[CASE_TODO], 1);
	ck_assert_uint_eq(t->case_count, 5);
	ck_assert_str_eq(t->cases[1].name, "mem/is \"<zero>\"");
	ck_assert_int_eq(t->cases[1].outcome, CASE_FAIL);
	ck_assert_str_eq(t->cases[1].text, "0x12 at 7\nin bss\n");
	ck_assert_int_eq(t->cases[0].time_us, 1500);
	ck_assert_int_eq(t->cases[1].time_us, -1);
	ck_assert_int_eq(t->cases[4].time_us, 0);
	ck_assert_uint_eq(t->cases[4].offset, 1010);
	ck_assert_str_eq(t->faults[0], "the plan is 1..6, and 5 results came, missing: 6");
	ck_assert_ptr_null(t->faults[1]);
	done(&s, &r);
}
END_TEST

START_TEST(the_table_says_what_they_came_to)
{
	struct run_record r;
	struct sample s;
	struct buf text;

	buf_init(&text);
	record(&s, &r, 0, VERDICT_PASS, false);
	evidence_add_brief(&text, &r.sessions[0]);
	ck_assert_str_eq(text.data, "3 guest tests passed, 1 skipped, 1 todo");
	done(&s, &r);
	buf_clear(&text);
	record(&s, &r, 0, VERDICT_FAIL, true);
	evidence_add_brief(&text, &r.sessions[0]);
	ck_assert_str_eq(text.data, "guest test mem/is \"<zero>\" failed");
	done(&s, &r);
	buf_finish(&text);
}
END_TEST

START_TEST(a_failure_names_the_case_and_the_fault)
{
	struct run_record r;
	struct sample s;
	struct buf text;

	buf_init(&text);
	record(&s, &r, 0, VERDICT_FAIL, true);
	report_failure(&text, &r, &r.sessions[0], false);
	ck_has(text.data, "  tests     2 guest tests passed, 1 failed, 1 skipped, 1 todo; 5 of 6 planned results came\n");
	ck_has(text.data, "  failed    mem/is \"<zero>\": 0x12 at 7\n");
	ck_has(text.data, "  demanded  tap from selftest, whole and without a fault  (scenarios/guest-tests.yaml:20)\n"
			  "  instead   the plan is 1..6, and 5 results came, missing: 6\n");
	done(&s, &r);
	buf_finish(&text);
}
END_TEST

/* The session and five cases; six sessions are planned. */
START_TEST(junit_has_a_testcase_for_every_case)
{
	static const char *const parts[] = {
		"tests=\"11\" failures=\"2\"",
		"name=\"qemu_virt_aarch64 (debug): mem/copies\" time=\"0.001\"",
		"name=\"qemu_virt_aarch64 (debug): mem/is &quot;&lt;zero&gt;&quot;\"",
		"<failure type=\"guest-test-failed\" message=\"0x12 at 7\">0x12 at 7\nin bss\n</failure>",
		"<skipped type=\"skip\" message=\"no network\">",
		"<skipped type=\"todo\" message=\"\">",
		"name=\"qemu_virt_aarch64 (debug): net\"",
		"name=\"qemu_virt_aarch64 (debug): net [5]\"",
	};
	struct run_record r;
	struct sample s;
	struct buf text;

	buf_init(&text);
	record(&s, &r, 0, VERDICT_FAIL, true);
	report_junit(&text, &r);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		ck_has(text.data, parts[i]);
	done(&s, &r);
	buf_finish(&text);
}
END_TEST

START_TEST(what_a_control_must_fail_with_is_no_failure_in_junit)
{
	struct run_record r;
	struct sample s;
	struct buf text;

	buf_init(&text);
	record(&s, &r, 1, VERDICT_EXPECTED_FAIL, true);
	report_junit(&text, &r);
	ck_has(text.data, "tests=\"11\" failures=\"0\"");
	ck_assert_ptr_null(strstr(text.data, "<failure"));
	ck_has(text.data, "outcome: fail\n");
	done(&s, &r);
	buf_finish(&text);
}
END_TEST

static void ck_accepts(const char *const *argv)
{
	struct proc_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
	struct err e = {0};
	struct buf said;

	buf_init(&said);
	ck_assert_msg(proc_run(&spec, &said, &e) == 0, "%s: %s %s", argv[0], e.what, said.data ? said.data : "");
	buf_finish(&said);
}

/* Whatever the guest calls its cases, in however many of one name: the files keep to their schemas. */
START_TEST(reports_stay_valid)
{
	static const char program[] = "import json, sys, jsonschema\n"
				      "schema, results = (json.load(open(name)) for name in sys.argv[1:])\n"
				      "jsonschema.Draft202012Validator(schema).validate(results)\n";
	static const char *const names[] = {"a", "a", "a [2]", "a\001", "a\t", "a\x20", "\xff<&]]>", "\xff<&]]>", "a [2] [2]"};
	enum { NAMES = sizeof names / sizeof names[0] };
	struct session_result result;
	struct guest_case *cases;
	struct run_record r;
	struct sample s;
	char *json, *junit, *results;

	sample_setup(&s);
	sample_result(&result, 0);
	sample_guest_tests(&result, true);
	cases = arena_alloc(&result.arena, NAMES * sizeof *cases);
	for (int i = 0; i < NAMES; i++)
		cases[i] = (struct guest_case){.name = names[i], .outcome = (enum case_outcome)(i % CASE_OUTCOMES), .time_us = -1,
					       .text = names[i]};
	result.tests->cases = cases;
	result.tests->case_count = NAMES;
	result.tests->from = result.tests->where = "\xff\001<";
	json = session_result_to_json(&result);
	ck_assert_int_eq(journal_session_ended(s.journal, json, NULL), 0);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_int_eq(report_write_all(&r, NULL), 0);
	junit = xasprintf("%s/junit.xml", r.dir);
	results = xasprintf("%s/results.json", r.dir);
	ck_accepts((const char *const[]){"xmllint", "--noout", "--schema", "docs/junit.xsd", junit, NULL});
	ck_accepts((const char *const[]){"python3", "-c", program, "docs/results.schema.json", results, NULL});
	free(junit);
	free(results);
	free(json);
	session_result_finish(&result);
	done(&s, &r);
}
END_TEST

Suite *guest_test(void)
{
	Suite *s = suite_create("guest");
	TCase *t = tcase_create("guest");

	tcase_add_test(t, the_journal_keeps_every_case);
	tcase_add_test(t, the_table_says_what_they_came_to);
	tcase_add_test(t, a_failure_names_the_case_and_the_fault);
	tcase_add_test(t, junit_has_a_testcase_for_every_case);
	tcase_add_test(t, what_a_control_must_fail_with_is_no_failure_in_junit);
	tcase_add_test(t, reports_stay_valid);
	suite_add_tcase(s, t);
	return s;
}
