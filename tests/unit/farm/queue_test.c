#include "farm/queue.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "farm/wait.h"
#include "shelf.h"

Suite *queue_test(void);

enum { MOST = 400 };

/* What all processes of a test see. */
struct board {
	atomic_int holder;          /* the number of who has the unit, from 1; 0: nobody */
	atomic_int two_at_a_time;
	atomic_int taken;           /* how many had it, and who, in order */
	atomic_int order[MOST + 1];
	atomic_bool doomed[MOST + 1]; /* is to be killed, or was: it says nothing any more */
	atomic_int done[MOST + 1];
};

static struct board *board;

static void setup(void)
{
	shelf_setup();
	wait_asleep_ms = INT32_MAX; /* nobody is taken for asleep because the machine stalls */
	board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(board, MAP_FAILED);
}

/* The unit is ours: is it anybody else's? */
static void begin_holding(int me)
{
	int before = atomic_exchange(&board->holder, me);

	if (before && !board->doomed[before])
		atomic_fetch_add(&board->two_at_a_time, 1);
	board->order[atomic_fetch_add(&board->taken, 1)] = me;
}

static void end_holding(int me)
{
	int expected = me;

	atomic_compare_exchange_strong(&board->holder, &expected, 0);
	board->done[me] = 1;
}

/* A process that waits for any of those units, has it for so long, and ends. */
static pid_t start_waiter(int me, const char *const *units, size_t n, useconds_t hold_us)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct unit_lock l;

		if (unit_lock_take_any(&l, units, n, &testing, INT64_MAX, NULL, NULL, NULL, NULL) < 0)
			_exit(1);
		begin_holding(me);
		usleep(hold_us);
		end_holding(me);
		unit_lock_release(&l);
		_exit(0);
	}
	ck_assert_int_gt(pid, 0);
	return pid;
}

static size_t waiters(const char *unit)
{
	struct queue_entry *list;
	struct arena a;
	size_t n;

	arena_init(&a);
	ck_assert_int_eq(queue_list(unit, &a, &list, &n, NULL), 0);
	arena_finish(&a);
	return n;
}

static void await_waiters(const char *unit, size_t n)
{
	while (waiters(unit) != n)
		usleep(500);
}

static const char *const one_unit[] = {UNIT};

