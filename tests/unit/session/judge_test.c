/* The verdict rules as a table: every row is a situation and what must be concluded from it. */
#include <check.h>
#include <string.h>

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
	/* RAM seen after a reset acquits nobody, and accuses where the console has something to explain */
	{END_COMPLETE, CAUSE_NONE, MEMORY_HEARSAY, VERDICT_INFRA, CAUSE_NONE},
	{END_DENIED, CAUSE_PD_FAULT, MEMORY_HEARSAY, VERDICT_FAIL, CAUSE_PD_FAULT},
	{END_DENIED, CAUSE_PD_FAULT, MEMORY_HEARSAY | CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_TIMEOUT, CAUSE_NONE, MEMORY_HEARSAY, VERDICT_TIMEOUT, CAUSE_NONE},
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
	/* restarts and updates */
	{END_COMPLETE, CAUSE_NONE, MEMORY_STALE, VERDICT_FAIL, CAUSE_STALE_IMAGE},
	{END_COMPLETE, CAUSE_NONE, MEMORY_PARTIAL, VERDICT_FAIL, CAUSE_PARTIAL_RELOAD},
	{END_COMPLETE, CAUSE_NONE, MEMORY_OTHER_VERSION, VERDICT_FAIL, CAUSE_WRONG_VERSION},
	{END_COMPLETE, CAUSE_NONE, MEMORY_OTHER_VERSION | MEMORY_STALE, VERDICT_FAIL, CAUSE_WRONG_VERSION},
	{END_COMPLETE, CAUSE_NONE, MEMORY_MIXED, VERDICT_FAIL, CAUSE_MIXED_IMAGE},
	{END_COMPLETE, CAUSE_NONE, MEMORY_CHANGED | MEMORY_PARTIAL, VERDICT_FAIL, CAUSE_PD_CODE_CHANGED},
	{END_COMPLETE, CAUSE_NONE, CODE | MEMORY_PARTIAL, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_COMPLETE, CAUSE_NONE, INTACT | MEMORY_WAS_CLEAN, VERDICT_VACUOUS, CAUSE_NONE},
	{END_TIMEOUT, CAUSE_NONE, MEMORY_WAS_CLEAN, VERDICT_TIMEOUT, CAUSE_NONE},
	{END_MISMATCH, CAUSE_STALE_IMAGE, MEMORY_STALE, VERDICT_FAIL, CAUSE_STALE_IMAGE},
	{END_MISMATCH, CAUSE_STALE_IMAGE, MEMORY_PARTIAL, VERDICT_FAIL, CAUSE_PARTIAL_RELOAD},
	{END_MISMATCH, CAUSE_STALE_IMAGE, INTACT, VERDICT_FAIL, CAUSE_STALE_IMAGE},
	{END_MISMATCH, CAUSE_WRONG_VERSION, MEMORY_MIXED, VERDICT_FAIL, CAUSE_MIXED_IMAGE},
	{END_DENIED, CAUSE_ALLOCATION_REFUSED, INTACT, VERDICT_FAIL, CAUSE_ALLOCATION_REFUSED},
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
	/* a kernel fails for what was wrong before it ran, but not for what it cleared itself */
	{END_DENIED, CAUSE_KERNEL_FAULT, MEMORY_LOADED_WRONG, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_KERNEL_PANIC, MEMORY_LOADED_WRONG | CODE, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_KERNEL_FAULT, MEMORY_NOT_LOADED, VERDICT_FAIL, CAUSE_IMAGE_NOT_LOADED},
	{END_DENIED, CAUSE_KERNEL_FAULT, MEMORY_ABSENT, VERDICT_FAIL, CAUSE_KERNEL_FAULT},
	{END_DENIED, CAUSE_KERNEL_PANIC, INTACT, VERDICT_FAIL, CAUSE_KERNEL_PANIC},
	/* untypeds that differ: nothing was retyped, and memory must show that */
	{END_DENIED, CAUSE_UNTYPED_MISMATCH, MEMORY_ABSENT, VERDICT_FAIL, CAUSE_UNTYPED_MISMATCH},
	{END_DENIED, CAUSE_UNTYPED_MISMATCH, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{END_DENIED, CAUSE_UNTYPED_MISMATCH, TABLE, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	/* a null invocation is the cleared table's doing only where memory does not show the table */
	{END_DENIED, CAUSE_INVOCATION_TABLE_CLEARED, TABLE, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	{END_DENIED, CAUSE_INVOCATION_TABLE_CLEARED, MEMORY_ABSENT, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	{END_DENIED, CAUSE_INVOCATION_TABLE_CLEARED, INTACT, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	{END_DENIED, CAUSE_INVOCATION_TABLE_CLEARED, INTACT | MEMORY_TABLE_STANDS, VERDICT_FAIL, CAUSE_MONITOR_FAULT},
	{END_DENIED, CAUSE_INVOCATION_TABLE_CLEARED, CODE | MEMORY_TABLE_STANDS, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	/* the initial task */
	{END_DENIED, CAUSE_MONITOR_FAULT, MEMORY_LOADED_WRONG, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_MONITOR_FAULT, MEMORY_NOT_LOADED, VERDICT_FAIL, CAUSE_IMAGE_NOT_LOADED},
	{END_DENIED, CAUSE_MONITOR_FAULT, MEMORY_SYSTEM_WRONG, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_MONITOR_FAULT, TABLE, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	{END_DENIED, CAUSE_MONITOR_FAULT, MEMORY_ABSENT, VERDICT_FAIL, CAUSE_MONITOR_FAULT},
	{END_DENIED, CAUSE_ALLOCATION_REFUSED, CODE, VERDICT_FAIL, CAUSE_ALLOCATION_REFUSED},
	{END_DENIED, CAUSE_PD_FAULT, MEMORY_CHANGED, VERDICT_FAIL, CAUSE_PD_CODE_CHANGED},
	{END_DENIED, CAUSE_NO_RESTART, INTACT, VERDICT_FAIL, CAUSE_NO_RESTART},
	{END_DENIED, CAUSE_UNEXPECTED_OUTPUT, INTACT, VERDICT_FAIL, CAUSE_UNEXPECTED_OUTPUT},
	/* the lab's trouble is nobody's fault */
	{END_INFRA, CAUSE_NONE, TABLE, VERDICT_INFRA, CAUSE_NONE},
	/* what is left of a clear that stopped short beats what it did clear, and nothing older */
	{END_DENIED, CAUSE_PD_FAULT, CODE | MEMORY_REMAINDER, VERDICT_FAIL, CAUSE_INCOMPLETE_CLEAR},
	{END_DENIED, CAUSE_PD_FAULT, CODE | MEMORY_REMAINDER | MEMORY_LOADED_WRONG, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
	{END_DENIED, CAUSE_PD_NOT_STARTED, INTACT, VERDICT_FAIL, CAUSE_PD_NOT_STARTED},
	{END_DENIED, CAUSE_PD_NOT_STARTED, CODE, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
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
	struct observations seen = {.ending = rows[_i].ending, .console_cause = rows[_i].console, .memory = rows[_i].memory};
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
			for (unsigned memory = 0; memory < 1u << 18; memory++) {
				struct observations seen = {.ending = ending, .console_cause = cause, .memory = memory};

				if (__builtin_popcount(memory) > 3 || judge(&seen).verdict != VERDICT_PASS)
					continue;
				ck_assert_int_eq(ending, END_COMPLETE);
				ck_assert_uint_eq(memory & ~(unsigned)(INTACT | MEMORY_ABSENT | MEMORY_UNSEEN | MEMORY_EMPTY |
								       MEMORY_WAS_CLEAN | MEMORY_TABLE_STANDS), 0);
				if (!(memory & MEMORY_ABSENT))
					ck_assert_uint_eq(memory & ~(unsigned)MEMORY_TABLE_STANDS, INTACT);
			}
}
END_TEST

/* A session without texts to wait for: memory, execution, and whether the console showed the boot's end. */
static const struct {
	unsigned memory, execution;
	bool booted;
	enum verdict verdict;
	enum cause cause;
} settled_rows[] = {
	{INTACT, EXECUTION_RAN, false, VERDICT_PASS, CAUSE_NONE},
	{MEMORY_ABSENT, EXECUTION_RAN, false, VERDICT_PASS, CAUSE_NONE},
	{INTACT, EXECUTION_NEVER, false, VERDICT_FAIL, CAUSE_PD_NOT_STARTED},
	{INTACT, EXECUTION_NEVER, true, VERDICT_FAIL, CAUSE_PD_NOT_STARTED}, /* whatever the console says */
	{INTACT, EXECUTION_FAULTED, true, VERDICT_FAIL, CAUSE_PD_FAULT},
	{INTACT, EXECUTION_FAULTED | EXECUTION_NEVER, false, VERDICT_FAIL, CAUSE_PD_FAULT},
	{INTACT, EXECUTION_UNCLEAR, true, VERDICT_INFRA, CAUSE_NONE},
	{INTACT, EXECUTION_EARLY, true, VERDICT_INFRA, CAUSE_NONE},
	{CODE, EXECUTION_EARLY, true, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{INTACT, EXECUTION_ABSENT, true, VERDICT_PASS, CAUSE_NONE},
	{INTACT, EXECUTION_ABSENT, false, VERDICT_INFRA, CAUSE_NONE}, /* intact bytes alone prove nothing */
	{MEMORY_ABSENT, EXECUTION_ABSENT, true, VERDICT_PASS, CAUSE_NONE}, /* hardware with nothing but a console */
	{MEMORY_ABSENT, EXECUTION_ABSENT, false, VERDICT_INFRA, CAUSE_NONE}, /* and a silent one */
	{MEMORY_HEARSAY, EXECUTION_ABSENT, true, VERDICT_PASS, CAUSE_NONE},
	{MEMORY_HEARSAY | CODE, EXECUTION_ABSENT, true, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{CODE, EXECUTION_FAULTED, false, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{CODE, EXECUTION_RAN, true, VERDICT_FAIL, CAUSE_PD_CODE_CLEARED},
	{TABLE, EXECUTION_NEVER, false, VERDICT_FAIL, CAUSE_INVOCATION_TABLE_CLEARED},
	{MEMORY_DOUBTFUL, EXECUTION_RAN, true, VERDICT_INFRA, CAUSE_NONE},
	{MEMORY_UNSEEN, EXECUTION_RAN, true, VERDICT_INFRA, CAUSE_NONE},
	{MEMORY_EMPTY, EXECUTION_RAN, true, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT},
};

START_TEST(execution_stands_for_a_console_that_waits_for_nothing)
{
	struct observations seen = {.ending = END_COMPLETE, .console_cause = CAUSE_NONE, .memory = settled_rows[_i].memory,
				    .execution = settled_rows[_i].execution, .booted = settled_rows[_i].booted};
	struct judgement j = judge(&seen);

	ck_assert_msg(j.verdict == settled_rows[_i].verdict && j.cause == settled_rows[_i].cause, "row %d: got %s/%s", _i,
		      verdict_name(j.verdict), cause_name(j.cause));
	ck_assert_ptr_nonnull(j.ground);
}
END_TEST

/* Whatever combination comes: nothing passes on one witness where there are more, or against execution. */
START_TEST(nothing_passes_against_execution)
{
	for (unsigned memory = 0; memory < 1u << 19; memory++)
		for (unsigned execution = EXECUTION_ABSENT; execution < 1u << 7; execution += 2) {
			struct observations seen = {.ending = END_COMPLETE, .memory = memory, .execution = execution, .booted = true};

			if (__builtin_popcount(memory) > 3 || judge(&seen).verdict != VERDICT_PASS)
				continue;
			ck_assert_uint_eq(execution & (EXECUTION_NEVER | EXECUTION_FAULTED | EXECUTION_UNCLEAR |
						       EXECUTION_EARLY), 0);
			ck_assert_uint_eq(memory & (CODE | DATA | TABLE | MEMORY_CHANGED | MEMORY_DOUBTFUL), 0);
			ck_assert(memory & (INTACT | MEMORY_ABSENT));
		}
}
END_TEST

static const unsigned alone[] = {
	MEMORY_ABSENT, INTACT, MEMORY_NOT_LOADED, CODE, DATA, TABLE, MEMORY_CHANGED, MEMORY_SYSTEM_WRONG, MEMORY_LOADED_WRONG,
	MEMORY_STALE, MEMORY_PARTIAL, MEMORY_OTHER_VERSION, MEMORY_MIXED, MEMORY_REMAINDER,
};

/* What only a text can name; all other causes are memory's to show. */
static const enum cause of_the_console[] = {
	CAUSE_NONE, CAUSE_UNTYPED_MISMATCH, CAUSE_KERNEL_FAULT, CAUSE_KERNEL_PANIC, CAUSE_MONITOR_FAULT, CAUSE_PD_FAULT,
	CAUSE_PD_NOT_STARTED, CAUSE_GUEST_TEST_FAILED, CAUSE_NO_RESTART, CAUSE_ALLOCATION_REFUSED, CAUSE_UNEXPECTED_OUTPUT,
};

/* Every cause there is, but the builder's own, follows from some ending of a session; no cause is only a word. */
START_TEST(every_cause_can_be_concluded)
{
	bool named[CAUSE_COUNT] = {[CAUSE_BUILD_FAILED] = true};

	for (int ending = 0; ending < END_COUNT; ending++)
		for (size_t c = 0; c < sizeof of_the_console / sizeof of_the_console[0]; c++)
			for (size_t m = 0; m < sizeof alone / sizeof alone[0]; m++) {
				struct observations seen = {.ending = ending, .console_cause = of_the_console[c], .memory = alone[m]};
				struct judgement j = judge(&seen);

				named[j.cause] = true;
				if (j.verdict != VERDICT_FAIL)
					ck_assert_int_eq(j.cause, CAUSE_NONE);
			}
	for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
		ck_assert_msg(named[cause], "%s is never concluded", cause_name(cause));
}
END_TEST

/* Of what memory shows by itself the same cause must follow, however the session ended: bytes do not lie. */
START_TEST(memory_decides_however_the_session_ended)
{
	static const struct {
		unsigned memory;
		enum cause cause;
	} shown[] = {
		{CODE, CAUSE_PD_CODE_CLEARED}, {DATA, CAUSE_PD_DATA_CLEARED}, {TABLE, CAUSE_INVOCATION_TABLE_CLEARED},
		{MEMORY_NOT_LOADED, CAUSE_IMAGE_NOT_LOADED}, {MEMORY_LOADED_WRONG, CAUSE_IMAGE_CORRUPT},
	};
	static const enum ending endings[] = {END_COMPLETE, END_SCRIPT_FAILED, END_GUEST_OFF, END_TIMEOUT};

	for (size_t m = 0; m < sizeof shown / sizeof shown[0]; m++)
		for (size_t e = 0; e < sizeof endings / sizeof endings[0]; e++) {
			struct observations seen = {.ending = endings[e], .console_cause = CAUSE_NONE, .memory = shown[m].memory};

			ck_assert_int_eq(judge(&seen).cause, shown[m].cause);
		}
}
END_TEST

START_TEST(own_checksums_stand_in_for_memory_that_cannot_acquit)
{
	struct observations seen = {.ending = END_COMPLETE, .memory = MEMORY_HEARSAY, .checksummed = true};

	ck_assert_int_eq(judge(&seen).verdict, VERDICT_PASS);
	seen.memory = MEMORY_ABSENT;
	ck_assert_int_eq(judge(&seen).verdict, VERDICT_PASS);
	ck_assert_ptr_nonnull(strstr(judge(&seen).ground, "own checksums"));
	seen.checksummed = false;
	ck_assert_int_eq(judge(&seen).verdict, VERDICT_PASS);
	ck_assert_ptr_null(strstr(judge(&seen).ground, "own checksums"));
	/* They say nothing against a witness that was there. */
	seen = (struct observations){.ending = END_COMPLETE, .memory = MEMORY_CODE_CLEARED, .checksummed = true};
	ck_assert_int_eq(judge(&seen).cause, CAUSE_PD_CODE_CLEARED);
	seen = (struct observations){.ending = END_COMPLETE, .memory = MEMORY_UNSEEN, .checksummed = true};
	ck_assert_int_eq(judge(&seen).verdict, VERDICT_INFRA);
}
END_TEST

Suite *judge_test(void)
{
	Suite *s = suite_create("judge");
	TCase *t = tcase_create("judge");

	tcase_add_test(t, own_checksums_stand_in_for_memory_that_cannot_acquit);
	tcase_add_loop_test(t, every_situation_has_its_verdict, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(t, nothing_passes_against_memory);
	tcase_add_loop_test(t, execution_stands_for_a_console_that_waits_for_nothing, 0,
			    sizeof settled_rows / sizeof settled_rows[0]);
	tcase_add_test(t, nothing_passes_against_execution);
	tcase_add_test(t, every_cause_can_be_concluded);
	tcase_add_test(t, memory_decides_however_the_session_ended);
	suite_add_tcase(s, t);
	return s;
}
