#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "result/report.h"
#include "result/sample.h"
#include "util/buf.h"
#include "util/clock.h"

Suite *journal_test(void);

static char *journal_path(const char *run_dir)
{
	return xasprintf("%s/journal.jsonl", run_dir);
}

static void read_journal(const char *run_dir, struct buf *out)
{
	char *path = journal_path(run_dir);

	buf_init(out);
	ck_assert_int_eq(file_read(path, out, NULL), 0);
	free(path);
}

static void write_journal(const char *run_dir, const char *text, size_t n)
{
	char *path = journal_path(run_dir);
	int fd = open(path, O_WRONLY | O_TRUNC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_write_all(fd, text, n), 0);
	close(fd);
	free(path);
}

static size_t sessions_ended(const struct run_record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		n += r->sessions[i].verdict != VERDICT_NONE;
	return n;
}

START_TEST(a_run_is_read_back_whole)
{
	struct run_record r;
	struct sample s;

	sample_setup(&s);
	sample_run(&s);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_str_eq(r.settings.run, SAMPLE_RUN);
	ck_assert_str_eq(r.settings.project, sample_settings.project);
	ck_assert_str_eq(r.settings.command[1], "run");
	ck_assert_ptr_null(r.settings.command[3]);
	ck_assert_uint_eq(r.plan_count, SAMPLE_COUNT);
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		ck_assert_int_eq(r.sessions[i].verdict, sample_sessions[i].verdict);
		ck_assert_str_eq(r.sessions[i].name, sample_sessions[i].plan.name);
		ck_assert(r.started[i]);
	}
	ck_assert(r.ended && !r.torn);
	ck_assert_ptr_null(r.damage);
	ck_assert_int_eq(r.exit_status, 1);
	ck_assert_ptr_nonnull(r.ended_at);
	run_record_finish(&r);
	sample_teardown(&s);
}
END_TEST

START_TEST(the_plan_is_there_before_anything_ran)
{
	struct run_record r;
	struct sample s;
	struct stat st;
	char *path;

	sample_setup(&s);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(r.plan_count, SAMPLE_COUNT);
	ck_assert_uint_eq(sessions_ended(&r), 0);
	ck_assert_str_eq(r.sessions[0].why, "the run was cut short before this session began");
	ck_assert_str_eq(r.plan[1].variant, "unpatched");
	ck_assert(r.plan[1].expected.control);
	run_record_finish(&r);
	path = journal_path(journal_dir(s.journal));
	ck_assert_int_eq(unlink(path), 0); /* killed before it was made */
	sample_read(&r, journal_dir(s.journal));
	ck_assert_int_eq(run_exit_status(&r, false), 130);
	run_record_finish(&r);
	ck_assert_int_eq(stat(path, &st), -1);
	free(path);
	sample_teardown(&s);
}
END_TEST

#define SKIP "the board has no memory witness"

/* A run of one session, which is skipped. */
static struct journal *begin_with_a_skip(const struct sample *s)
{
	struct planned plan = sample_sessions[0].plan;
	struct journal *j;

	plan.skip = SKIP;
	j = journal_create(s->results, &(struct run_settings){.started = SAMPLE_STARTED}, &plan, 1, NULL);
	ck_assert_ptr_nonnull(j);
	return j;
}

START_TEST(a_planned_skip_is_a_verdict)
{
	struct run_record r;
	struct journal *j;
	struct sample s;

	sample_setup(&s);
	j = begin_with_a_skip(&s);
	sample_read(&r, journal_dir(j));
	ck_assert_int_eq(r.sessions[0].verdict, VERDICT_SKIPPED);
	ck_assert_str_eq(r.sessions[0].why, SKIP);
	run_record_finish(&r);
	journal_close(j);
	sample_teardown(&s);
}
END_TEST

static void ck_said(const struct run_record *r, const char *text, bool by_junit)
{
	struct buf out;

	buf_init(&out);
	if (by_junit)
		report_junit(&out, r);
	else
		report_failure(&out, r, &r->sessions[2], true);
	ck_assert_msg(strstr(out.data, text), "not there: %s\n%s", text, out.data);
	buf_finish(&out);
}