static void reap(const pid_t *pids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int status;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

START_TEST(who_comes_first_is_served_first)
{
	enum { N = 20 };
	struct unit_lock l;
	pid_t pids[N];

	ck_assert_int_eq(take_now(&l, NULL), 0);
	for (size_t i = 0; i < N; i++) {
		pids[i] = start_waiter((int)i + 1, one_unit, 1, 100);
		await_waiters(UNIT, i + 1);
	}
	unit_lock_release(&l);
	reap(pids, N);
	ck_assert_int_eq(board->taken, N);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(board->order[i], i + 1);
	ck_assert_int_eq(board->two_at_a_time, 0);
	ck_assert_uint_eq(waiters(UNIT), 0);
}
END_TEST

START_TEST(a_free_unit_is_not_taken_past_those_who_wait)
{
	struct unit_lock l;
	struct err e;
	pid_t pid;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	pid = start_waiter(1, one_unit, 1, 0);
	await_waiters(UNIT, 1);
	stop_now(pid);
	unit_lock_release(&l);
	ck_assert_int_eq(take_now(&l, &e), -1);
	ck_assert_int_eq(e.sys, EBUSY);
	ck_assert_ptr_nonnull(strstr(e.what, "others wait"));
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	reap(&pid, 1);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	unit_lock_release(&l);
}
END_TEST

START_TEST(a_stopped_process_does_not_keep_others_from_a_free_unit)
{
	struct unit_lock l;
	pid_t pids[2];

	wait_asleep_ms = 100;
	ck_assert_int_eq(take_now(&l, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		pids[i] = start_waiter((int)i + 1, one_unit, 1, 0);
		await_waiters(UNIT, i + 1);
	}
	stop_now(pids[0]);
	unit_lock_release(&l);
	reap(&pids[1], 1);
	ck_assert_int_eq(board->order[0], 2);
	ck_assert_int_eq(kill(pids[0], SIGCONT), 0);
	reap(&pids[0], 1);
	ck_assert_int_eq(board->order[1], 1);
}
END_TEST

/* Both stand still, as on a machine that has no time for them; the second comes to itself first. */
START_TEST(who_is_first_is_not_overtaken_where_nobody_comes_to_run)
{
	int64_t begun, free_ms;
	struct unit_lock l;
	pid_t pids[2];

	wait_asleep_ms = 3000;
	ck_assert_int_eq(take_now(&l, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		pids[i] = start_waiter((int)i + 1, one_unit, 1, 0);
		await_waiters(UNIT, i + 1);
	}
	ck_assert_int_eq(kill(pids[0], SIGSTOP), 0);
	begun = clock_ms();
	unit_lock_release(&l);
	usleep(700000); /* it looks twice a second */
	ck_assert_int_eq(kill(pids[1], SIGSTOP), 0);
	free_ms = clock_ms() - begun;
	usleep(3500000);
	begun = clock_ms();
	ck_assert_int_eq(kill(pids[1], SIGCONT), 0);
	usleep(50000);
	ck_assert_int_eq(kill(pids[0], SIGCONT), 0);
	free_ms += clock_ms() - begun;
	reap(pids, 2);
	if (free_ms < 2000) /* else the second had the right to it: this process has not come to run */
		ck_assert_int_eq(board->order[0], 1);
	ck_assert_int_eq(board->taken, 2);
}
END_TEST

START_TEST(a_waiter_that_is_killed_has_left_the_queue)
{
	struct unit_lock l;
	pid_t pids[3];

	ck_assert_int_eq(take_now(&l, NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		pids[i] = start_waiter((int)i + 1, one_unit, 1, 0);
		await_waiters(UNIT, i + 1);
	}
	kill_now(pids[1]);
	ck_assert_uint_eq(waiters(UNIT), 2);
	kill_now(pids[0]);
	unit_lock_release(&l);
	reap(&pids[2], 1);
	ck_assert_int_eq(board->taken, 1);
	ck_assert_int_eq(board->order[0], 3);
}
END_TEST

static int lifeline[2];

/* It has the holder's descriptors, and lives until the test ends. */
static void leave_child(struct unit_lock *l)
{
	char byte;

	(void)l;
	if (fork() == 0) {
		close(lifeline[1]);
		_exit(read(lifeline[0], &byte, 1) == 0 ? 0 : 1);
	}
}

START_TEST(a_holder_that_is_killed_is_followed_though_its_child_lives)
{
	pid_t pid, waiter;

	ck_assert_int_eq(pipe(lifeline), 0);
	pid = other_holder(&testing, leave_child);

	waiter = start_waiter(1, one_unit, 1, 0);
	await_waiters(UNIT, 1);
	kill_now(pid);
	reap(&waiter, 1);
	ck_assert_int_eq(board->taken, 1);
}
END_TEST

START_TEST(patience_that_ends_leaves_the_queue)
{
	pid_t pid = other_holder(&testing, NULL);
	struct unit_lock l;
	struct err e;

	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, clock_ms() + 20, NULL, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	ck_assert_int_eq(e.sys, EBUSY);
	ck_assert_uint_eq(waiters(UNIT), 0);
	kill_now(pid);
}
END_TEST

static void remember_ahead(void *ctx, const struct lock_holder *h)
{
	*(size_t *)ctx = h->ahead;
	ck_assert_str_eq(h->unit, UNIT);
}

START_TEST(who_waits_is_told_how_many_are_before)
{
	pid_t pid = other_holder(&testing, NULL), first = start_waiter(1, one_unit, 1, 0);
	struct unit_lock l;
	size_t ahead = 99;

	await_waiters(UNIT, 1);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, clock_ms() + 20, remember_ahead, &ahead, NULL), -1);
	ck_assert_uint_eq(ahead, 1);
	kill_now(pid);
	reap(&first, 1);
}
END_TEST

START_TEST(the_list_says_who_waits)
{
	static const struct lock_purpose other = {.user = "ev\033e\xff", .what = "runtest run", .run = "R1", .session = "s"};
	struct queue_entry *list;
	struct ticket first, second;
	struct arena a;
	size_t n;
	pid_t pid;

	ck_assert_int_eq(ticket_draw(&first, UNIT, &testing, 7, NULL), 0);
	ck_assert_int_eq(ticket_draw(&second, UNIT, &testing, 8, NULL), -1); /* one place for each process */
	ck_assert_uint_eq(waiters(UNIT), 0); /* one's own queue is not asked: that would give up the place */
	pid = fork();
	if (pid == 0) {
		arena_init(&a);
		if (ticket_draw(&second, UNIT, &other, 5, NULL) < 0 || ticket_is_turn(&second, true) != true)
			_exit(1);
		ticket_bar(&second, true);
		for (;;)
			pause();
	}
	while (!ticket_ahead(&first) || !ticket_is_turn(&first, true))
		usleep(500);
	ticket_give_up(&first);
	arena_init(&a);
	ck_assert_int_eq(queue_list(UNIT, &a, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(list[0].pid, pid);
	ck_assert(list[0].barred);
	ck_assert_str_eq(list[0].user, "ev\\x1be\\xff");
	ck_assert_str_eq(list[0].what, "runtest run");
	ck_assert_str_eq(list[0].run, "R1");
	ck_assert(queue_is_empty(UNIT, true)); /* of those who could have it */
	ck_assert(!queue_is_empty(UNIT, false)); /* when the reservation is over, the order is that of their coming */
	arena_finish(&a);
	kill_now(pid);
	ck_assert_uint_eq(waiters(UNIT), 0);
}
END_TEST

START_TEST(the_order_stays_when_the_file_is_removed)
{
	enum { N = 5 };
	struct unit_lock l;
	pid_t pids[N];

	ck_assert_int_eq(take_now(&l, NULL), 0);
	for (size_t i = 0; i < N; i++) {
		pids[i] = start_waiter((int)i + 1, one_unit, 1, 0);
		await_waiters(UNIT, i + 1);
	}
	ck_assert_int_eq(unlink(shelf_file("queue")), 0);
	await_waiters(UNIT, N);
	unit_lock_release(&l);
	reap(pids, N);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(board->order[i], i + 1);
}
END_TEST

/* ---- several units ---- */

START_TEST(any_of_several_units_will_do)
{
	static const char *const units[] = {UNIT, "lab-rv", "lab-rv", "lab-x"};
	struct unit_lock l, m, n, none;
	size_t which = 99;
	struct err e;

	ck_assert_int_eq(unit_lock_take_any(&l, units, 4, &testing, 0, NULL, NULL, &which, NULL), 0);
	ck_assert_uint_eq(which, 0);
	ck_assert_int_eq(unit_lock_take_any(&m, units, 4, &testing, 0, NULL, NULL, &which, NULL), 0);
	ck_assert_uint_eq(which, 1);
	ck_assert_int_eq(unit_lock_take_any(&n, units, 4, &testing, 0, NULL, NULL, &which, NULL), 0);
	ck_assert_uint_eq(which, 3);
	ck_assert_str_eq(n.unit, "lab-x");
	ck_assert_int_eq(unit_lock_take_any(&none, units, 4, &testing, 0, NULL, NULL, &which, &e), -1);
	ck_assert_int_eq(e.sys, EBUSY);
	unit_lock_release(&m);
	ck_assert_int_eq(unit_lock_take_any(&m, units, 4, &testing, 0, NULL, NULL, &which, NULL), 0);
	ck_assert_uint_eq(which, 1);
	unit_lock_release(&l);
	unit_lock_release(&m);
	unit_lock_release(&n);
}
END_TEST

START_TEST(who_waits_for_several_takes_the_first_that_is_free_and_leaves_the_other_queues)
{
	static const char *const units[] = {UNIT, "lab-rv"};
	pid_t holder = other_holder(&testing, NULL), waiter;
	struct unit_lock l;

	ck_assert_int_eq(unit_lock_take(&l, "lab-rv", &testing, 0, NULL, NULL, NULL), 0);
	waiter = start_waiter(1, units, 2, 50000);
	await_waiters(UNIT, 1);
	await_waiters("lab-rv", 1);
	unit_lock_release(&l);
	await_waiters("lab-rv", 0);
	ck_assert_uint_eq(waiters(UNIT), 0);
	reap(&waiter, 1);
	kill_now(holder);
}
END_TEST

START_TEST(crossed_sets_do_not_wait_for_one_another)
{
	static const char *const sets[][3] = {{UNIT, "b", "c"}, {"c", "b", UNIT}, {"b", "c", UNIT}};
	enum { N = 6, ROUNDS = 40 };
	pid_t pids[N];

	for (int i = 0; i < N; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct unit_lock l;

			for (int r = 0; r < ROUNDS; r++) {
				if (unit_lock_take_any(&l, sets[i % 3], i % 2 ? 2 : 3, &testing, INT64_MAX, NULL, NULL, NULL,
						       NULL) < 0)
					_exit(1);
				usleep(200);
				unit_lock_release(&l);
			}
			_exit(0);
		}
	}
	reap(pids, N);
}
END_TEST

/* ---- whatever happens to whom ---- */

/* They come one after the other, hold the unit for a moment, and some are killed, while they wait or hold it. Never two
 * have it, those who live get it in the order they came, and all of them do. */
START_TEST(killed_at_random)
{
	enum { N = 300, AT_A_TIME = 12 };
	pid_t pids[N + 1] = {0};
	unsigned seed = 20260131;
	int last = 0, killed = 0;

	for (int i = 1; i <= N; i++) {
		pids[i] = start_waiter(i, one_unit, 1, (useconds_t)(rand_r(&seed) % 3000));
		for (;;) { /* has come: it waits, or had it */
			struct queue_entry *list;
			struct arena a;
			size_t n;
			bool come = false;

			arena_init(&a);
			ck_assert_int_eq(queue_list(UNIT, &a, &list, &n, NULL), 0);
			for (size_t k = 0; k < n; k++)
				come = come || list[k].pid == pids[i];
			for (int k = 0; k < board->taken && !come; k++)
				come = board->order[k] == i;
			arena_finish(&a);
			if (come && n <= AT_A_TIME)
				break;
			usleep(200);
		}
		if (rand_r(&seed) % 3 == 0) { /* the holder, or one of those who came lately */
			int victim = rand_r(&seed) % 2 ? board->holder : i - rand_r(&seed) % 8;

			if (victim > 0 && pids[victim] && !board->done[victim] && !board->doomed[victim]) {
				board->doomed[victim] = true;
				kill_now(pids[victim]);
				killed++;
			}
		}
	}
	for (int i = 1; i <= N; i++)
		if (!board->doomed[i])
			reap(&pids[i], 1);
	ck_assert_int_gt(killed, 10);
	ck_assert_int_eq(board->two_at_a_time, 0);
	for (int k = 0; k < board->taken; k++) {
		ck_assert_int_gt(board->order[k], last);
		last = board->order[k];
	}
	for (int i = 1; i <= N; i++)
		ck_assert(board->doomed[i] || board->done[i]);
	ck_assert_uint_eq(waiters(UNIT), 0);
}
END_TEST

Suite *queue_test(void)
{
	Suite *s = suite_create("queue");
	TCase *t = tcase_create("queue");

	tcase_add_checked_fixture(t, setup, shelf_teardown);
	tcase_add_test(t, who_comes_first_is_served_first);
	tcase_add_test(t, a_free_unit_is_not_taken_past_those_who_wait);
	tcase_add_test(t, a_stopped_process_does_not_keep_others_from_a_free_unit);
	tcase_add_test(t, who_is_first_is_not_overtaken_where_nobody_comes_to_run);
	tcase_add_test(t, a_waiter_that_is_killed_has_left_the_queue);
	tcase_add_test(t, a_holder_that_is_killed_is_followed_though_its_child_lives);
	tcase_add_test(t, patience_that_ends_leaves_the_queue);
	tcase_add_test(t, who_waits_is_told_how_many_are_before);
	tcase_add_test(t, the_list_says_who_waits);
	tcase_add_test(t, the_order_stays_when_the_file_is_removed);
	tcase_add_test(t, any_of_several_units_will_do);
	tcase_add_test(t, who_waits_for_several_takes_the_first_that_is_free_and_leaves_the_other_queues);
	tcase_add_test(t, crossed_sets_do_not_wait_for_one_another);
	tcase_add_test(t, killed_at_random);
	suite_add_tcase(s, t);
	return s;
}
