#include <check.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/sched.h"
#include "util/cancel.h"
#include "util/file.h"

Suite *sched_test(void);

enum { JOBS = 40, AT_ONCE = 3 };

struct record {
	unsigned started, ended;
	bool good[JOBS];
	int cancel_after; /* jobs ended; -1: never */
};

static void count_start(void *ctx, size_t i)
{
	struct record *r = ctx;

	(void)i;
	r->started++;
}

static int count_end(void *ctx, size_t i, const struct buf *out, int status)
{
	struct record *r = ctx;

	r->good[i] = WIFEXITED(status) && out->len == 100000 + i && (i == 0 || out->data[out->len - 1] == (char)i);
	if ((int)++r->ended == r->cancel_after)
		raise(SIGINT);
	return 0;
}

/* Counted by the children themselves, in memory that they share. */
struct crowd {
	atomic_uint now, most;
};
static struct crowd *crowd;

static void enter_crowd(void)
{
	unsigned now = atomic_fetch_add(&crowd->now, 1) + 1, most = atomic_load(&crowd->most);

	while (now > most && !atomic_compare_exchange_weak(&crowd->most, &most, now))
		;
}

/* Until so many have been there at once; a minute, in vain, where they may not come. */
static void wait_for_crowd(unsigned many)
{
	for (int ms = 0; ms < 60000 && atomic_load(&crowd->most) < many; ms++)
		usleep(1000);
}

/* More than a pipe holds, so that a parent that does not read would block the child. */
static void write_much(void *ctx, size_t i, int fd)
{
	size_t n = 100000 + i;
	char *p = malloc(n);

	(void)ctx;
	memset(p, (int)i, n);
	file_write_all(fd, p, n);
	free(p);
}

/* The first few of them stay until as many work as may. */
static void write_much_in_a_crowd(void *ctx, size_t i, int fd)
{
	enter_crowd();
	if (i < AT_ONCE)
		wait_for_crowd(AT_ONCE);
	atomic_fetch_sub(&crowd->now, 1);
	write_much(ctx, i, fd);
}

/* Says that it only tidies up, and then waits until somebody else has come. */
static void tidy_until_two(void *ctx, size_t i, int fd)
{
	char result = 'n';

	(void)ctx;
	enter_crowd();
	if (i == 0) {
		file_write_all(fd, &(const char){SCHED_TIDYING}, 1);
		wait_for_crowd(2);
	}
	if (atomic_load(&crowd->most) >= 2)
		result = 'y';
	file_write_all(fd, &result, 1);
	atomic_fetch_sub(&crowd->now, 1);
}

static int keep_answer(void *ctx, size_t i, const struct buf *out, int status)
{
	struct record *r = ctx;

	r->good[i] = WIFEXITED(status) && out->len && out->data[out->len - 1] == 'y';
	r->ended++;
	return 0;
}

static void sleep_long(void *ctx, size_t i, int fd)
{
	(void)ctx;
	(void)i;
	(void)fd;
	while (!cancel_requested())
		usleep(1000);
}

static void die_of_signal(void *ctx, size_t i, int fd)
{
	(void)ctx;
	(void)i;
	(void)fd;
	kill(getpid(), SIGKILL);
}

static void fill(size_t *jobs)
{
	for (size_t i = 0; i < JOBS; i++)
		jobs[i] = i;
}

/* Odd jobs share one thing, even jobs another. */
static bool share_a_thing(void *ctx, size_t a, size_t b)
{
	(void)ctx;
	return a % 2 == b % 2;
}

START_TEST(jobs_that_exclude_each_other_do_not_run_together)
{
	struct sched_ops ops = {write_much, count_start, count_end, share_a_thing, 10000};
	struct record r = {.cancel_after = -1};
	size_t jobs[JOBS];

	fill(jobs);
	ck_assert_uint_eq(sched_run(&ops, &r, jobs, JOBS, 8), JOBS);
	ck_assert_uint_eq(r.ended, JOBS);
	ck_assert_uint_le(atomic_load(&crowd->most), 2);
}
END_TEST

START_TEST(all_results_arrive_whole_and_so_many_run_at_once)
{
	struct sched_ops ops = {write_much_in_a_crowd, count_start, count_end, NULL, 10000};
	struct record r = {.cancel_after = -1};
	size_t jobs[JOBS];

	fill(jobs);
	ck_assert_uint_eq(sched_run(&ops, &r, jobs, JOBS, AT_ONCE), JOBS);
	ck_assert_uint_eq(r.ended, JOBS);
	ck_assert_uint_eq(atomic_load(&crowd->most), AT_ONCE);
	for (int i = 0; i < JOBS; i++)
		ck_assert(r.good[i]);
}
END_TEST

