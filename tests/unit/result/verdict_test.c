#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "result/journal.h"
#include "util/buf.h"
#include "util/file.h"

Suite *verdict_test(void);

START_TEST(a_demand_turns_a_conclusion_into_a_verdict)
{
	static const struct expectation pass = {.control = false}, control = {.control = true, .cause = CAUSE_PD_CODE_CLEARED};
	static const struct {
		const struct expectation *want;
		enum verdict got;
		enum cause cause;
		enum verdict verdict;
	} rules[] = {
		{&pass, VERDICT_PASS, CAUSE_NONE, VERDICT_PASS},
		{&pass, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED, VERDICT_FAIL},
		{&pass, VERDICT_TIMEOUT, CAUSE_NONE, VERDICT_TIMEOUT},
		{&pass, VERDICT_INFRA, CAUSE_NONE, VERDICT_INFRA},
		{&pass, VERDICT_FLAKY, CAUSE_NONE, VERDICT_FLAKY},
		{&control, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED, VERDICT_EXPECTED_FAIL},
		{&control, VERDICT_FAIL, CAUSE_PD_FAULT, VERDICT_VACUOUS},
		{&control, VERDICT_FAIL, CAUSE_NONE, VERDICT_VACUOUS},
		{&control, VERDICT_PASS, CAUSE_NONE, VERDICT_VACUOUS},
		{&control, VERDICT_TIMEOUT, CAUSE_NONE, VERDICT_TIMEOUT},
		{&control, VERDICT_INFRA, CAUSE_NONE, VERDICT_INFRA},
		{&control, VERDICT_SKIPPED, CAUSE_NONE, VERDICT_SKIPPED},
		{&control, VERDICT_CANCELLED, CAUSE_NONE, VERDICT_CANCELLED},
	};

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		ck_assert_msg(verdict_against(*rules[i].want, rules[i].got, rules[i].cause) == rules[i].verdict,
			      "rule %zu", i);
}
END_TEST

START_TEST(every_name_leads_back_to_its_value)
{
	for (int i = 0; i < VERDICT_COUNT; i++) {
		enum verdict v = VERDICT_COUNT;

		ck_assert_int_eq(verdict_from_name(verdict_name((enum verdict)i), &v), 0);
		ck_assert_int_eq(v, i);
	}
	for (int i = 1; i < CAUSE_COUNT; i++) {
		enum cause c = CAUSE_COUNT;

		ck_assert_int_eq(cause_from_name(cause_name((enum cause)i), &c), 0);
		ck_assert_int_eq(c, i);
	}
}
END_TEST

START_TEST(other_names_are_refused)
{
	enum verdict v;
	enum cause c;

	ck_assert_int_eq(verdict_from_name("passed", &v), -1);
	ck_assert_int_eq(cause_from_name("", &c), -1);
	ck_assert_int_eq(cause_from_name("pd-code", &c), -1);
	ck_assert_str_eq(verdict_name((enum verdict)99), "none");
	ck_assert_str_eq(cause_name((enum cause)99), "");
}
END_TEST

/* Sessions as letters: p pass, x expected-fail, f fail, v vacuous, t timeout, i infra, k flaky, s skipped, c cancelled,
 * - never ended. */
static enum verdict by_letter(char letter)
{
	static const struct {
		char letter;
		enum verdict verdict;
	} letters[] = {
		{'p', VERDICT_PASS},  {'x', VERDICT_EXPECTED_FAIL}, {'f', VERDICT_FAIL},    {'v', VERDICT_VACUOUS},
		{'t', VERDICT_TIMEOUT}, {'i', VERDICT_INFRA},       {'k', VERDICT_FLAKY}, {'s', VERDICT_SKIPPED},
		{'c', VERDICT_CANCELLED},
	};

	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (letters[i].letter == letter)
			return letters[i].verdict;
	return VERDICT_NONE;
}

START_TEST(the_first_rule_that_applies_is_the_exit_status)
{
	static const struct {
		const char *sessions;
		bool allow_skipped, flaky_exit;
		int ended_with; /* what the journal says the run ended with; -1: it did not end */
		int status;
	} rules[] = {
		{"ppxx", false, false, -1, 0},  {"ppfx", false, false, -1, 1},  {"pv", false, false, -1, 1},
		{"pt", false, false, -1, 1},    {"pi", false, false, -1, 3},    {"fi", false, false, -1, 1},
		{"pk", false, false, -1, 0},    {"pk", false, true, -1, 5},     {"ki", false, true, -1, 3},
		{"ss", false, false, -1, 1},    {"ss", true, false, -1, 0},     {"sp", false, false, -1, 0},
		{"pc", false, false, -1, 130},  {"fc", false, false, -1, 130},  {"p-", false, false, -1, 130},
		{"pc", false, false, 143, 143}, {"pf", false, false, 130, 130}, {"pp", false, false, 0, 0},
		{"", false, false, -1, 1},      {"", true, false, -1, 0},       {"si", false, false, -1, 3},
	};

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		struct session_result sessions[4] = {0};
		struct run_record r = {.sessions = sessions, .plan_count = strlen(rules[i].sessions)};
		int status;

		for (size_t k = 0; k < r.plan_count; k++)
			sessions[k].verdict = by_letter(rules[i].sessions[k]);
		r.settings.flaky_exit = rules[i].flaky_exit;
		r.ended = rules[i].ended_with >= 0;
		r.exit_status = r.ended ? rules[i].ended_with : 0;
		status = run_exit_status(&r, rules[i].allow_skipped);
		ck_assert_msg(status == rules[i].status, "rule %zu: '%s' gave %d", i, rules[i].sessions, status);
	}
}
END_TEST

