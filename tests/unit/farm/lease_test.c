#include "farm/lease.h"

#include <errno.h>
#include <fcntl.h>

#include "farm/queue.h"
#include "farm/state.h"
#include "farm/wait.h"
#include "farm/wallclock.h"
#include "shelf.h"

Suite *lease_test(void);

enum { HOUR_MS = 3600000 };

static const struct lock_purpose by_hand = {.what = "by hand: the tests", .by_hand = true};
static const struct lease_pass nobody = {0};
static char token[LEASE_TOKEN_SIZE];

static void setup(void)
{
	shelf_setup();
	wait_asleep_ms = INT32_MAX; /* nobody is taken for asleep because the machine stalls */
	unsetenv("RUNTEST_TOKEN");
	free(state_folder(NULL));
}

static void reserve_for(const char *user, int64_t for_ms, int64_t idle_ms)
{
	const struct lease_terms terms = {.user = user, .why = "the GIC\033[2J", .for_ms = for_ms, .idle_ms = idle_ms};

	ck_assert_int_eq(lease_make(UNIT, &terms, token, NULL), 0);
}

static bool is_reserved(void)
{
	struct lease l;
	int rc = lease_read(UNIT, &l, NULL);

	if (rc == 1)
		lease_finish(&l);
	ck_assert_int_ge(rc, 0);
	return rc == 1;
}

START_TEST(a_lease_says_whose_it_is_and_has_no_token_in_it)
{
	struct buf file = {0};
	struct lease l;
	char *text;

	ck_assert(!is_reserved());
	reserve_for("ada", HOUR_MS, 0);
	ck_assert_uint_eq(strlen(token), 32);
	ck_assert_int_eq(lease_read(UNIT, &l, NULL), 1);
	ck_assert_str_eq(l.user, "ada");
	ck_assert_int_eq(l.until_ms - l.since_ms, HOUR_MS);
	ck_assert_int_eq(l.ends_ms, l.until_ms);
	text = lease_text(&l);
	ck_assert_ptr_nonnull(strstr(text, "reserved by ada until "));
	ck_assert_ptr_nonnull(strstr(text, "the GIC\\x1b[2J"));
	free(text);
	lease_finish(&l);
	ck_assert_int_eq(file_read(shelf_file("lease"), &file, NULL), 0);
	buf_addc(&file, '\0');
	ck_assert_ptr_null(strstr(file.data, token));
	buf_finish(&file);
}
END_TEST

START_TEST(tokens_are_not_alike)
{
	char first[LEASE_TOKEN_SIZE];

	reserve_for("ada", HOUR_MS, 0);
	memcpy(first, token, sizeof first);
	reserve_for("ada", HOUR_MS, 0);
	ck_assert_str_ne(first, token);
}
END_TEST

static bool admits(const char *tokens, const char *user)
{
	const struct lease_pass pass = {tokens, user};
	struct lease l;
	bool yes;

	ck_assert_int_eq(lease_read(UNIT, &l, NULL), 1);
	yes = lease_admits(&l, &pass);
	lease_finish(&l);
	return yes;
}

START_TEST(who_is_let_in)
{
	char list[128];

	reserve_for("ada", HOUR_MS, 0);
	ck_assert(admits(token, NULL));
	ck_assert(admits(NULL, "ada"));
	ck_assert(!admits(NULL, NULL));
	ck_assert(!admits("", "bob"));
	ck_assert(!admits("00112233445566778899aabbccddeeff", "bob"));
	snprintf(list, sizeof list, "00112233445566778899aabbccddeeff,%s", token);
	ck_assert(admits(list, NULL));
	snprintf(list, sizeof list, "%s,", token);
	ck_assert(admits(list, NULL));
	list[31] = list[31] == '0' ? '1' : '0';
	ck_assert(!admits(list, NULL));
	snprintf(list, sizeof list, "%.31s", token);
	ck_assert(!admits(list, NULL));
}
END_TEST

START_TEST(it_ends_by_itself)
{
	reserve_for("ada", 1, 0);
	usleep(5000);
	ck_assert(!is_reserved());
	ck_assert(file_exists(shelf_file("lease"))); /* what is over counts for nothing */
}
END_TEST

/* The file's time is when it was last made use of. */
static void age(int64_t ms)
{
	int64_t then = wallclock_ms() - ms;
	struct timespec times[2] = {{.tv_sec = then / 1000, .tv_nsec = then % 1000 * 1000000}};

	times[1] = times[0];
	ck_assert_int_eq(utimensat(AT_FDCWD, shelf_file("lease"), times, 0), 0);
}

