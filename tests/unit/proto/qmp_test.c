#include <check.h>
#include <string.h>

#include "proto/qmp.h"

Suite *qmp_test(void);

static const char stream[] = "{\"QMP\": {\"version\": {}}}\r\n"
			     "{\"return\": {}, \"id\": 1}\n"
			     "{\"timestamp\": {}, \"event\": \"STOP\"}\n"
			     "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such thing\"}, \"id\": 2}\n"
			     "{\"other\": 1}\n";

static void expect_stream(struct qmp *q, size_t from)
{
	static const struct qmp_message want[] = {
		{QMP_GREETING, -1, "", false}, {QMP_RETURN, 1, "", false}, {QMP_EVENT, -1, "STOP", false},
		{QMP_ERROR, 2, "no such thing", false}, {QMP_OTHER, -1, "", false},
	};
	struct qmp_message m;
	struct err e;

	for (size_t i = from; i < sizeof want / sizeof want[0]; i++) {
		ck_assert_int_eq(qmp_next(q, &m, &e), 1);
		ck_assert_int_eq(m.kind, want[i].kind);
		ck_assert_int_eq(m.id, want[i].id);
		ck_assert_str_eq(m.text, want[i].text);
	}
	ck_assert_int_eq(qmp_next(q, &m, &e), 0);
}

START_TEST(messages_are_found_however_the_bytes_are_cut)
{
	size_t n = strlen(stream);

	for (size_t cut = 0; cut <= n; cut++) {
		struct qmp q;
		struct err e;

		qmp_init(&q);
		ck_assert_int_eq(qmp_feed(&q, stream, cut, &e), 0);
		ck_assert_int_eq(qmp_feed(&q, stream + cut, n - cut, &e), 0);
		expect_stream(&q, 0);
		qmp_finish(&q);
	}
}
END_TEST

START_TEST(a_line_that_is_no_object_is_an_error)
{
	static const char *const bad[] = {"hello\n", "[1]\n", "{\"a\"\n", "\n", "null\n"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct qmp_message m;
		struct qmp q;
		struct err e;

		qmp_init(&q);
		ck_assert_int_eq(qmp_feed(&q, bad[i], strlen(bad[i]), &e), 0);
		ck_assert_int_eq(qmp_next(&q, &m, &e), -1);
		ck_assert_int_eq(e.kind, ERR_INFRA);
		qmp_finish(&q);
	}
}
END_TEST

START_TEST(a_line_without_end_is_refused)
{
	static char chunk[65536];
	struct qmp q;
	struct err e;
	int rc = 0;

	memset(chunk, 'x', sizeof chunk);
	qmp_init(&q);
	for (int i = 0; i < 17 && rc == 0; i++)
		rc = qmp_feed(&q, chunk, sizeof chunk, &e);
	ck_assert_int_eq(rc, -1);
	qmp_finish(&q);
}
END_TEST

/* Bytes are moved when more come, not with each line: else this would not end. */
START_TEST(many_lines_may_come_at_once)
{
	enum { LINES = 300000 };
	struct buf all = {0};
	struct qmp_message m;
	struct qmp q;
	struct err e;
	int n = 0;

	for (int i = 0; i < LINES; i++)
		buf_adds(&all, "{}\n");
	buf_adds(&all, "{\"event\": \"ST");
	qmp_init(&q);
	ck_assert_int_eq(qmp_feed(&q, all.data, all.len, &e), 0);
	while (qmp_next(&q, &m, &e) == 1)
		n++;
	ck_assert_int_eq(n, LINES);
	ck_assert_int_eq(qmp_feed(&q, "OP\"}\n", 5, &e), 0);
	ck_assert_int_eq(qmp_next(&q, &m, &e), 1);
	ck_assert_str_eq(m.text, "STOP");
	qmp_finish(&q);
	buf_finish(&all);
}
END_TEST

START_TEST(an_id_that_no_command_had_is_none)
{
	static const char *const lines[] = {"{\"return\": {}, \"id\": 4294967297}\n", "{\"return\": {}, \"id\": -7}\n",
					    "{\"return\": {}, \"id\": \"1\"}\n"};
	struct qmp_message m;
	struct err e;
	struct qmp q;

	qmp_init(&q);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		ck_assert_int_eq(qmp_feed(&q, lines[i], strlen(lines[i]), &e), 0);
		ck_assert_int_eq(qmp_next(&q, &m, &e), 1);
		ck_assert_int_eq(m.id, -1);
	}
	qmp_finish(&q);
}
END_TEST

START_TEST(a_command_has_arguments_where_it_needs_them)
{
	struct buf out = {0};

	qmp_command(&out, "stop", NULL, 7);
	qmp_command(&out, "set-action", "{\"reboot\":\"reset\"}", 8);
	ck_assert_str_eq(out.data, "{\"execute\":\"stop\",\"id\":7}\n"
				   "{\"execute\":\"set-action\",\"arguments\":{\"reboot\":\"reset\"},\"id\":8}\n");
	buf_finish(&out);
}
END_TEST

Suite *qmp_test(void)
{
	Suite *s = suite_create("qmp");
	TCase *t = tcase_create("qmp");

	tcase_add_test(t, messages_are_found_however_the_bytes_are_cut);
	tcase_add_test(t, a_line_that_is_no_object_is_an_error);
	tcase_add_test(t, a_line_without_end_is_refused);
	tcase_add_test(t, many_lines_may_come_at_once);
	tcase_add_test(t, an_id_that_no_command_had_is_none);
	tcase_add_test(t, a_command_has_arguments_where_it_needs_them);
	suite_add_tcase(s, t);
	return s;
}
