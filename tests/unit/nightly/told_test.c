#include "nightly/told.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "nightly/nights.h"
#include "nightly/notify.h"

Suite *told_test(void);

static struct arena arena;
static char folder[64];

static void begin(void)
{
	arena_init(&arena);
	nights_folder(folder);
}

static void end(void)
{
	ck_assert_int_eq(file_remove_tree(folder, NULL), 0);
	arena_finish(&arena);
}

static const char *at(const char *name)
{
	return arena_printf(&arena, "%s/%s", folder, name);
}

START_TEST(what_was_told_is_read_back)
{
	static const char *const troubles[] = {"unit rock-1", NULL};
	struct outcome items[] = {{.session = "a", .run = "r", .verdict = VERDICT_FAIL, .cause = CAUSE_KERNEL_PANIC, .why = "not kept"},
				  {.session = "b", .job = "main", .verdict = VERDICT_PASS, .quarantined = true}};
	struct told was = {.at = "2026-01-31T23:58:12.000Z", .outcomes = {items, 2, 2}, .troubles = troubles}, is;
	struct err e = {0};

	ck_assert_int_eq(told_write(&was, at("told.json"), &e), 0);
	ck_assert_int_eq(told_read(&is, at("told.json"), &arena, &e), 0);
	ck_assert_str_eq(is.at, was.at);
	ck_assert_str_eq(is.troubles[0], "unit rock-1");
	ck_assert_ptr_null(is.troubles[1]);
	ck_assert_uint_eq(is.outcomes.count, 2);
	ck_assert_str_eq(is.outcomes.items[0].session, "a");
	ck_assert_int_eq(is.outcomes.items[0].cause, CAUSE_KERNEL_PANIC);
	ck_assert_ptr_null(is.outcomes.items[0].job);
	ck_assert(is.outcomes.items[1].quarantined);
	ck_assert_ptr_nonnull(outcomes_find(&is.outcomes, "b", "main"));
}
END_TEST

START_TEST(without_a_file_nothing_is_known)
{
	struct told t;
	struct err e = {0};

	ck_assert_int_eq(told_read(&t, at("none.json"), &arena, &e), 0);
	ck_assert_ptr_null(t.at);
	ck_assert_uint_eq(t.outcomes.count, 0);
}
END_TEST

static const char *const damaged[] = {
	"", "{", "[]", "{\"schema\": 1}", "{\"schema\": 2, \"at\": \"x\", \"outcomes\": []}",
	"{\"schema\": 1, \"at\": \"x\", \"outcomes\": [{\"session\": \"a\"}]}",
	"{\"schema\": 1, \"at\": \"x\", \"outcomes\": [{\"session\": \"a\", \"verdict\": \"splendid\"}]}",
};

enum { DAMAGED = sizeof damaged / sizeof damaged[0] };

START_TEST(a_damaged_file_is_told_and_nothing_is_known)
{
	struct told t;
	struct err e = {0};

	ck_assert_int_eq(file_write_atomic(at("told.json"), damaged[_i], strlen(damaged[_i]), false, &e), 0);
	ck_assert_int_lt(told_read(&t, at("told.json"), &arena, &e), 0);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_str_eq(e.where[0] ? "there" : "", "there");
	ck_assert_ptr_null(t.at);
	ck_assert_uint_eq(t.outcomes.count, 0);
}
END_TEST

/* ---- telling ---- */

START_TEST(addresses_are_split_or_refused_without_showing_them)
{
	static const char *const bad[] = {"", "ftp://x/secret", "https://", "https:///secret", "http://me:secret@host/", "http://h/a secret",
					  "http://h/{secret}", "http://h/#secret", "//h/secret"};
	static const char *const good[][3] = {{"https://h/a/b?c=d", "https://h", "/a/b?c=d"}, {"http://h:8080", "http://h:8080", "/"},
					      {"http://[::1]:80/x", "http://[::1]:80", "/x"}, {"http://h?x", "http://h", "/?x"}};
	char *server, *path;
	struct err e;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ck_assert_int_eq(notify_split_url(good[i][0], &server, &path, &e), 0);
		ck_assert_str_eq(server, good[i][1]);
		ck_assert_str_eq(path, good[i][2]);
		free(server);
		free(path);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_int_lt(notify_split_url(bad[i], &server, &path, &e), 0);
		ck_assert_int_eq(e.kind, ERR_INFRA);
		ck_assert_ptr_null(strstr(e.what, "secret"));
	}
}
END_TEST

