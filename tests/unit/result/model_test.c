#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "result/sample.h"

Suite *model_test(void);

/* JSON of what was read back from JSON. */
static char *again(const char *json)
{
	struct session_result r;
	struct err e = {0};
	char *out;

	ck_assert_msg(session_result_from_json(&r, json, strlen(json), &e) == 0, "%s", e.what);
	out = session_result_to_json(&r);
	session_result_finish(&r);
	return out;
}

START_TEST(what_is_written_is_read_back)
{
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct session_result r;
		char *once, *twice;

		sample_result(&r, i);
		once = session_result_to_json(&r);
		twice = again(once);
		ck_assert_str_eq(once, twice);
		ck_assert_ptr_null(strchr(once, '\n'));
		free(once);
		free(twice);
		session_result_finish(&r);
	}
}
END_TEST

START_TEST(every_member_comes_back)
{
	struct session_result r, back;
	struct err e = {0};
	char *json;

	sample_result(&r, 2);
	r.evidence.pages[2].poisoned = 1;
	r.evidence.awaited = "x";
	r.evidence.timed_out = "boot";
	json = session_result_to_json(&r);
	ck_assert_int_eq(session_result_from_json(&back, json, strlen(json), &e), 0);
	ck_assert_str_eq(back.run, SAMPLE_RUN);
	ck_assert_str_eq(back.name, r.name);
	ck_assert_int_eq(back.verdict, VERDICT_FAIL);
	ck_assert_int_eq(back.cause, CAUSE_PD_CODE_CLEARED);
	ck_assert_int_eq(back.duration_ms, r.duration_ms);
	ck_assert_int_eq(back.boot_us, r.boot_us);
	ck_assert_int_eq(back.machine_us, r.machine_us);
	ck_assert_uint_eq(back.phase_count, 3);
	ck_assert_int_eq(back.phases[2].outcome, PHASE_FAILED);
	ck_assert(back.evidence.console_spoke && back.evidence.memory_spoke);
	ck_assert_uint_eq(back.evidence.page_count, 5);
	ck_assert_uint_eq(back.evidence.pages[3].count[COUNT_CLEARED], 4);
	ck_assert_uint_eq(back.evidence.pages[2].poisoned, 1);
	ck_assert_uint_eq(back.evidence.pages[2].spans[0].end, 0x6024d000);
	ck_assert_uint_eq(back.evidence.culprit_count, 1);
	ck_assert_uint_eq(back.evidence.culprits[0].pc, 0x8060001a88);
	ck_assert_uint_eq(back.evidence.culprits[0].pages, 6);
	ck_assert_ptr_nonnull(strstr(back.evidence.culprits[0].calls[1], "reset_untyped"));
	ck_assert_ptr_null(back.evidence.culprits[0].calls[2]);
	ck_assert_uint_eq(back.mark_count, 4);
	ck_assert_str_eq(back.marks[3].mark, "kernel-up");
	ck_assert_str_eq(back.marks[3].by, "kernel");
	ck_assert_uint_eq(back.marks[3].boot, 2);
	ck_assert_int_eq(back.marks[3].at_ms, 52);
	ck_assert_uint_eq(back.marks[3].offset, 1100);
	ck_assert_uint_eq(back.evidence.untyped_count, 1);
	ck_assert_uint_eq(back.evidence.untypeds[0].end, 0x60250000);
	ck_assert_str_eq(back.evidence.untypeds[0].told_by, "alignment");
	ck_assert_uint_eq(back.evidence.untypeds[0].lost_count, 4);
	ck_assert_uint_eq(back.evidence.untypeds[0].lost[1].pages, 4);
	ck_assert_ptr_null(back.evidence.untypeds[0].lost[2].pd);
	ck_assert_str_eq(back.evidence.timed_out, "boot");
	ck_assert_str_eq(back.evidence.denied[0].where, "scenarios/pd-survives.yaml:8");
	ck_assert_int_eq(back.evidence.denied[0].cause, CAUSE_PD_FAULT);
	ck_assert_str_eq(back.evidence.awaited, "x");
	ck_assert_str_eq(back.console, "console.log");
	ck_assert_str_eq(back.typed, "typed.log");
	ck_assert_str_eq(back.typed_index, "typed.idx");
	ck_assert_ptr_null(back.qemu_log);
	ck_assert_ptr_null(back.qemu_args);
	free(json);
	session_result_finish(&r);
	session_result_finish(&back);
}
END_TEST

START_TEST(what_is_empty_is_left_out_and_comes_back_empty)
{
	struct session_result r, back;
	char *json;

	session_result_init(&r);
	r.name = "x";
	r.phases = (struct phase_result[]){{"load", PHASE_DONE, 0, 5, 0}, {"kernel", PHASE_NOT_REACHED, -1, -1, 0}};
	r.phase_count = 2;
	json = session_result_to_json(&r);
	ck_assert_str_eq(json, "{\"session\":\"x\",\"repeat\":1,\"verdict\":\"none\","
			       "\"expected\":{\"verdict\":\"pass\"},"
			       "\"phases\":[{\"name\":\"load\",\"outcome\":\"done\",\"end_ms\":5},"
			       "{\"name\":\"kernel\",\"outcome\":\"not-reached\",\"start_ms\":null,\"end_ms\":null}]}");
	ck_assert_int_eq(session_result_from_json(&back, json, strlen(json), NULL), 0);
	ck_assert_int_eq(back.phases[0].start_ms, 0);
	ck_assert_int_eq(back.phases[1].start_ms, -1);
	ck_assert_ptr_null(back.why);
	free(json);
	session_result_finish(&r);
	session_result_finish(&back);
}
END_TEST