START_TEST(it_ends_when_nobody_makes_use_of_it)
{
	struct lease l;

	reserve_for("ada", HOUR_MS, 60000);
	age(30000);
	ck_assert_int_eq(lease_read(UNIT, &l, NULL), 1);
	ck_assert_int_lt(l.ends_ms - wallclock_ms(), 30001);
	lease_finish(&l);
	age(60001);
	ck_assert(!is_reserved());
	reserve_for("ada", HOUR_MS, 0);
	age(60001);
	ck_assert(is_reserved());
}
END_TEST

START_TEST(use_keeps_it_from_ending)
{
	const struct lease_pass pass = {NULL, "ada"};
	struct lease_watch w;
	struct lease l;

	reserve_for("ada", HOUR_MS, 60000);
	age(30000);
	ck_assert_int_eq(lease_ask(UNIT, &pass, &l, &w, NULL), 0);
	ck_assert_int_eq(lease_read(UNIT, &l, NULL), 1);
	ck_assert_int_gt(l.ends_ms - wallclock_ms(), 31000);
	lease_finish(&l);
	ck_assert_int_eq(lease_watch_check(&w, NULL), 0); /* touched, and the same for all that */
	lease_watch_end(&w);
}
END_TEST

START_TEST(what_is_no_record_is_no_lease)
{
	static const char *const bad[] = {
		"", "[]", "{}", "{\"user\": \"ada\"}",
		"{\"user\": \"a\", \"why\": \"w\", \"since\": \"2026-01-31T23:58:12.345Z\", \"until\": \"soon\", \"token\": "
		"\"0123456789012345678901234567890123456789012345678901234567890123\"}",
		"{\"user\": \"a\", \"why\": \"w\", \"since\": \"2026-01-31T23:58:12.345Z\", \"until\": "
		"\"2999-01-31T23:58:12.345Z\", \"token\": \"0\"}",
		"{\"user\": \"a\", \"why\": \"w\", \"since\": \"2026-01-31T23:58:12.345Z\", \"until\": "
		"\"2999-01-31T23:58:12.345Z\", \"idle\": \"9999999999999d\", \"token\": "
		"\"0123456789012345678901234567890123456789012345678901234567890123\"}",
	};
	static const char good[] =
		"{\"user\": \"a\", \"why\": \"w\", \"since\": \"2026-01-31T23:58:12.345Z\", \"until\": "
		"\"2999-01-31T23:58:12.345Z\", \"idle\": \"1h\", \"token\": "
		"\"0123456789012345678901234567890123456789012345678901234567890123\"}";

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		shelf_put("lease", bad[i]);
		ck_assert(!is_reserved());
	}
	shelf_put("lease", good);
	ck_assert(is_reserved());
}
END_TEST

/* ---- and the lock ---- */

START_TEST(the_lock_is_for_whom_it_admits)
{
	static const struct lock_purpose off = {.what = "switching off what was left on", .switches_off = true};
	struct unit_lock l;
	struct err e;

	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(take_now(&l, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	ck_assert_int_eq(e.sys, EBUSY);
	ck_assert_ptr_nonnull(strstr(e.what, "reserved by ada until"));
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &by_hand, 0, NULL, NULL, NULL), -1); /* by hand, but not of ada's */
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &off, 0, NULL, NULL, NULL), 0);
	unit_lock_release(&l);
	setenv("RUNTEST_TOKEN", token, 1);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	unit_lock_release(&l);
	unsetenv("RUNTEST_TOKEN");
	reserve_for(NULL, HOUR_MS, 0); /* our own */
	ck_assert_int_eq(take_now(&l, &e), -1);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &by_hand, 0, NULL, NULL, NULL), 0);
	unit_lock_release(&l);
	age(0);
	ck_assert_int_eq(lease_release(UNIT, &(struct lease_pass){.tokens = token}, false, NULL), 0);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	unit_lock_release(&l);
}
END_TEST

/* And from then on it is soon over. */
static void note_what(void *ctx, const struct lock_holder *h)
{
	snprintf(ctx, 128, "%s: %s", h->user, h->what);
	ck_assert_int_eq(lease_extend(UNIT, &(struct lease_pass){.tokens = token}, 1000, HOUR_MS, NULL), 0);
}

START_TEST(who_waits_is_told_of_it_and_goes_on_when_it_is_over)
{
	char what[128] = "";
	struct unit_lock l;

	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, note_what, what, NULL), 0);
	ck_assert_ptr_nonnull(strstr(what, "ada: a reservation until "));
	unit_lock_release(&l);
}
END_TEST

static void release_it(void *ctx, const struct lock_holder *h)
{
	(void)ctx;
	(void)h;
	ck_assert_int_eq(lease_release(UNIT, &nobody, true, NULL), 0);
}