START_TEST(who_is_told_of_what)
{
	static const struct {
		enum tell_when when;
		int status, news;
		bool told;
	} cases[] = {{TELL_CHANGE, 0, 0, false},  {TELL_CHANGE, 1, 0, false},  {TELL_CHANGE, 0, 1, true},  {TELL_FAILURE, 0, 1, false},
		     {TELL_FAILURE, 1, 0, true}, {TELL_FAILURE, 3, 0, true}, {TELL_ALWAYS, 0, 0, true}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct changes c = {.of[CHANGE_PASSING] = (size_t)cases[i].news};
		struct bulletin b = {.changes = &c, .exit_status = cases[i].status};

		ck_assert_int_eq(notify_wants(&(struct recipient){.when = cases[i].when}, &b), cases[i].told);
	}
}
END_TEST

/* A program that takes mail: it fails so often, and then keeps it. */
static const char *sendmail(int failures)
{
	const char *path = at("sendmail");
	char *script = xasprintf("#!/bin/sh\ncd %s || exit 9\necho \"$@\" >>calls\n[ \"$(wc -l <calls)\" -gt %d ] || { echo no room; exit 75; }\n"
				 "cat >mail\n", folder, failures);

	ck_assert_int_eq(file_write_atomic(path, script, strlen(script), false, NULL), 0);
	ck_assert_int_eq(chmod(path, 0755), 0);
	free(script);
	return path;
}

static int tell(const char *program, int tries, int *made, struct err *e)
{
	static const char *const to[] = {"a@example.org", NULL};
	struct mail m = {.to = to, .program = program};
	struct recipient r = {.name = "list", .by = TELL_MAIL, .mail = &m, .tries = tries, .pause_ms = 1, .deadline_ms = 60000};
	struct changes c = {.count = 0};
	struct bulletin b = {.name = "n", .started = "s", .host = "h", .changes = &c};

	return notify(&r, &b, made, e);
}

START_TEST(mail_is_handed_to_sendmail)
{
	struct buf text;
	struct err e = {0};
	int tries;

	ck_assert_msg(tell(sendmail(0), 1, &tries, &e) == 0, "%s", e.what);
	ck_assert_int_eq(tries, 1);
	buf_init(&text);
	ck_assert_int_eq(file_read(at("calls"), &text, &e), 0);
	ck_assert_str_eq(text.data, "-t -oi\n");
	buf_clear(&text);
	ck_assert_int_eq(file_read(at("mail"), &text, &e), 0);
	ck_assert_int_eq(strncmp(text.data, "To: a@example.org\nSubject: [runtest] nightly n: all as demanded\n", 60), 0);
	buf_finish(&text);
}
END_TEST

START_TEST(what_is_not_taken_is_tried_again_a_few_times)
{
	struct err e = {0};
	int tries;

	ck_assert_int_eq(tell(sendmail(2), 3, &tries, &e), 0);
	ck_assert_int_eq(tries, 3);
	ck_assert_int_eq(file_remove_tree(at("calls"), NULL), 0);
	ck_assert_int_lt(tell(sendmail(2), 2, &tries, &e), 0);
	ck_assert_int_eq(tries, 2);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "it exited with status 75 and said \"no room\\n\""));
	ck_assert_int_lt(tell(at("nowhere"), 1, &tries, &e), 0);
	ck_assert_int_eq(e.kind, ERR_INFRA);
}
END_TEST

Suite *told_test(void)
{
	Suite *s = suite_create("told");
	TCase *t = tcase_create("recipient");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, what_was_told_is_read_back);
	tcase_add_test(t, without_a_file_nothing_is_known);
	tcase_add_loop_test(t, a_damaged_file_is_told_and_nothing_is_known, 0, DAMAGED);
	tcase_add_test(t, addresses_are_split_or_refused_without_showing_them);
	tcase_add_test(t, who_is_told_of_what);
	tcase_add_test(t, mail_is_handed_to_sendmail);
	tcase_add_test(t, what_is_not_taken_is_tried_again_a_few_times);
	suite_add_tcase(s, t);
	return s;
}