START_TEST(any_bytes_from_a_board_make_json_that_is_read_back)
{
	unsigned seed = 7;

	for (int i = 0; i < 2000; i++) {
		char tail[64], *once, *twice;
		struct session_result r;

		for (size_t k = 0; k + 1 < sizeof tail; k++) {
			seed = seed * 1103515245 + 12345;
			tail[k] = (char)(seed >> 16);
		}
		tail[sizeof tail - 1] = '\0';
		session_result_init(&r);
		r.name = r.why = r.dir = r.console = tail;
		r.evidence.tail = r.evidence.awaited = tail;
		r.evidence.notes = (const char *const[]){tail, "", NULL};
		once = session_result_to_json(&r);
		ck_assert_ptr_nonnull(once);
		twice = again(once);
		ck_assert_str_eq(once, twice);
		free(once);
		free(twice);
		session_result_finish(&r);
	}
}
END_TEST

START_TEST(json_cut_anywhere_is_refused)
{
	struct session_result r, back;
	char *json;

	sample_result(&r, 2);
	json = session_result_to_json(&r);
	for (size_t n = 0; n < strlen(json); n++) {
		struct err e = {0};

		ck_assert_int_eq(session_result_from_json(&back, json, n, &e), -1);
		ck_assert_int_eq(e.kind, ERR_IO);
		session_result_finish(&back);
	}
	free(json);
	session_result_finish(&r);
}
END_TEST

START_TEST(json_of_another_form_is_refused)
{
	static const struct {
		const char *json, *what;
	} cases[] = {
		{"[]", "expected a JSON object"},
		{"{}", "the key 'session' is missing"},
		{"{\"session\":null,\"verdict\":\"pass\"}", "the key 'session' is missing"},
		{"{\"session\":\"a/b\",\"verdict\":\"passed\"}", "'verdict' is not a verdict"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"cause\":\"bad luck\"}", "'cause' is not a cause or null"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"repeat\":99999999999}", "'repeat' is not a number"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"why\":1}", "'why' is not a text or null"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"phases\":[{\"name\":\"x\",\"outcome\":\"odd\"}]}",
		 "'phases' is not a list of objects of the expected form"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"evidence\":{\"pages\":[{\"paddr\":\"0x\"}]}}",
		 "'evidence' is not an object of the expected form"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"evidence\":{\"pages\":[{\"poisoned\":-1}]}}",
		 "'evidence' is not an object of the expected form"},
		{"{\"session\":\"a/b\",\"verdict\":\"pass\",\"why\":\"\\u0000\"}", "a session's result is no JSON"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct session_result r;
		struct err e = {0};

		ck_assert_int_eq(session_result_from_json(&r, cases[i].json, strlen(cases[i].json), &e), -1);
		ck_assert_int_eq(strncmp(e.what, cases[i].what, strlen(cases[i].what)), 0);
		session_result_finish(&r);
	}
}
END_TEST

START_TEST(unknown_keys_are_passed_over)
{
	static const char json[] = "{\"session\":\"a/b/c\",\"verdict\":\"pass\",\"colour\":{\"of\":[1,2]}}";
	struct session_result r;

	ck_assert_int_eq(session_result_from_json(&r, json, strlen(json), NULL), 0);
	ck_assert_str_eq(r.run, "a");
	ck_assert_str_eq(r.name, "b/c");
	session_result_finish(&r);
}
END_TEST

/* It would be left out when it is written again, and then be 1. */
START_TEST(a_repeat_that_cannot_be_is_the_first)
{
	static const char *const counts[] = {"0", "-3"};
	struct session_result r;
	struct err e;

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct session_result whole;
		char *json, *damaged, *at;

		sample_result(&whole, 0);
		whole.repeat = 7;
		json = session_result_to_json(&whole);
		at = strstr(json, "\"repeat\":7");
		ck_assert_ptr_nonnull(at);
		damaged = xasprintf("%.*s\"repeat\":%s%s", (int)(at - json), json, counts[i], at + strlen("\"repeat\":7"));
		ck_assert_int_eq(session_result_from_json(&r, damaged, strlen(damaged), &e), 0);
		ck_assert_int_eq(r.repeat, 1);
		session_result_finish(&r);
		session_result_finish(&whole);
		free(damaged);
		free(json);
	}
}
END_TEST

Suite *model_test(void)
{
	Suite *s = suite_create("model");
	TCase *t = tcase_create("model");

	tcase_add_test(t, what_is_written_is_read_back);
	tcase_add_test(t, every_member_comes_back);
	tcase_add_test(t, what_is_empty_is_left_out_and_comes_back_empty);
	tcase_add_test(t, any_bytes_from_a_board_make_json_that_is_read_back);
	tcase_add_test(t, json_cut_anywhere_is_refused);
	tcase_add_test(t, json_of_another_form_is_refused);
	tcase_add_test(t, unknown_keys_are_passed_over);
	tcase_add_test(t, a_repeat_that_cannot_be_is_the_first);
	suite_add_tcase(s, t);
	return s;
}