/* The sample's third session, which fails: in quarantine, after an attempt on another board that ended as infra. */
START_TEST(attempts_and_quarantine_are_kept_and_told)
{
	struct session_result result;
	struct run_record r;
	struct sample s;
	char *json;

	sample_setup(&s);
	sample_result(&result, 2);
	result.verdict = VERDICT_INFRA;
	result.unit = "rock-7";
	result.why = "the switch answered 500";
	json = session_result_to_json(&result);
	ck_assert_int_eq(journal_session_tried(s.journal, json, NULL), 0);
	free(json);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(sessions_ended(&r), 0); /* an attempt is no end */
	ck_assert_uint_eq(r.sessions[2].tried_count, 1);
	run_record_finish(&r);
	session_result_finish(&result);
	sample_result(&result, 2);
	result.attempts = 2;
	result.quarantine = (struct quarantine_note){"el1", "the timer drifts", "2026-12-31", "scenarios/quarantine/el1.yaml:3"};
	json = session_result_to_json(&result);
	ck_assert_int_eq(journal_session_ended(s.journal, json, NULL), 0);
	free(json);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(r.sessions[2].tried_count, 1);
	ck_assert_int_eq(r.sessions[2].tried[0].number, 1);
	ck_assert_str_eq(r.sessions[2].tried[0].unit, "rock-7");
	ck_assert_str_eq(r.sessions[2].quarantine.until, "2026-12-31");
	ck_assert_uint_eq(run_totals(&r).excused, 1);
	ck_said(&r, "attempt 1 on rock-7: infra, pd-code-cleared: the switch answered 500", false);
	ck_said(&r, "in quarantine until 2026-12-31: the timer drifts  (scenarios/quarantine/el1.yaml:3)", false);
	ck_said(&r, "<skipped type=\"pd-code-cleared\"", true);
	run_record_finish(&r);
	session_result_finish(&result);
	sample_teardown(&s);
}
END_TEST

/* Reports from a journal cut at `n`: all of them work, and no session that was ended whole is lost. */
static void report_cut(const char *dir, const struct buf *whole, size_t n, size_t *ended)
{
	struct buf json, junit;
	struct run_record r;
	char *table = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&table, &size);

	write_journal(dir, whole->data, n);
	sample_read(&r, dir);
	ck_assert_uint_ge(sessions_ended(&r), *ended);
	*ended = sessions_ended(&r);
	ck_assert_int_eq(r.torn, n > 0 && whole->data[n - 1] != '\n');
	ck_assert_int_eq(r.ended, n == whole->len);
	ck_assert_ptr_null(r.damage);
	ck_assert_int_eq(run_exit_status(&r, false), *ended == SAMPLE_COUNT ? 1 : 130);
	buf_init(&json);
	buf_init(&junit);
	report_json(&json, &r);
	report_junit(&junit, &r);
	report_table(out, &r, false);
	report_failures(out, &r);
	fclose(out);
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		char *name = xasprintf("\"session\":\"" SAMPLE_RUN "/%s\"", r.plan[i].name);

		ck_assert_ptr_nonnull(strstr(json.data, name));
		free(name);
	}
	ck_assert_ptr_null(strstr(json.data, "\"verdict\":\"none\""));
	ck_assert_int_eq(strstr(json.data, "the run was cut short") != NULL, *ended < SAMPLE_COUNT);
	free(table);
	buf_finish(&json);
	buf_finish(&junit);
	run_record_finish(&r);
}

/* Every session with its verdict and nothing else, so that cutting at every byte takes seconds, not minutes. */
static void run_slim(struct sample *s)
{
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		char *json = xasprintf("{\"session\":\"x/%s\",\"verdict\":\"%s\"}", s->plan[i].name,
				       verdict_name(sample_sessions[i].verdict));

		ck_assert_int_eq(journal_session_started(s->journal, s->plan[i].name, NULL), 0);
		ck_assert_int_eq(journal_session_ended(s->journal, json, NULL), 0);
		free(json);
	}
	ck_assert_int_eq(journal_run_ended(s->journal, 1, NULL), 0);
}

