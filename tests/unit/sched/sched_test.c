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
#include "util/clock.h"
#include "util/file.h"

Suite *sched_test(void);

enum { JOBS = 40, AT_ONCE = 3 };

struct record {
	unsigned started, ended;
	bool good[JOBS];
	enum sched_word words[JOBS]; /* the last that was heard */
	size_t order[2 * JOBS], settled, dropped;
	int cancel_after; /* jobs ended; -1: never */
};

/* The caller's books: who works, of which line; at most `room_for` of all lines, and of each. */
static struct {
	size_t room_for, room_for_line, works, works_of[2];
	bool is_in[JOBS];
} books;

static size_t two_lines(void *ctx, size_t i)
{
	(void)ctx;
	return i % 2;
}

static enum sched_room room(void *ctx, size_t i)
{
	(void)ctx;
	return books.works < books.room_for && books.works_of[i % 2] < books.room_for_line ? SCHED_ROOM_NOW : SCHED_ROOM_LATER;
}

static void leave(size_t i)
{
	books.works -= books.is_in[i];
	books.works_of[i % 2] -= books.is_in[i];
	books.is_in[i] = false;
}

static void count_start(void *ctx, size_t i)
{
	struct record *r = ctx;

	r->started++;
	books.works++;
	books.works_of[i % 2]++;
	books.is_in[i] = true;
}

static enum sched_after count_end(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	struct record *r = ctx;

	r->good[i] = WIFEXITED(status) && out->len == 100000 + i && out->data[out->len - 1] == (char)('0' + i);
	ck_assert_int_gt(used->ru_maxrss, 0);
	leave(i);
	if ((int)++r->ended == r->cancel_after)
		raise(SIGINT);
	return SCHED_DONE;
}

static void hear(void *ctx, size_t i, enum sched_word word)
{
	struct record *r = ctx;

	r->words[i] = word;
	if (word == SCHED_TIDYING)
		leave(i);
}

/* One line, so many at a time. */
static struct sched_ops ops_of(void (*work)(void *ctx, size_t i, int fd), size_t room_for)
{
	books.room_for = books.room_for_line = room_for;
	return (struct sched_ops){.work = work, .starts = count_start, .says = hear, .ended = count_end, .room = room,
				  .grace_ms = 10000};
}

