/* The verdict rules as a table: every row is a situation and what must be concluded from it. */
#include <check.h>

#include "session/judge.h"

Suite *judge_test(void);

#define CODE MEMORY_CODE_CLEARED
#define DATA MEMORY_DATA_CLEARED
#define TABLE MEMORY_TABLE_CLEARED
#define INTACT MEMORY_INTACT

static const struct {
	enum ending ending;
	enum cause console;
	unsigned memory;
	enum verdict verdict;
	enum cause cause;
} rows[] = {
	/* a pass takes both witnesses */
	{END_COMPLETE, CAUSE_NONE, INTACT, VERDICT_PASS, CAUSE_NONE},
	{END_COMPLETE, CAUSE_NONE, MEMORY_ABSENT, VERDICT_PASS, CAUSE_NONE},
	{END_COMPLETE, CAUSE_NONE, 0, VERDICT_INFRA, CAUSE_NONE},
	{END_COMPLETE, CAUSE_NONE, MEMORY_UNSEEN, VERDICT_INFRA, CAUSE_NONE},
	{END_COMPLETE, CAUSE_NONE, INTACT | MEMORY_UNSEEN, VERDICT_INFRA, CAUSE_NONE},
	{END_COMPLETE, CAUSE_NONE, MEMORY_EMPTY, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	/* the right banner over wrong memory does not pass */
	{END_COMPLETE, CAUSE_NONE, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_COMPLETE, CAUSE_NONE, DATA, VERDICT_FAIL, CAUSE_PD_DATA_CLEARED},
	{END_COMPLETE, CAUSE_NONE, MEMORY_CHANGED, VERDICT_FAIL, CAUSE_PD_CODE_CHANGED},
	{END_COMPLETE, CAUSE_NONE, MEMORY_NOT_LOADED, VERDICT_FAIL, CAUSE_IMAGE_NOT_LOADED},
	{END_COMPLETE, CAUSE_NONE, MEMORY_SYSTEM_WRONG, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_PD_FAULT, MEMORY_LOADED_WRONG, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	/* what the console suspects, memory explains */
	{END_DENIED, CAUSE_PD_FAULT, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_DENIED, CAUSE_PD_FAULT, CODE | DATA, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_DENIED, CAUSE_PD_FAULT, DATA, VERDICT_FAIL, CAUSE_PD_DATA_CLEARED},
	{END_DENIED, CAUSE_PD_FAULT, INTACT, VERDICT_FAIL, CAUSE_PD_FAULT},
	{END_DENIED, CAUSE_PD_FAULT, MEMORY_ABSENT, VERDICT_FAIL, CAUSE_PD_FAULT},
	{END_DENIED, CAUSE_PD_FAULT, MEMORY_NOT_LOADED | CODE, VERDICT_FAIL, CAUSE_IMAGE_NOT_LOADED},
	{END_DENIED, CAUSE_INVOCATION_TABLE_CLEARED, TABLE | CODE, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	{END_DENIED, CAUSE_MONITOR_FAULT, INTACT, VERDICT_FAIL, CAUSE_MONITOR_FAULT},
	{END_MISMATCH, CAUSE_MISSING_OUTPUT, INTACT, VERDICT_FAIL, CAUSE_MISSING_OUTPUT},
	{END_MISMATCH, CAUSE_PD_CODE_CHANGED, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	/* a guest's test that fails says so itself, unless its memory was not what it had to be */
	{END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, INTACT, VERDICT_FAIL, CAUSE_GUEST_TEST_FAILED},
	{END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, MEMORY_ABSENT, VERDICT_FAIL, CAUSE_GUEST_TEST_FAILED},
	{END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, MEMORY_UNSEEN, VERDICT_FAIL, CAUSE_GUEST_TEST_FAILED},
	{END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, DATA, VERDICT_FAIL, CAUSE_PD_DATA_CLEARED},
	{END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, MEMORY_NOT_LOADED, VERDICT_FAIL, CAUSE_IMAGE_NOT_LOADED},
	{END_DENIED, CAUSE_GUEST_TEST_FAILED, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	/* a cause no PD can have had a part in stays the console's, whatever memory shows */
	{END_DENIED, CAUSE_KERNEL_PANIC, CODE, VERDICT_FAIL, CAUSE_KERNEL_PANIC},
	{END_DENIED, CAUSE_KERNEL_FAULT, INTACT, VERDICT_FAIL, CAUSE_KERNEL_FAULT},
	{END_DENIED, CAUSE_IMAGE_CORRUPT, MEMORY_NOT_LOADED, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_UNTYPED_MISMATCH, INTACT, VERDICT_FAIL, CAUSE_UNTYPED_MISMATCH},
	/* a bare time-out is never evidence that memory was cleared */
	{END_TIMEOUT, CAUSE_NONE, INTACT, VERDICT_TIMEOUT, CAUSE_NONE},
	{END_TIMEOUT, CAUSE_NONE, MEMORY_ABSENT, VERDICT_TIMEOUT, CAUSE_NONE},
	{END_TIMEOUT, CAUSE_NONE, MEMORY_UNSEEN, VERDICT_TIMEOUT, CAUSE_NONE},
	{END_TIMEOUT, CAUSE_NONE, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	/* the end by the software, by a script, by the lab, by a person */
	{END_GUEST_OFF, CAUSE_NONE, INTACT, VERDICT_FAIL, CAUSE_MISSING_OUTPUT},
	{END_SCRIPT_FAILED, CAUSE_NONE, INTACT, VERDICT_FAIL, CAUSE_MISSING_OUTPUT},
	{END_SCRIPT_FAILED, CAUSE_NONE, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_INFRA, CAUSE_NONE, CODE, VERDICT_INFRA, CAUSE_NONE},
	{END_CANCELLED, CAUSE_NONE, CODE, VERDICT_CANCELLED, CAUSE_NONE},
};

START_TEST(every_situation_has_its_verdict)
{
	struct observations seen = {rows[_i].ending, rows[_i].console, rows[_i].memory};
	struct judgement j = judge(&seen);

	ck_assert_msg(j.verdict == rows[_i].verdict && j.cause == rows[_i].cause, "row %d: got %s/%s, want %s/%s", _i,
		      verdict_name(j.verdict), cause_name(j.cause), verdict_name(rows[_i].verdict),
		      cause_name(rows[_i].cause));
	ck_assert_ptr_nonnull(j.ground);
}
END_TEST

/* Whatever combination comes: nothing passes while memory shows anything but intact pages. */
START_TEST(nothing_passes_against_memory)
{
	for (int ending = 0; ending < END_COUNT; ending++)
		for (int cause = 0; cause < CAUSE_COUNT; cause++)
			for (unsigned memory = 0; memory < 1u << 11; memory++) {
				struct observations seen = {ending, cause, memory};
				struct judgement j = judge(&seen);

				if (j.verdict != VERDICT_PASS)
					continue;
				ck_assert_int_eq(ending, END_COMPLETE);
				ck_assert_uint_eq(memory & (MEMORY_NOT_LOADED | CODE | DATA | TABLE | MEMORY_CHANGED |
							    MEMORY_SYSTEM_WRONG | MEMORY_LOADED_WRONG), 0);
			}
}
END_TEST

Suite *judge_test(void)
{
	Suite *s = suite_create("judge");
	TCase *t = tcase_create("judge");

	tcase_add_loop_test(t, every_situation_has_its_verdict, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(t, nothing_passes_against_memory);
	suite_add_tcase(s, t);
	return s;
}