START_TEST(reports_come_from_a_journal_cut_at_every_byte)
{
	size_t ended = 0;
	struct buf whole;
	struct sample s;

	sample_setup(&s);
	run_slim(&s);
	read_journal(journal_dir(s.journal), &whole);
	for (size_t n = 0; n <= whole.len; n++)
		report_cut(journal_dir(s.journal), &whole, n, &ended);
	ck_assert_uint_eq(ended, SAMPLE_COUNT);
	buf_finish(&whole);
	sample_teardown(&s);
}
END_TEST

START_TEST(reports_come_from_full_results_cut_here_and_there)
{
	size_t ended = 0;
	struct buf whole;
	struct sample s;

	sample_setup(&s);
	sample_run(&s);
	read_journal(journal_dir(s.journal), &whole);
	for (size_t n = 0; n <= whole.len; n += 97)
		report_cut(journal_dir(s.journal), &whole, n, &ended);
	report_cut(journal_dir(s.journal), &whole, whole.len, &ended);
	ck_assert_uint_eq(ended, SAMPLE_COUNT);
	buf_finish(&whole);
	sample_teardown(&s);
}
END_TEST

START_TEST(a_run_cut_at_every_byte_goes_on)
{
	struct buf whole;
	struct sample s;
	char *dir;

	sample_setup(&s);
	run_slim(&s);
	dir = xstrdup(journal_dir(s.journal));
	read_journal(dir, &whole);
	journal_close(s.journal);
	s.journal = NULL;
	for (size_t n = 0; n <= whole.len; n++) {
		struct run_record before, after;
		struct journal *j;

		write_journal(dir, whole.data, n);
		sample_read(&before, dir);
		j = journal_reopen(dir, NULL);
		ck_assert_ptr_nonnull(j);
		sample_end(j, SAMPLE_COUNT - 1);
		journal_close(j);
		sample_read(&after, dir);
		ck_assert(!after.torn && !after.ended);
		ck_assert_ptr_null(after.damage);
		ck_assert_int_eq(after.sessions[SAMPLE_COUNT - 1].verdict, VERDICT_INFRA);
		for (size_t i = 0; i + 1 < SAMPLE_COUNT; i++)
			ck_assert_int_eq(after.sessions[i].verdict, before.sessions[i].verdict);
		run_record_finish(&before);
		run_record_finish(&after);
	}
	buf_finish(&whole);
	free(dir);
	sample_teardown(&s);
}
END_TEST

START_TEST(run_json_cut_anywhere_is_refused)
{
	struct run_record r;
	struct sample s;
	struct buf whole;
	char *path;

	sample_setup(&s);
	path = xasprintf("%s/run.json", journal_dir(s.journal));
	buf_init(&whole);
	ck_assert_int_eq(file_read(path, &whole, NULL), 0);
	for (size_t n = 0; n < whole.len; n += 3) {
		struct err e = {0};

		ck_assert_int_eq(file_write_atomic(path, whole.data, n, false, NULL), 0);
		ck_assert_int_eq(run_record_read(&r, journal_dir(s.journal), &e), -1);
		ck_assert_int_eq(e.kind, ERR_IO);
		ck_assert_ptr_nonnull(strstr(e.where, "run.json"));
		run_record_finish(&r);
	}
	buf_finish(&whole);
	free(path);
	sample_teardown(&s);
}
END_TEST