START_TEST(who_waits_goes_on_when_it_is_given_back)
{
	struct unit_lock l;

	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, release_it, NULL, NULL), 0);
	unit_lock_release(&l);
}
END_TEST

/* A process that takes the unit, tells its number down the pipe, holds it for a moment. */
static pid_t start_waiter(char number, int pipe_end, const char *with_token)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct unit_lock l;

		if (with_token)
			setenv("RUNTEST_TOKEN", with_token, 1);
		if (unit_lock_take(&l, UNIT, &testing, INT64_MAX, NULL, NULL, NULL) < 0 || write(pipe_end, &number, 1) != 1)
			_exit(1);
		usleep(1000);
		unit_lock_release(&l);
		_exit(0);
	}
	return pid;
}

static void await_waiters(size_t n)
{
	struct queue_entry *list;
	struct arena a;
	size_t count = n + 1, barred;

	while (count != n) {
		arena_init(&a);
		ck_assert_int_eq(queue_list(UNIT, &a, &list, &count, NULL), 0);
		barred = 0;
		for (size_t i = 0; i < count; i++)
			barred += list[i].barred;
		arena_finish(&a);
		if (count == n && barred == n)
			return;
		count = n + 1;
		usleep(500);
	}
}

START_TEST(the_order_is_kept_among_those_whom_it_keeps_out)
{
	char order[5] = "";
	pid_t pids[4];
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	reserve_for("ada", HOUR_MS, 0);
	for (size_t i = 0; i < 3; i++) {
		pids[i] = start_waiter((char)('a' + i), ends[1], NULL);
		await_waiters(i + 1);
	}
	pids[3] = start_waiter('T', ends[1], token); /* comes last, and is let in at once */
	ck_assert_int_eq(read(ends[0], order, 1), 1);
	ck_assert_int_eq(lease_release(UNIT, &nobody, true, NULL), 0);
	for (size_t i = 1; i < 4; i++)
		ck_assert_int_eq(read(ends[0], order + i, 1), 1);
	ck_assert_str_eq(order, "Tabc");
	for (size_t i = 0; i < 4; i++) {
		int status;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

/* ---- changing it ---- */

START_TEST(it_is_given_back_by_whose_it_is)
{
	struct err e;

	ck_assert_int_eq(lease_release(UNIT, &nobody, false, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(lease_release(UNIT, &(struct lease_pass){"00", "bob"}, false, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "is not yours: reserved by ada"));
	ck_assert(is_reserved());
	ck_assert_int_eq(lease_release(UNIT, &(struct lease_pass){token, "bob"}, false, NULL), 0);
	ck_assert(!is_reserved());
	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(lease_release(UNIT, &(struct lease_pass){NULL, "ada"}, false, NULL), 0);
	ck_assert(!is_reserved());
	ck_assert(!file_exists(shelf_file("lease")));
}
END_TEST

START_TEST(it_may_end_later_but_not_for_ever)
{
	const struct lease_pass ada = {NULL, "ada"};
	struct lease l;
	struct err e;

	reserve_for("ada", 600000, 0);
	ck_assert_int_eq(lease_extend(UNIT, &nobody, HOUR_MS, 8 * HOUR_MS, &e), -1);
	ck_assert_int_eq(lease_extend(UNIT, &ada, 8 * HOUR_MS + 10000, 8 * HOUR_MS, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_int_eq(lease_extend(UNIT, &ada, HOUR_MS, 8 * HOUR_MS, NULL), 0);
	ck_assert_int_eq(lease_read(UNIT, &l, NULL), 1);
	ck_assert_int_gt(l.until_ms - wallclock_ms(), HOUR_MS - 60000);
	lease_finish(&l);
	ck_assert(admits(token, NULL));
}
END_TEST

/* ---- while one uses it ---- */

START_TEST(a_holder_is_told_when_the_lease_that_let_it_in_is_over)
{
	struct unit_lock l;
	struct err e;

	reserve_for(NULL, HOUR_MS, 0);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &by_hand, 0, NULL, NULL, NULL), 0);
	ck_assert_int_eq(unit_lock_check(&l, NULL), 0);
	ck_assert_int_eq(lease_release(UNIT, &nobody, true, NULL), 0);
	ck_assert_int_eq(unit_lock_check(&l, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "been given back"));
	ck_assert(unit_lock_is_held(&l)); /* so that it can be switched off */
	unit_lock_release(&l);
	reserve_for(NULL, HOUR_MS, 0);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &by_hand, 0, NULL, NULL, NULL), 0);
	ck_assert_int_eq(lease_extend(UNIT, &(struct lease_pass){.tokens = token}, 1, HOUR_MS, NULL), 0); /* or earlier */
	usleep(5000);
	ck_assert_int_eq(unit_lock_check(&l, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "come to its end"));
	unit_lock_release(&l);
}
END_TEST

START_TEST(another_lease_in_its_place_is_not_ours)
{
	struct unit_lock l;

	reserve_for(NULL, HOUR_MS, 0);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &by_hand, 0, NULL, NULL, NULL), 0);
	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(unit_lock_check(&l, NULL), -1);
	unit_lock_release(&l);
}
END_TEST