/* Two sessions, of which the first is something special. */
static int status_with(struct session_result first, enum verdict other, const char *const *expired)
{
	struct session_result sessions[2] = {first, {.verdict = other}};
	struct run_record r = {.sessions = sessions, .plan_count = 2, .settings = {.expired = expired}};

	return run_exit_status(&r, false);
}

START_TEST(quarantine_excuses_software_and_never_the_lab)
{
	const struct quarantine_note q = {.name = "slow-board"};
	struct session_result failed = {.verdict = VERDICT_FAIL, .quarantine = q};
	struct session_result broken = {.verdict = VERDICT_INFRA, .quarantine = q};
	struct session_result cut = {.verdict = VERDICT_CANCELLED, .quarantine = q};

	ck_assert_int_eq(status_with(failed, VERDICT_PASS, NULL), 0);
	ck_assert_int_eq(status_with(failed, VERDICT_FAIL, NULL), 1);
	ck_assert_int_eq(status_with(broken, VERDICT_PASS, NULL), 3);
	ck_assert_int_eq(status_with(cut, VERDICT_PASS, NULL), 130);
	failed.quarantine.name = NULL;
	ck_assert_int_eq(status_with(failed, VERDICT_PASS, NULL), 1);
}
END_TEST

START_TEST(an_expired_quarantine_fails_the_run)
{
	static const char *const none[] = {NULL}, *const one[] = {"scenarios/quarantine/a.yaml:4: it ended on 2026-01-31", NULL};
	struct session_result passed = {.verdict = VERDICT_PASS};

	ck_assert_int_eq(status_with(passed, VERDICT_PASS, none), 0);
	ck_assert_int_eq(status_with(passed, VERDICT_PASS, one), 1);
}
END_TEST

START_TEST(what_was_left_out_has_its_own_status)
{
	struct session_result left = {.verdict = VERDICT_CANCELLED, .not_run = NOT_RUN_NO_BOARD};

	ck_assert_int_eq(status_with(left, VERDICT_PASS, NULL), 4);
	ck_assert_int_eq(status_with(left, VERDICT_FAIL, NULL), 1);
	ck_assert_int_eq(status_with(left, VERDICT_INFRA, NULL), 3);
	ck_assert_int_eq(status_with(left, VERDICT_CANCELLED, NULL), 130);
	left.not_run = NOT_RUN_NO_TIME;
	ck_assert_int_eq(status_with(left, VERDICT_PASS, NULL), 4);
	left.not_run = NOT_RUN_STOPPED;
	ck_assert_int_eq(status_with(left, VERDICT_FAIL, NULL), 1);
}
END_TEST

START_TEST(only_software_that_was_at_fault_makes_a_pass_flaky)
{
	ck_assert_int_eq(verdict_after(VERDICT_FAIL, VERDICT_PASS), VERDICT_FLAKY);
	ck_assert_int_eq(verdict_after(VERDICT_TIMEOUT, VERDICT_PASS), VERDICT_FLAKY);
	ck_assert_int_eq(verdict_after(VERDICT_VACUOUS, VERDICT_EXPECTED_FAIL), VERDICT_FLAKY);
	ck_assert_int_eq(verdict_after(VERDICT_FLAKY, VERDICT_PASS), VERDICT_FLAKY);
	ck_assert_int_eq(verdict_after(VERDICT_INFRA, VERDICT_PASS), VERDICT_PASS);
	ck_assert_int_eq(verdict_after(VERDICT_FAIL, VERDICT_FAIL), VERDICT_FAIL);
	ck_assert_int_eq(verdict_after(VERDICT_FAIL, VERDICT_INFRA), VERDICT_INFRA);
}
END_TEST

static void ck_names(const char *file, const char *quote)
{
	struct buf text;
	char *quoted;

	buf_init(&text);
	ck_assert_int_eq(file_read(file, &text, NULL), 0);
	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++) {
		quoted = xasprintf("%s%s%s", quote, verdict_name((enum verdict)v), quote);
		ck_assert_msg(strstr(text.data, quoted), "%s has no %s", file, quoted);
		free(quoted);
	}
	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
		quoted = xasprintf("%s%s%s", quote, cause_name((enum cause)c), quote);
		ck_assert_msg(strstr(text.data, quoted), "%s has no %s", file, quoted);
		free(quoted);
	}
	buf_finish(&text);
}

START_TEST(every_verdict_and_cause_is_documented)
{
	ck_names("docs/verdicts.md", "`");
	ck_names("docs/results.schema.json", "\"");
}
END_TEST

Suite *verdict_test(void)
{
	Suite *s = suite_create("verdict");
	TCase *t = tcase_create("verdict");

	tcase_add_test(t, a_demand_turns_a_conclusion_into_a_verdict);
	tcase_add_test(t, every_name_leads_back_to_its_value);
	tcase_add_test(t, other_names_are_refused);
	tcase_add_test(t, every_verdict_and_cause_is_documented);
	tcase_add_test(t, the_first_rule_that_applies_is_the_exit_status);
	tcase_add_test(t, quarantine_excuses_software_and_never_the_lab);
	tcase_add_test(t, an_expired_quarantine_fails_the_run);
	tcase_add_test(t, what_was_left_out_has_its_own_status);
	tcase_add_test(t, only_software_that_was_at_fault_makes_a_pass_flaky);
	suite_add_tcase(s, t);
	return s;
}