static size_t run(const struct sched_ops *ops, struct record *r, size_t count)
{
	size_t jobs[JOBS];

	for (size_t i = 0; i < count; i++)
		jobs[i] = i;
	return sched_run(ops, r, jobs, count);
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
	memset(p, '0' + (int)i, n);
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

static enum sched_after keep_answer(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	struct record *r = ctx;

	(void)used;
	r->good[i] = WIFEXITED(status) && out->len && out->data[0] == 'y';
	r->order[r->ended++] = i;
	leave(i);
	return SCHED_DONE;
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

START_TEST(all_results_arrive_whole_and_so_many_run_at_once)
{
	struct sched_ops ops = ops_of(write_much_in_a_crowd, AT_ONCE);
	struct record r = {.cancel_after = -1};

	ck_assert_uint_eq(run(&ops, &r, JOBS), 0);
	ck_assert_uint_eq(r.ended, JOBS);
	ck_assert_uint_eq(atomic_load(&crowd->most), AT_ONCE);
	for (int i = 0; i < JOBS; i++)
		ck_assert(r.good[i]);
}
END_TEST

/* The first only ends when somebody else has come, who can be of the other line only. */
static void wait_for_the_other_line(void *ctx, size_t i, int fd)
{
	(void)ctx;
	(void)i;
	enter_crowd();
	wait_for_crowd(2);
	file_write_all(fd, atomic_load(&crowd->most) >= 2 ? "y" : "n", 1);
}

START_TEST(who_stands_behind_a_full_line_is_not_held_up_by_it)
{
	struct sched_ops ops = ops_of(wait_for_the_other_line, 2);
	struct record r = {.cancel_after = -1};
	size_t jobs[] = {0, 2, 4, 1};

	books.room_for_line = 1;
	ops.line = two_lines;
	ops.ended = keep_answer;
	ck_assert_uint_eq(sched_run(&ops, &r, jobs, 4), 0);
	ck_assert_uint_eq(r.ended, 4);
	ck_assert(r.good[0] && r.good[1] && r.good[2] && r.good[4]);
}
END_TEST

START_TEST(the_next_job_starts_while_one_tidies_up)
{
	struct sched_ops ops = ops_of(tidy_until_two, 1);
	struct record r = {.cancel_after = -1};

	ops.ended = keep_answer;
	ck_assert_uint_eq(run(&ops, &r, 2), 0);
	ck_assert_uint_eq(r.ended, 2);
	ck_assert(r.good[0] && r.good[1]);
}
END_TEST

static void say_all(void *ctx, size_t i, int fd)
{
	static const char words[] = {SCHED_WAITING, SCHED_WORKING, SCHED_WAITING};

	(void)ctx;
	file_write_all(fd, words, i + 1);
	file_write_all(fd, "y", 1);
}

static void note_word(void *ctx, size_t i, enum sched_word word)
{
	struct record *r = ctx;

	/* the end of what it writes is heard as tidying up, last of all */
	if (word != SCHED_TIDYING)
		r->words[i] = word;
	else
		ck_assert_uint_ne(r->words[i], 0);
}

START_TEST(words_are_heard_and_are_no_part_of_the_result)
{
	struct sched_ops ops = ops_of(say_all, 2);
	struct record r = {.cancel_after = -1};

	ops.ended = keep_answer;
	ops.says = note_word;
	ck_assert_uint_eq(run(&ops, &r, 3), 0);
	ck_assert(r.good[0] && r.good[1] && r.good[2]);
	ck_assert_int_eq(r.words[0], SCHED_WAITING);
	ck_assert_int_eq(r.words[1], SCHED_WORKING);
	ck_assert_int_eq(r.words[2], SCHED_WAITING);
}
END_TEST

static void answer(void *ctx, size_t i, int fd)
{
	(void)ctx;
	(void)i;
	file_write_all(fd, "y", 1);
}

/* Job 0 is not content before its third attempt. */
static enum sched_after again_twice(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	struct record *r = ctx;
	size_t attempts = 0;

	keep_answer(ctx, i, out, status, used);
	for (size_t k = 0; k < r->ended; k++)
		attempts += r->order[k] == 0;
	return i == 0 && attempts < 3 ? SCHED_AGAIN : SCHED_DONE;
}

START_TEST(one_that_is_tried_again_waits_behind_the_others)
{
	static const size_t want[] = {0, 1, 2, 0, 0};
	struct sched_ops ops = ops_of(answer, 1);
	struct record r = {.cancel_after = -1};

	ops.ended = again_twice;
	ops.says = NULL; /* there is room for the next when one has ended for good: their order is certain */
	ck_assert_uint_eq(run(&ops, &r, 3), 0);
	ck_assert_uint_eq(r.started, 5);
	ck_assert_uint_eq(r.ended, 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_uint_eq(r.order[i], want[i]);
}
END_TEST

static int count_settled(void *ctx)
{
	struct record *r = ctx;

	r->settled = r->ended;
	return 0;
}

static enum sched_after is_settled(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	keep_answer(ctx, i, out, status, used);
	return i < 2 ? SCHED_AGAIN : SCHED_DONE;
}

static void none_starts_before_it_is_settled(void *ctx, size_t i)
{
	struct record *r = ctx;

	/* the same job's earlier attempt is kept */
	for (size_t k = r->settled; k < r->ended; k++)
		ck_assert_uint_ne(r->order[k], i);
	count_start(ctx, i);
}

static enum sched_room ten_starts(void *ctx, size_t i)
{
	return ((struct record *)ctx)->started < 10 ? room(ctx, i) : SCHED_ROOM_NEVER;
}

static int count_dropped(void *ctx, size_t i)
{
	(void)i;
	((struct record *)ctx)->dropped++;
	return 0;
}

START_TEST(what_has_ended_is_settled_before_it_is_tried_again)
{
	struct sched_ops ops = ops_of(answer, 3);
	struct record r = {.cancel_after = -1};

	ops.starts = none_starts_before_it_is_settled;
	ops.ended = is_settled;
	ops.settle = count_settled;
	ops.room = ten_starts;
	ops.dropped = count_dropped;
	ck_assert_uint_eq(run(&ops, &r, 4), 0);
	ck_assert_uint_eq(r.started, 10);
	ck_assert_uint_eq(r.ended, 10);
	ck_assert_uint_eq(r.settled, 10);
	ck_assert_uint_eq(r.dropped, 2); /* the two that would have gone on for ever */
}
END_TEST

/* Tidies up and counts those that are there. */
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

static size_t in_all;

static void start_in_all(void *ctx, size_t i)
{
	in_all++;
	count_start(ctx, i);
}

static enum sched_after end_in_all(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	in_all--;
	return keep_answer(ctx, i, out, status, used);
}

/* The caller limits those that tidy up, too, and finds it kept. */
static enum sched_room four_in_all(void *ctx, size_t i)
{
	return in_all < 4 ? room(ctx, i) : SCHED_ROOM_LATER;
}

START_TEST(no_more_are_there_than_the_caller_has_room_for)
{
	struct sched_ops ops = ops_of(tidy_slowly, 2);
	struct record r = {.cancel_after = -1};

	in_all = 0;
	ops.starts = start_in_all;
	ops.ended = end_in_all;
	ops.room = four_in_all;
	ck_assert_uint_eq(run(&ops, &r, 12), 0);
	ck_assert_uint_eq(r.ended, 12);
	ck_assert_uint_le(atomic_load(&crowd->most), 4);
}
END_TEST

static int end_status;
static enum sched_after keep_status(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	(void)ctx;
	(void)i;
	(void)used;
	ck_assert_uint_eq(out->len, 0);
	end_status = status;
	return SCHED_DONE;
}

START_TEST(a_child_that_dies_is_reported_with_its_signal)
{
	struct sched_ops ops = ops_of(die_of_signal, 2);
	struct record r = {.cancel_after = -1};

	ops.ended = keep_status;
	ck_assert_uint_eq(run(&ops, &r, 1), 0);
	ck_assert(WIFSIGNALED(end_status));
	ck_assert_int_eq(WTERMSIG(end_status), SIGKILL);
}
END_TEST

START_TEST(a_signal_starts_no_more_and_ends_those_that_run)
{
	struct sched_ops ops = ops_of(write_much, 2);
	struct record r = {.cancel_after = 5};

	cancel_init();
	ck_assert_uint_gt(run(&ops, &r, JOBS), 0);
	ck_assert_uint_eq(r.started, r.ended);
	ck_assert_int_eq(cancel_exit_status(), 130);
}
END_TEST

static enum sched_after first_failure(void *ctx, size_t i, const struct buf *out, int status, const struct rusage *used)
{
	struct record *r = ctx;

	(void)out;
	(void)status;
	(void)used;
	leave(i);
	r->ended++;
	return SCHED_STOP;
}

static void quick_or_long(void *ctx, size_t i, int fd)
{
	if (i != 0)
		sleep_long(ctx, i, fd);
}

START_TEST(results_that_cannot_be_kept_stop_the_run)
{
	struct sched_ops ops = ops_of(quick_or_long, 2);
	struct record r = {.cancel_after = -1};

	ops.ended = first_failure;
	cancel_init(); /* or the children would have the test runner's own handlers */
	/* One more may have begun while the result was still on its way to the caller. */
	ck_assert_uint_ge(run(&ops, &r, JOBS), JOBS - 3);
	ck_assert_uint_eq(r.ended, r.started);
}
END_TEST

static int cannot_settle(void *ctx)
{
	(void)ctx;
	return -1;
}

START_TEST(results_that_cannot_be_settled_stop_the_run)
{
	struct sched_ops ops = ops_of(answer, 1);
	struct record r = {.cancel_after = -1};

	ops.ended = keep_answer;
	ops.settle = cannot_settle;
	ops.says = NULL; /* there is room for the next when one has ended for good */
	cancel_init();
	ck_assert_uint_eq(run(&ops, &r, JOBS), JOBS - 1);
	ck_assert_uint_eq(r.ended, r.started);
}
END_TEST

static struct sched_ops *limited;

/* The end comes soon after the second has started, and not before. */
static void end_after_two(void *ctx, size_t i)
{
	count_start(ctx, i);
	if (((struct record *)ctx)->started == 2)
		limited->end_ms = clock_ms() + 50;
}

START_TEST(at_its_end_those_that_run_are_told_and_no_more_are_started)
{
	struct sched_ops ops = ops_of(sleep_long, 2);
	struct record r = {.cancel_after = -1};

	ops.starts = end_after_two;
	ops.ended = keep_answer;
	limited = &ops;
	cancel_init();
	ck_assert_uint_eq(run(&ops, &r, 5), 3);
	ck_assert_uint_eq(r.ended, 2);
	ck_assert(!cancel_requested());
}
END_TEST

static int64_t closes_ms;

static enum sched_room until_it_closes(void *ctx, size_t i)
{
	return clock_ms() < closes_ms ? room(ctx, i) : SCHED_ROOM_NEVER;
}

START_TEST(at_its_end_those_that_wait_are_dropped_when_there_is_no_more_room)
{
	struct sched_ops ops = ops_of(sleep_long, 2);
	struct record r = {.cancel_after = -1};

	ops.ended = keep_answer;
	ops.end_ms = closes_ms = clock_ms() + 50;
	ops.room = until_it_closes;
	ops.dropped = count_dropped;
	cancel_init();
	ck_assert_uint_eq(run(&ops, &r, 5), 0);
	ck_assert_uint_eq(r.ended, r.started);
	ck_assert_uint_eq(r.dropped, 5 - r.started);
}
END_TEST

static void share_crowd(void)
{
	memset(&books, 0, sizeof books);
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
	tcase_add_test(t, all_results_arrive_whole_and_so_many_run_at_once);
	tcase_add_test(t, who_stands_behind_a_full_line_is_not_held_up_by_it);
	tcase_add_test(t, the_next_job_starts_while_one_tidies_up);
	tcase_add_test(t, words_are_heard_and_are_no_part_of_the_result);
	tcase_add_test(t, one_that_is_tried_again_waits_behind_the_others);
	tcase_add_test(t, what_has_ended_is_settled_before_it_is_tried_again);
	tcase_add_test(t, no_more_are_there_than_the_caller_has_room_for);
	tcase_add_test(t, a_child_that_dies_is_reported_with_its_signal);
	tcase_add_test(t, a_signal_starts_no_more_and_ends_those_that_run);
	tcase_add_test(t, results_that_cannot_be_kept_stop_the_run);
	tcase_add_test(t, results_that_cannot_be_settled_stop_the_run);
	tcase_add_test(t, at_its_end_those_that_run_are_told_and_no_more_are_started);
	tcase_add_test(t, at_its_end_those_that_wait_are_dropped_when_there_is_no_more_room);
	suite_add_tcase(s, t);
	return s;
}
