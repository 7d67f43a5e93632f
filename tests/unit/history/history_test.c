#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farmruns.h"
#include "history/schema.h"

static struct farmruns f;

static void setup(void)
{
	farmruns_setup(&f);
}

static void teardown(void)
{
	farmruns_teardown(&f);
}

static const struct told two[] = {
	{.scenario = "alpha", .parameter = 7},
	{.scenario = "beta", .verdict = VERDICT_FAIL, .cause = CAUSE_KERNEL_FAULT, .why = "it faulted", .control = false},
};

static void expect_rows(struct history *h, const char *sql, int columns, const char *expected)
{
	char *text = rows_text(h, sql, columns);

	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(everything_of_a_session_is_kept)
{
	const char *dir = told_run(&f, "r1", 1, two, 2);
	struct history *h = farmruns_open(&f, true);
	struct history_imported sum = {0};

	import_run(h, dir, &sum);
	ck_assert_uint_eq(sum.runs, 1);
	ck_assert_uint_eq(sum.sessions, 2);
	expect_rows(h, "SELECT run, session, scenario, variant, board, config, arch, repeat, attempt, final, verdict, cause,"
		       " unit, image_sha256, parameters, why, duration_ms, boot_us FROM results ORDER BY session", 18,
		    "r1|alpha.patched.qemu_a.debug|alpha|patched|qemu_a|debug|aarch64|1|1|1|pass||qemu_a|aa|n=7||10|10000\n"
		    "r1|beta.patched.qemu_a.debug|beta|patched|qemu_a|debug|aarch64|1|1|1|fail|kernel-fault|qemu_a|aa||it faulted"
		    "|10|10000\n");
	expect_rows(h, "SELECT boot, word, ms FROM times JOIN words ON words.id = times.what WHERE series ="
		       " (SELECT id FROM series WHERE name = 'alpha.patched.qemu_a.debug') ORDER BY boot, word", 3,
		    "0|boot|9\n1|init-up|10\n1|kernel-up|3\n");
	expect_rows(h, "SELECT run, started_ms, exit_status, planned, jobs, qemu_version, command FROM runs", 7,
		    "r1|1767297600000|0|2|2|7.2.19|runtest run *\n");
	history_close(h);
}
END_TEST

START_TEST(the_same_run_twice_is_the_same_history)
{
	const char *dir = told_run(&f, "r1", 1, two, 2);
	struct history *h = farmruns_open(&f, true);
	struct history_imported sum = {0};
	char *once, *twice;

	import_run(h, dir, NULL);
	once = history_text(h);
	import_run(h, dir, &sum);
	twice = history_text(h);
	ck_assert_str_eq(once, twice);
	ck_assert_uint_eq(sum.unchanged, 1);
	ck_assert_uint_eq(sum.sessions, 0);
	free(once);
	free(twice);
	history_close(h);
}
END_TEST

START_TEST(a_resumed_run_replaces_what_was_there)
{
	const char *dir = told_run_part(&f, "r1", 1, two, 2, 1, false);
	const struct told later[] = {{.scenario = "alpha", .verdict = VERDICT_TIMEOUT, .boot_us = 90000, .why = "late"}, two[1]};
	struct history *h = farmruns_open(&f, true);
	struct err e = {0};
	struct journal *j;

	import_run(h, dir, NULL);
	expect_rows(h, "SELECT session, verdict FROM results", 2, "alpha.patched.qemu_a.debug|pass\n");
	expect_rows(h, "SELECT count(*) FROM runs WHERE ended_ms IS NULL AND exit_status IS NULL", 1, "1\n");
	j = journal_reopen(dir, &e);
	ck_assert_msg(j, "%s", e.what);
	told_append(&f, j, &later[0]);
	told_append(&f, j, &later[1]);
	ck_assert_int_eq(journal_run_ended(j, 1, &e), 0);
	journal_close(j);
	import_run(h, dir, NULL);
	expect_rows(h, "SELECT session, verdict, why, boot_us FROM results ORDER BY session", 4,
		    "alpha.patched.qemu_a.debug|timeout|late|90000\nbeta.patched.qemu_a.debug|fail|it faulted|10000\n");
	expect_rows(h, "SELECT ms FROM times JOIN words ON words.id = what WHERE word = 'init-up' ORDER BY ms", 1, "10\n90\n");
	expect_rows(h, "SELECT exit_status FROM runs", 1, "1\n");
	history_close(h);
}
END_TEST

START_TEST(every_attempt_is_kept)
{
	const struct told tried = {.scenario = "alpha", .verdict = VERDICT_INFRA, .why = "no power", .unit = "qemu_b"};
	const char *dir = told_run_part(&f, "r1", 1, two, 2, 0, false);
	struct history *h = farmruns_open(&f, true);
	struct err e = {0};
	struct journal *j = journal_reopen(dir, &e);

	ck_assert_msg(j, "%s", e.what);
	told_append_as(&f, j, &tried, journal_session_tried);
	import_run(h, dir, NULL);
	expect_rows(h, "SELECT session, attempt, final, verdict, unit, why FROM results", 6,
		    "alpha.patched.qemu_a.debug|1|0|infra|qemu_b|no power\n");
	told_append_as(&f, j, &tried, journal_session_tried); /* resumed: it counts from 1 again */
	told_append(&f, j, &two[0]);
	journal_close(j);
	import_run(h, dir, NULL);
	expect_rows(h, "SELECT session, attempt, final, verdict, unit FROM results ORDER BY attempt", 5,
		    "alpha.patched.qemu_a.debug|1|0|infra|qemu_b\n"
		    "alpha.patched.qemu_a.debug|2|0|infra|qemu_b\n"
		    "alpha.patched.qemu_a.debug|3|1|pass|qemu_a\n");
	history_close(h);
}
END_TEST

/* Rows that no journal tells of are not kept. */
START_TEST(what_a_mended_journal_lost_goes)
{
	const char *dir = told_run(&f, "r1", 1, two, 2);
	struct history *h = farmruns_open(&f, true);
	char *path = xasprintf("%s/journal.jsonl", dir);
	struct buf text;

	import_run(h, dir, NULL);
	buf_init(&text);
	ck_assert_int_eq(file_read(path, &text, NULL), 0);
	ck_assert_int_eq(truncate(path, strchr(text.data, '\n') + 1 - text.data), 0);
	import_run(h, dir, NULL);
	expect_rows(h, "SELECT session FROM results", 1, "alpha.patched.qemu_a.debug\n");
	expect_rows(h, "SELECT count(*) FROM times", 1, "3\n");
	buf_finish(&text);
	free(path);
	history_close(h);
}
END_TEST

static void told_many(struct told *many, size_t count)
{
	for (size_t i = 0; i < count; i++)
		many[i] = (struct told){.scenario = "many", .repeat = (int)i + 1, .boot_us = 1000 * ((int64_t)i + 1)};
}

/* Killed in the middle of an import: what the next one makes of it is what an undisturbed one makes. */
START_TEST(an_import_that_was_killed_is_completed)
{
	enum { COUNT = 2500 };
	struct told *many = xcalloc(COUNT, sizeof *many);
	struct history *h;
	const char *dir;
	char *whole, *mended, *undisturbed = fresh_url(&f, "undisturbed");
	int status;
	pid_t pid;

	told_many(many, COUNT);
	dir = told_run(&f, "r1", 1, many, COUNT);
	h = history_at(&f, undisturbed, true);
	import_run(h, dir, NULL);
	whole = history_text(h);
	history_close(h);
	pid = fork();
	if (pid == 0) {
		h = farmruns_open(&f, true);
		import_run(h, dir, NULL);
		_exit(0);
	}
	for (bool begun = false; !begun;) { /* until it has written its first batch */
		struct err e;

		if (waitpid(pid, &status, WNOHANG) == pid) {
			pid = 0; /* it was quicker */
			break;
		}
		h = history_open(f.url, f.folder, false, &e);
		if (h) {
			char *n = rows_text(h, "SELECT count(*) FROM sessions", 1);

			begun = strcmp(n, "0\n") != 0;
			free(n);
			history_close(h);
		}
	}
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	h = farmruns_open(&f, true);
	import_run(h, dir, NULL);
	mended = history_text(h);
	ck_assert_str_eq(mended, whole);
	history_close(h);
	free(mended);
	free(whole);
	free(undisturbed);
	free(many);
}
END_TEST

START_TEST(importers_at_the_same_time_do_not_harm_each_other)
{
	enum { IMPORTERS = 4, RUNS = 5 };
	struct told many[40];
	struct history *h;
	char name[16];
	pid_t pids[IMPORTERS];

	told_many(many, 40);
	for (int i = 0; i < RUNS; i++) {
		snprintf(name, sizeof name, "r%d", i);
		told_run(&f, arena_strdup(&f.arena, name), i + 1, many, 40);
	}
	for (int i = 0; i < IMPORTERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct err e = {0};

			h = history_open(f.url, f.folder, true, &e);
			_exit(!h || history_import_folder(h, f.folder, NULL, NULL, &e) < 0);
		}
	}
	for (int i = 0; i < IMPORTERS; i++) {
		int status = -1;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	h = farmruns_open(&f, false);
	expect_rows(h, "SELECT count(*) FROM sessions", 1, "200\n");
	expect_rows(h, "SELECT count(*) FROM runs WHERE journal_sha256 IS NOT NULL", 1, "5\n");
	history_close(h);
}
END_TEST

static void count_odd(const struct err *e)
{
	ck_assert_ptr_nonnull(strstr(e->where, "run.json"));
}

START_TEST(a_folder_is_imported_and_its_damaged_runs_are_told)
{
	struct history *h = farmruns_open(&f, true);
	struct history_imported sum = {0};
	struct err e = {0};
	char *path;

	told_run(&f, "r1", 1, two, 2);
	path = xasprintf("%s/run.json", told_run(&f, "r2", 2, two, 2));
	ck_assert_int_eq(file_write_atomic(path, "{", 1, false, NULL), 0);
	told_run(&f, "r3", 3, two, 2);
	ck_assert_int_eq(chdir(f.folder), 0);
	ck_assert_msg(history_import_folder(h, ".", &sum, count_odd, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(sum.runs, 2);
	expect_rows(h, "SELECT run FROM runs ORDER BY run", 1, "r1\nr3\n");
	free(path);
	history_close(h);
}
END_TEST

START_TEST(hints_know_durations_and_failures)
{
	const struct told later[] = {{.scenario = "alpha", .boot_us = 30000}, {.scenario = "beta"},
				     {.scenario = "gamma", .verdict = VERDICT_INFRA, .why = "no board"}};
	struct history *h = farmruns_open(&f, true);
	struct history_hints hints;
	const struct history_hint *hint;
	struct err e = {0};

	import_run(h, told_run(&f, "r1", 1, two, 2), NULL);
	import_run(h, told_run(&f, "r2", 2, later, 3), NULL);
	ck_assert_msg(history_hints(h, &hints, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(hints.count, 3);
	hint = history_hint_find(&hints, "alpha.patched.qemu_a.debug");
	ck_assert_ptr_nonnull(hint);
	ck_assert_int_eq(hint->expected_ms, 20);
	ck_assert_double_eq(hint->failure_rate, 0);
	hint = history_hint_find(&hints, "beta.patched.qemu_a.debug");
	ck_assert_double_eq(hint->failure_rate, 0.5);
	ck_assert_int_eq(hint->results, 2);
	ck_assert_int_eq(history_hint_find(&hints, "gamma.patched.qemu_a.debug")->results, 0);
	ck_assert_ptr_null(history_hint_find(&hints, "delta.patched.qemu_a.debug"));
	history_hints_finish(&hints);
	history_close(h);
}
END_TEST

START_TEST(a_history_that_is_not_there_is_told)
{
	struct err e = {0};

	ck_assert_ptr_null(history_open(f.url, f.folder, false, &e));
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_int_eq(e.sys, ENOENT);
}
END_TEST

START_TEST(a_file_that_is_no_history_is_told)
{
	struct err e = {0};
	char *path = xasprintf("%s/history.db", f.folder);

	ck_assert_int_eq(file_write_atomic(path, "this is no database, and it is long enough to be looked at", 58, false,
					   NULL), 0);
	ck_assert_ptr_null(history_open(f.url, f.folder, false, &e));
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_int_ne(e.sys, ENOENT);
	ck_assert_str_eq(e.where, path);
	free(path);
}
END_TEST

START_TEST(an_older_history_is_brought_up_to_date)
{
	struct history *h = farmruns_open(&f, true);
	struct history_transfer t = {.run = "r", .session = "s", .attempt = 1, .result = "{}"};
	struct err e = {0};
	int version;

	import_run(h, told_run(&f, "r1", 1, two, 2), NULL);
	/* as version 1 left it */
	ck_assert_int_eq(db_exec(&h->db, "DROP TABLE transfers; UPDATE schema_version SET version = 1", &e), 0);
	ck_assert_int_lt(history_transfer_put(h, &t, &e), 0);
	history_close(h);
	h = farmruns_open(&f, false);
	ck_assert_int_eq(schema_version(&h->db, &version, &e), 0);
	ck_assert_int_eq(version, SCHEMA_VERSION);
	expect_rows(h, "SELECT count(*) FROM sessions", 1, "2\n");
	ck_assert_msg(history_transfer_put(h, &t, &e) == 0, "%s", e.what);
	history_close(h);
}
END_TEST

START_TEST(a_newer_history_is_refused)
{
	struct history *h = farmruns_open(&f, true);
	struct err e = {0};

	ck_assert_int_eq(db_exec(&h->db, "UPDATE schema_version SET version = 99", &e), 0);
	history_close(h);
	for (int write = 0; write < 2; write++) {
		ck_assert_ptr_null(history_open(f.url, f.folder, write, &e));
		ck_assert_int_eq(e.kind, ERR_USAGE);
		ck_assert_ptr_nonnull(strstr(e.what, "version 99"));
	}
}
END_TEST

START_TEST(transfers_come_out_as_they_went_in)
{
	static const char archive[] = "\0\1binary\xff";
	struct history *h = farmruns_open(&f, true);
	struct history_transfer first = {"r1", "s1", 1, "{\"a\":1}", archive, sizeof archive}, second = {"r1", "s2", 2, "{}", NULL, 0};
	struct history_transfer t;
	struct err e = {0};

	ck_assert_int_eq(history_transfer_put(h, &first, &e), 0);
	ck_assert_int_eq(history_transfer_put(h, &first, &e), 0); /* again */
	ck_assert_int_eq(history_transfer_put(h, &second, &e), 0);
	ck_assert_int_eq(history_transfer_next(h, "r2", &f.arena, &t, &e), 0);
	ck_assert_int_eq(history_transfer_next(h, "r1", &f.arena, &t, &e), 1);
	ck_assert_str_eq(t.session, "s1");
	ck_assert_str_eq(t.result, "{\"a\":1}");
	ck_assert_uint_eq(t.archive_size, sizeof archive);
	ck_assert_mem_eq(t.archive, archive, sizeof archive);
	ck_assert_int_eq(history_transfer_drop(h, &t, &e), 0);
	ck_assert_int_eq(history_transfer_next(h, "r1", &f.arena, &t, &e), 1);
	ck_assert_str_eq(t.session, "s2");
	ck_assert_int_eq(t.attempt, 2);
	ck_assert_ptr_null(t.archive);
	ck_assert_int_eq(history_transfer_drop(h, &t, &e), 0);
	ck_assert_int_eq(history_transfer_next(h, "r1", &f.arena, &t, &e), 0);
	history_close(h);
}
END_TEST

Suite *history_test(void);
Suite *history_test(void)
{
	Suite *s = suite_create("history");
	TCase *t = tcase_create("history");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, everything_of_a_session_is_kept);
	tcase_add_test(t, the_same_run_twice_is_the_same_history);
	tcase_add_test(t, a_resumed_run_replaces_what_was_there);
	tcase_add_test(t, every_attempt_is_kept);
	tcase_add_test(t, what_a_mended_journal_lost_goes);
	tcase_add_test(t, an_import_that_was_killed_is_completed);
	tcase_add_test(t, importers_at_the_same_time_do_not_harm_each_other);
	tcase_add_test(t, a_folder_is_imported_and_its_damaged_runs_are_told);
	tcase_add_test(t, hints_know_durations_and_failures);
	tcase_add_test(t, a_history_that_is_not_there_is_told);
	tcase_add_test(t, an_older_history_is_brought_up_to_date);
	tcase_add_test(t, a_newer_history_is_refused);
	tcase_add_test(t, transfers_come_out_as_they_went_in);
	if (!getenv("RUNTEST_TEST_DATABASE"))
		tcase_add_test(t, a_file_that_is_no_history_is_told);
	suite_add_tcase(s, t);
	return s;
}