START_TEST(a_holder_without_one_has_nothing_to_lose_but_the_lock)
{
	struct unit_lock l;
	struct err e;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	reserve_for("ada", 1, 0); /* by somebody who asked nobody */
	ck_assert_int_eq(unit_lock_check(&l, NULL), 0);
	ck_assert_int_eq(unlink(shelf_file("lock")), 0);
	ck_assert_int_eq(unit_lock_check(&l, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "was lost"));
	ck_assert(!unit_lock_is_held(&l));
	shelf_put("lock", "");
	ck_assert_int_eq(unit_lock_check(&l, &e), -1); /* once lost, lost */
	unit_lock_release(&l);
}
END_TEST

START_TEST(machines_without_a_lock_ask_the_lease_alone)
{
	struct lease_watch w;
	struct lease l;

	ck_assert_int_eq(lease_ask(UNIT, &nobody, &l, &w, NULL), 0);
	ck_assert_int_eq(lease_watch_check(&w, NULL), 0);
	lease_watch_end(&w);
	reserve_for("ada", HOUR_MS, 0);
	ck_assert_int_eq(lease_ask(UNIT, &nobody, &l, &w, NULL), 1);
	lease_finish(&l);
	ck_assert_int_eq(lease_ask(UNIT, &(struct lease_pass){.tokens = token}, &l, &w, NULL), 0);
	ck_assert_int_eq(lease_watch_check(&w, NULL), 0);
	ck_assert_int_eq(lease_release(UNIT, &nobody, true, NULL), 0);
	ck_assert_int_eq(lease_watch_check(&w, NULL), -1);
	lease_watch_end(&w);
}
END_TEST

START_TEST(times_are_read_as_they_are_written)
{
	static const char *const bad[] = {"", "2026", "2026-01-31T23:58:12Z", "2026-01-31T23:58:12.34Z",
					  "2026-01-31T23:58:12.345", "2026-01-31T23:58:12.345Z ", "1960-01-01T00:00:00.000Z"};
	char text[CLOCK_ISO_SIZE], now[CLOCK_ISO_SIZE];
	int64_t ms;

	ck_assert_int_eq(wallclock_parse("2026-01-31T23:58:12.345Z", &ms), 0);
	ck_assert_int_eq(ms, 1769903892345);
	ck_assert_str_eq(wallclock_text(ms, text), "2026-01-31T23:58:12.345Z");
	ck_assert_int_eq(wallclock_parse(clock_iso(now), &ms), 0);
	ck_assert_str_eq(wallclock_text(ms, text), now);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_int_eq(wallclock_parse(bad[i], &ms), -1);
}
END_TEST

Suite *lease_test(void)
{
	Suite *s = suite_create("lease");
	TCase *t = tcase_create("lease");

	tcase_add_checked_fixture(t, setup, shelf_teardown);
	tcase_add_test(t, a_lease_says_whose_it_is_and_has_no_token_in_it);
	tcase_add_test(t, tokens_are_not_alike);
	tcase_add_test(t, who_is_let_in);
	tcase_add_test(t, it_ends_by_itself);
	tcase_add_test(t, it_ends_when_nobody_makes_use_of_it);
	tcase_add_test(t, use_keeps_it_from_ending);
	tcase_add_test(t, what_is_no_record_is_no_lease);
	tcase_add_test(t, the_lock_is_for_whom_it_admits);
	tcase_add_test(t, who_waits_is_told_of_it_and_goes_on_when_it_is_over);
	tcase_add_test(t, who_waits_goes_on_when_it_is_given_back);
	tcase_add_test(t, the_order_is_kept_among_those_whom_it_keeps_out);
	tcase_add_test(t, it_is_given_back_by_whose_it_is);
	tcase_add_test(t, it_may_end_later_but_not_for_ever);
	tcase_add_test(t, a_holder_is_told_when_the_lease_that_let_it_in_is_over);
	tcase_add_test(t, another_lease_in_its_place_is_not_ours);
	tcase_add_test(t, a_holder_without_one_has_nothing_to_lose_but_the_lock);
	tcase_add_test(t, machines_without_a_lock_ask_the_lease_alone);
	tcase_add_test(t, times_are_read_as_they_are_written);
	suite_add_tcase(s, t);
	return s;
}