START_TEST(the_next_job_starts_while_one_tidies_up)
{
	struct sched_ops ops = {tidy_until_two, count_start, keep_answer, NULL, 10000};
	struct record r = {.cancel_after = -1};
	size_t jobs[] = {0, 1};

	ck_assert_uint_eq(sched_run(&ops, &r, jobs, 2, 1), 2);
	ck_assert_uint_eq(r.ended, 2);
	ck_assert(r.good[0] && r.good[1]);
}
END_TEST

/* Tidies up and counts those that are there: they must not become ever more. */
static void tidy_slowly(void *ctx, size_t i, int fd)
{
	(void)ctx;
	(void)i;
	enter_crowd();
	file_write_all(fd, &(const char){SCHED_TIDYING}, 1);
	usleep(20000);
	atomic_fetch_sub(&crowd->now, 1);
	file_write_all(fd, "y", 1);
}

START_TEST(as_many_tidy_up_as_work_at_most)
{
	struct sched_ops ops = {tidy_slowly, count_start, keep_answer, NULL, 10000};
	struct record r = {.cancel_after = -1};
	size_t jobs[JOBS];

	fill(jobs);
	ck_assert_uint_eq(sched_run(&ops, &r, jobs, 12, 2), 12);
	ck_assert_uint_eq(r.ended, 12);
	ck_assert_uint_le(atomic_load(&crowd->most), 4);
}
END_TEST

static int end_status;
static int keep_status(void *ctx, size_t i, const struct buf *out, int status)
{
	(void)ctx;
	(void)i;
	ck_assert_uint_eq(out->len, 0);
	end_status = status;
	return 0;
}

START_TEST(a_child_that_dies_is_reported_with_its_signal)
{
	struct sched_ops ops = {die_of_signal, count_start, keep_status, NULL, 10000};
	struct record r = {.cancel_after = -1};
	size_t job = 0;

	ck_assert_uint_eq(sched_run(&ops, &r, &job, 1, 2), 1);
	ck_assert(WIFSIGNALED(end_status));
	ck_assert_int_eq(WTERMSIG(end_status), SIGKILL);
}
END_TEST

START_TEST(a_signal_starts_no_more_and_ends_those_that_run)
{
	struct sched_ops ops = {write_much, count_start, count_end, NULL, 10000};
	struct record r = {.cancel_after = 5};
	size_t jobs[JOBS];

	fill(jobs);
	cancel_init();
	ck_assert_uint_lt(sched_run(&ops, &r, jobs, JOBS, 2), JOBS);
	ck_assert_uint_eq(r.started, r.ended);
	ck_assert_int_eq(cancel_exit_status(), 130);
}
END_TEST

static int first_failure(void *ctx, size_t i, const struct buf *out, int status)
{
	struct record *r = ctx;

	(void)i;
	(void)out;
	(void)status;
	r->ended++;
	return -1;
}

static void quick_or_long(void *ctx, size_t i, int fd)
{
	if (i != 0)
		sleep_long(ctx, i, fd);
}

START_TEST(results_that_cannot_be_kept_stop_the_run)
{
	struct sched_ops ops = {quick_or_long, count_start, first_failure, NULL, 10000};
	struct record r = {.cancel_after = -1};
	size_t jobs[JOBS];

	fill(jobs);
	cancel_init(); /* or the children would have the test runner's own handlers */
	/* One more may have begun while the result was still on its way to the caller. */
	ck_assert_uint_le(sched_run(&ops, &r, jobs, JOBS, 2), 3);
	ck_assert_uint_eq(r.ended, r.started);
}
END_TEST

static void share_crowd(void)
{
	crowd = mmap(NULL, sizeof *crowd, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(crowd, MAP_FAILED);
}

static void unshare_crowd(void)
{
	munmap(crowd, sizeof *crowd);
}

Suite *sched_test(void)
{
	Suite *s = suite_create("sched");
	TCase *t = tcase_create("sched");

	tcase_add_checked_fixture(t, share_crowd, unshare_crowd);
	tcase_add_test(t, jobs_that_exclude_each_other_do_not_run_together);
	tcase_add_test(t, all_results_arrive_whole_and_so_many_run_at_once);
	tcase_add_test(t, the_next_job_starts_while_one_tidies_up);
	tcase_add_test(t, as_many_tidy_up_as_work_at_most);
	tcase_add_test(t, a_child_that_dies_is_reported_with_its_signal);
	tcase_add_test(t, a_signal_starts_no_more_and_ends_those_that_run);
	tcase_add_test(t, results_that_cannot_be_kept_stop_the_run);
	suite_add_tcase(s, t);
	return s;
}