START_TEST(garbage_ends_the_reading_and_says_so)
{
	static const char garbage[] = "\0\0\0\0\n{\"event\":\"run-ended\",\"at\":\"x\",\"exit_status\":0}\n";
	struct buf text;
	struct run_record r;
	struct sample s;
	struct journal *j;
	char *aside, *dir;

	sample_setup(&s);
	dir = xstrdup(journal_dir(s.journal));
	sample_end(s.journal, 0);
	sample_end(s.journal, 1);
	journal_close(s.journal);
	s.journal = NULL;
	read_journal(dir, &text);
	buf_add(&text, garbage, sizeof garbage - 1);
	write_journal(dir, text.data, text.len);
	sample_read(&r, dir);
	ck_assert_uint_eq(sessions_ended(&r), 2);
	ck_assert(!r.ended);
	ck_assert_str_eq(r.damage, "journal.jsonl:3: not a JSON object: nothing is read from here on");
	run_record_finish(&r);

	j = journal_reopen(dir, NULL);
	ck_assert_ptr_nonnull(j);
	sample_end(j, 2);
	journal_close(j);
	sample_read(&r, dir);
	ck_assert_uint_eq(sessions_ended(&r), 3);
	ck_assert_ptr_null(r.damage);
	run_record_finish(&r);
	aside = xasprintf("%s/journal.damaged", dir);
	ck_assert_int_eq(file_size(aside), sizeof garbage - 1);
	buf_finish(&text);
	free(aside);
	free(dir);
	sample_teardown(&s);
}
END_TEST

START_TEST(lines_that_say_nothing_usable_are_passed_over)
{
	static const char *const lines[] = {
		"{\"event\":\"session-ended\",\"result\":{\"session\":\"a/unheard-of\",\"verdict\":\"pass\"}}\n",
		"{\"event\":\"session-ended\",\"result\":[]}\n",
		"{\"event\":\"session-started\",\"session\":7}\n",
		"{\"event\":\"run-ended\",\"exit_status\":\"0\"}\n",
		"{\"event\":\"moon-rise\"}\n",
		"{}\n",
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct run_record r;
		struct sample s;
		struct buf text;

		sample_setup(&s);
		write_journal(journal_dir(s.journal), lines[i], strlen(lines[i]));
		sample_end(s.journal, 0);
		sample_read(&r, journal_dir(s.journal));
		ck_assert_uint_eq(sessions_ended(&r), 1);
		ck_assert_int_eq(strncmp(r.damage, "journal.jsonl:1: ", 17), 0);
		run_record_finish(&r);
		read_journal(journal_dir(s.journal), &text);
		buf_finish(&text);
		sample_teardown(&s);
	}
}
END_TEST

START_TEST(of_two_results_of_a_session_the_last_counts)
{
	struct run_record r;
	struct sample s;

	sample_setup(&s);
	ck_assert_int_eq(journal_session_ended(s.journal, "{\"session\":\"x/pd-survives.patched.el2\",\"verdict\":"
					       "\"cancelled\"}", NULL), 0);
	ck_assert_int_eq(journal_run_ended(s.journal, 130, NULL), 0);
	sample_end(s.journal, 0);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_int_eq(r.sessions[0].verdict, VERDICT_PASS);
	ck_assert(!r.ended); /* what came behind the end was a resumed run */
	run_record_finish(&r);
	sample_teardown(&s);
}
END_TEST

static void ck_same_text(const char *a, const char *b)
{
	ck_assert_msg(a == b || (a && b && strcmp(a, b) == 0), "\"%s\" and \"%s\"", a ? a : "(none)", b ? b : "(none)");
}

/* What a list of sessions shows. */
static void ck_same_in_brief(const struct session_result *a, const struct session_result *b)
{
	ck_assert_int_eq(a->verdict, b->verdict);
	ck_assert_int_eq(a->cause, b->cause);
	ck_assert_int_eq(a->attempts, b->attempts);
	ck_assert_int_eq(a->duration_ms, b->duration_ms);
	ck_assert_int_eq(a->boot_us, b->boot_us);
	ck_assert_uint_eq(a->tried_count, b->tried_count);
	for (size_t i = 0; i < a->tried_count; i++) {
		ck_assert_int_eq(a->tried[i].verdict, b->tried[i].verdict);
		ck_same_text(a->tried[i].why, b->tried[i].why);
	}
	ck_same_text(a->name, b->name);
	ck_same_text(a->why, b->why);
	ck_same_text(a->dir, b->dir);
	ck_same_text(a->started, b->started);
	ck_same_text(a->image_sha256, b->image_sha256);
}

static void ck_same_session(const struct run_brief *b, size_t place, const struct session_result *whole)
{
	struct session_result s;
	struct err e = {0};
	char *one, *other;

	ck_assert_msg(run_brief_session(b, place, &s, &e) == 0, "%s", e.what);
	ck_same_in_brief(&s, whole);
	one = session_result_to_json(&s);
	other = session_result_to_json(whole);
	ck_assert_str_eq(one, other);
	free(one);
	free(other);
	session_result_finish(&s);
}

/* Returns how many of its sessions have something that the brief reading has left out. */
static size_t ck_brief_as_record(const char *dir)
{
	struct run_record r;
	struct run_brief b;
	struct err e = {0};
	size_t left_out = 0;

	sample_read(&r, dir);
	ck_assert_msg(run_brief_read(&b, dir, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(b.r.plan_count, r.plan_count);
	ck_assert(b.r.ended == r.ended && b.r.torn == r.torn);
	ck_assert_int_eq(b.r.exit_status, r.exit_status);
	ck_same_text(b.r.damage, r.damage);
	ck_same_text(b.r.ended_at, r.ended_at);
	ck_same_text(b.r.last_at, r.last_at);
	for (size_t i = 0; i < r.plan_count; i++) {
		ck_assert(b.r.started[i] == r.started[i]);
		ck_same_in_brief(&b.r.sessions[i], &r.sessions[i]);
		ck_same_session(&b, i, &r.sessions[i]);
		ck_assert_uint_eq(b.r.sessions[i].phase_count, 0);
		left_out += r.sessions[i].phase_count > 0;
	}
	run_brief_finish(&b);
	run_record_finish(&r);
	return left_out;
}

START_TEST(a_brief_reading_says_what_a_full_one_says)
{
	static const char cancelled[] = "{\"session\":\"x/pd-survives.patched.el2\",\"verdict\":\"cancelled\",\"why\":\"by a signal\"}";
	static const char tried[] = "{\"session\":\"x/pd-survives.patched.el1\",\"verdict\":\"infra\",\"attempts\":1,\"why\":\"no \\\"}{ line\"}";
	struct sample s;

	sample_setup(&s);
	ck_assert_uint_eq(ck_brief_as_record(journal_dir(s.journal)), 0);
	ck_assert_int_eq(journal_session_ended(s.journal, cancelled, NULL), 0);
	ck_assert_int_eq(journal_session_tried(s.journal, tried, NULL), 0);
	ck_assert_int_eq(journal_run_ended(s.journal, 130, NULL), 0);
	ck_assert_uint_eq(ck_brief_as_record(journal_dir(s.journal)), 0);
	sample_run(&s); /* as if resumed: a second result for the first session */
	ck_assert_uint_eq(ck_brief_as_record(journal_dir(s.journal)), SAMPLE_COUNT - 1);
	sample_teardown(&s);
}
END_TEST

START_TEST(a_brief_reading_of_a_planned_skip_is_the_same)
{
	struct journal *j;
	struct sample s;

	sample_setup(&s);
	j = begin_with_a_skip(&s);
	ck_assert_uint_eq(ck_brief_as_record(journal_dir(j)), 0);
	journal_close(j);
	sample_teardown(&s);
}
END_TEST

/* In a line's middle, in its brackets, behind its end: and with something that is no line in between. */
START_TEST(a_brief_reading_of_a_damaged_journal_is_the_same)
{
	static const char *const lines[] = {
		"{\"event\":\"session-ended\",\"result\":[]}\n", "{\"event\":\"moon-rise\"}\n", "{}\n", "[]\n", "{\"event\":\n",
		"{\"event\":\"session-ended\",\"result\":{\"session\":\"a/unheard-of\",\"verdict\":\"pass\"}}\n",
		"{\"event\":\"session-ended\",\"result\":{\"session\":\"a/pd-survives.patched.el2\"}}\n",
	};
	struct buf whole, text;
	struct sample s;

	sample_setup(&s);
	sample_run(&s);
	read_journal(journal_dir(s.journal), &whole);
	for (size_t n = 0; n < whole.len; n += 97) {
		write_journal(journal_dir(s.journal), whole.data, n);
		ck_brief_as_record(journal_dir(s.journal));
	}
	buf_init(&text);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		size_t first = (size_t)(strchr(whole.data, '\n') + 1 - whole.data);

		buf_clear(&text);
		buf_add(&text, whole.data, first);
		buf_adds(&text, lines[i]);
		buf_add(&text, whole.data + first, whole.len - first);
		write_journal(journal_dir(s.journal), text.data, text.len);
		ck_brief_as_record(journal_dir(s.journal));
	}
	buf_finish(&text);
	buf_finish(&whole);
	sample_teardown(&s);
}
END_TEST

START_TEST(what_could_not_be_read_back_is_not_written)
{
	struct run_record r;
	struct sample s;

	sample_setup(&s);
	ck_assert_int_eq(journal_session_ended(s.journal, "{\"session\":\"x/", NULL), -1);
	ck_assert_int_eq(journal_session_ended(s.journal, "{\"session\":\"x/y\",\n\"verdict\":\"pass\"}", NULL), -1);
	sample_end(s.journal, 0);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(sessions_ended(&r), 1);
	ck_assert_ptr_null(r.damage);
	run_record_finish(&r);
	sample_teardown(&s);
}
END_TEST

/* A file-size limit fails the write half-way through a line, as a disk that fills up does. */
START_TEST(a_line_that_did_not_fit_is_taken_back)
{
	struct rlimit limit, whole;
	struct run_record r;
	struct err e = {0};
	struct sample s;
	struct buf text;
	char *json;
	struct session_result result;

	sample_setup(&s);
	sample_end(s.journal, 0);
	read_journal(journal_dir(s.journal), &text);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &whole);
	limit = whole;
	limit.rlim_cur = text.len + 100;
	setrlimit(RLIMIT_FSIZE, &limit);
	sample_result(&result, 1);
	json = session_result_to_json(&result);
	ck_assert_int_eq(journal_session_ended(s.journal, json, &e), -1);
	setrlimit(RLIMIT_FSIZE, &whole);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.hint, "--results"));
	sample_end(s.journal, 2);
	sample_read(&r, journal_dir(s.journal));
	ck_assert(!r.torn);
	ck_assert_uint_eq(sessions_ended(&r), 2);
	ck_assert_int_eq(r.sessions[1].verdict, VERDICT_NONE);
	run_record_finish(&r);
	session_result_finish(&result);
	free(json);
	buf_finish(&text);
	sample_teardown(&s);
}
END_TEST

START_TEST(results_that_cannot_be_written_name_the_folder)
{
	static const char *const places[] = {"/proc/results", "/dev/null/results"};

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct err e = {0};

		ck_assert_ptr_null(journal_create(places[i], &sample_settings, NULL, 0, &e));
		ck_assert_int_eq(e.kind, ERR_IO);
		ck_assert_ptr_nonnull(strstr(e.hint, places[i]));
		ck_assert_ptr_nonnull(strstr(e.hint, "--results DIR"));
	}
}
END_TEST

START_TEST(latest_points_at_the_newest_run)
{
	struct run_settings settings = sample_settings;
	struct sample s;
	struct journal *j;
	char *latest, *id;

	sample_setup(&s);
	settings.run = NULL;
	j = journal_create(s.results, &settings, s.plan, 1, NULL);
	ck_assert_ptr_nonnull(j);
	latest = run_resolve(s.results, "latest", NULL);
	ck_assert_str_eq(latest, journal_dir(j));
	id = run_resolve(s.results, SAMPLE_RUN, NULL);
	ck_assert_str_eq(id, journal_dir(s.journal));
	free(id);
	id = run_resolve("/nowhere", journal_dir(s.journal), NULL);
	ck_assert_str_eq(id, journal_dir(s.journal));
	free(id);
	free(latest);
	journal_close(j);
	sample_teardown(&s);
}
END_TEST

START_TEST(a_folder_called_latest_is_not_overwritten)
{
	struct run_settings settings = sample_settings;
	struct err e = {0};
	struct sample s;
	char *path;

	sample_setup(&s);
	path = xasprintf("%s/latest", s.results);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	settings.run = "another";
	ck_assert_ptr_null(journal_create(s.results, &settings, s.plan, 1, &e));
	ck_assert_ptr_nonnull(strstr(e.hint, "move it away"));
	free(path);
	path = xasprintf("%s/another", s.results);
	ck_assert(!file_exists(path)); /* no half run is left behind */
	free(path);
	sample_teardown(&s);
}
END_TEST

START_TEST(a_run_that_is_not_there_is_a_usage_error)
{
	static const char *const names[] = {"latest", "20200101-000000-0000", "", "/nowhere/at/all", "../.."};
	struct run_record r;
	struct err e = {0};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		ck_assert_ptr_null(run_resolve("/nowhere", names[i], &e));
		ck_assert_int_eq(e.kind, ERR_USAGE);
		ck_assert_int_ne(e.hint[0], '\0');
	}
	ck_assert_int_eq(run_record_read(&r, "/nowhere", &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	run_record_finish(&r);
	ck_assert_int_eq(run_record_read(&r, "/tmp", &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	run_record_finish(&r);
	ck_assert_ptr_null(journal_reopen("/tmp", &e));
}
END_TEST

START_TEST(a_name_that_is_taken_is_refused)
{
	struct err e = {0};
	struct sample s;

	sample_setup(&s);
	ck_assert_ptr_null(journal_create(s.results, &sample_settings, s.plan, 1, &e));
	ck_assert_int_eq(e.kind, ERR_USAGE);
	sample_run(&s); /* and the run that has the name is still there */
	sample_teardown(&s);
}
END_TEST

START_TEST(a_run_that_is_going_on_is_not_resumed)
{
	struct err e = {0};
	struct sample s;

	sample_setup(&s);
	ck_assert_ptr_null(journal_reopen(journal_dir(s.journal), &e));
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(e.what, "still going on"));
	sample_teardown(&s);
}
END_TEST

START_TEST(verdicts_outlast_a_kill)
{
	struct run_record r;
	struct sample s;
	pid_t pid;

	sample_setup(&s);
	pid = fork();
	if (pid == 0) {
		sample_end(s.journal, 0);
		sample_end(s.journal, 1);
		journal_session_started(s.journal, s.plan[2].name, NULL);
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(sessions_ended(&r), 2);
	ck_assert_str_eq(r.sessions[2].why, "the run was cut short while this session ran");
	run_record_finish(&r);
	sample_teardown(&s);
}
END_TEST

/* In place of the C library's: it counts, and can fail. */
static unsigned syncs;
static bool disk_fails;

int fdatasync(int fd)
{
	syncs++;
	if (disk_fails) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

START_TEST(results_that_come_together_wait_for_the_disk_once)
{
	struct run_record r;
	struct sample s;

	sample_setup(&s);
	syncs = 0;
	sample_end(s.journal, 0);
	ck_assert_uint_eq(syncs, 1);
	journal_group(s.journal);
	sample_end(s.journal, 1);
	sample_end(s.journal, 2);
	ck_assert_uint_eq(syncs, 1);
	ck_assert_int_eq(journal_sync(s.journal, NULL), 0);
	ck_assert_uint_eq(syncs, 2);
	/* there is nothing that would have to wait */
	ck_assert_int_eq(journal_session_started(s.journal, s.plan[3].name, NULL), 0);
	ck_assert_int_eq(journal_sync(s.journal, NULL), 0);
	ck_assert_uint_eq(syncs, 2);
	sample_end(s.journal, 3);
	ck_assert_int_eq(journal_ungroup(s.journal, NULL), 0);
	ck_assert_uint_eq(syncs, 3);
	ck_assert_int_eq(journal_run_ended(s.journal, 1, NULL), 0);
	ck_assert_uint_eq(syncs, 4);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(sessions_ended(&r), 4);
	run_record_finish(&r);
	sample_teardown(&s);
}
END_TEST

START_TEST(results_that_cannot_be_synced_are_taken_back_together)
{
	struct run_record r;
	struct err e = {0};
	struct sample s;

	sample_setup(&s);
	journal_group(s.journal);
	sample_end(s.journal, 0);
	ck_assert_int_eq(journal_sync(s.journal, NULL), 0);
	sample_end(s.journal, 1);
	sample_end(s.journal, 2);
	disk_fails = true;
	ck_assert_int_eq(journal_sync(s.journal, &e), -1);
	disk_fails = false;
	ck_assert_int_eq(e.kind, ERR_IO);
	sample_end(s.journal, 3);
	ck_assert_int_eq(journal_ungroup(s.journal, NULL), 0);
	sample_read(&r, journal_dir(s.journal));
	ck_assert_uint_eq(sessions_ended(&r), 2);
	ck_assert_int_eq(r.sessions[1].verdict, VERDICT_NONE);
	ck_assert_int_eq(r.sessions[2].verdict, VERDICT_NONE);
	run_record_finish(&r);
	sample_teardown(&s);
}
END_TEST

START_TEST(run_ids_sort_by_time)
{
	char id[32];

	journal_new_id(id);
	ck_assert_uint_eq(strlen(id), 20);
	ck_assert_int_eq(id[8], '-');
	ck_assert_int_eq(id[15], '-');
	ck_assert_int_gt(strcmp(id, "20250101"), 0);
}
END_TEST

Suite *journal_test(void)
{
	Suite *s = suite_create("journal");
	TCase *t = tcase_create("journal");

	tcase_add_test(t, a_run_is_read_back_whole);
	tcase_add_test(t, the_plan_is_there_before_anything_ran);
	tcase_add_test(t, a_planned_skip_is_a_verdict);
	tcase_add_test(t, attempts_and_quarantine_are_kept_and_told);
	tcase_add_test(t, reports_come_from_a_journal_cut_at_every_byte);
	tcase_add_test(t, reports_come_from_full_results_cut_here_and_there);
	tcase_add_test(t, a_run_cut_at_every_byte_goes_on);
	tcase_add_test(t, run_json_cut_anywhere_is_refused);
	tcase_add_test(t, garbage_ends_the_reading_and_says_so);
	tcase_add_test(t, lines_that_say_nothing_usable_are_passed_over);
	tcase_add_test(t, of_two_results_of_a_session_the_last_counts);
	tcase_add_test(t, a_brief_reading_says_what_a_full_one_says);
	tcase_add_test(t, a_brief_reading_of_a_planned_skip_is_the_same);
	tcase_add_test(t, a_brief_reading_of_a_damaged_journal_is_the_same);
	tcase_add_test(t, what_could_not_be_read_back_is_not_written);
	tcase_add_test(t, a_line_that_did_not_fit_is_taken_back);
	tcase_add_test(t, results_that_cannot_be_written_name_the_folder);
	tcase_add_test(t, latest_points_at_the_newest_run);
	tcase_add_test(t, a_folder_called_latest_is_not_overwritten);
	tcase_add_test(t, a_run_that_is_not_there_is_a_usage_error);
	tcase_add_test(t, a_name_that_is_taken_is_refused);
	tcase_add_test(t, a_run_that_is_going_on_is_not_resumed);
	tcase_add_test(t, verdicts_outlast_a_kill);
	tcase_add_test(t, results_that_come_together_wait_for_the_disk_once);
	tcase_add_test(t, results_that_cannot_be_synced_are_taken_back_together);
	tcase_add_test(t, run_ids_sort_by_time);
	suite_add_tcase(s, t);
	return s;
}
