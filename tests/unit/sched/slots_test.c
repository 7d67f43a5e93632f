#include "sched/slots.h"

#include <check.h>

Suite *slots_test(void);

static const char small_kind, large_kind, shelf, board_a, board_b;
enum { MIB = 1 << 20 };

static uint64_t memory_now;

static uint64_t memory(void)
{
	return memory_now;
}

static struct slots slots;

static void make(size_t cores, size_t at_once)
{
	struct slots_limits limits = {.cores = cores, .at_once = at_once, .memory = memory};

	memory_now = UINT64_MAX;
	slots_init(&slots, &limits);
}

static void finish(void)
{
	slots_finish(&slots);
}

static size_t machine(const void *kind, uint64_t bytes)
{
	return slots_class(&slots, kind, NULL, true, 0, bytes);
}

static size_t board(const void *which, size_t units)
{
	return slots_class(&slots, &shelf, which, false, units, 0);
}

/* Take until there is no room: how many were there? A hundred are as good as no limit. */
static size_t fill(size_t class)
{
	size_t n = 0;

	for (; n < 100 && slots_have_room(&slots, class); n++)
		slots_take(&slots, class);
	return n;
}

START_TEST(machines_take_processors_and_boards_take_none)
{
	size_t m, a;

	make(3, 0);
	m = machine(&small_kind, MIB);
	a = board(&board_a, 1);
	ck_assert_uint_eq(fill(m), 3);
	ck_assert_uint_eq(fill(a), 1);
	slots_leave(&slots, m, SLOT_WORKING);
	ck_assert_uint_eq(fill(m), 1);
	finish();
}
END_TEST

START_TEST(a_board_is_there_once_and_a_pool_as_often_as_it_has_units)
{
	size_t a, b, pool;

	make(1, 0);
	a = board(&board_a, 1);
	b = board(&board_b, 1);
	pool = board(&shelf, 3);
	ck_assert_uint_ne(a, b);
	ck_assert_uint_eq(board(&board_a, 1), a);
	ck_assert_uint_eq(fill(a), 1);
	/* it is not given up before the session has left it */
	slots_move(&slots, a, SLOT_WORKING, SLOT_TIDYING);
	ck_assert(!slots_have_room(&slots, a));
	slots_leave(&slots, a, SLOT_TIDYING);
	ck_assert(slots_have_room(&slots, a));
	ck_assert_uint_eq(fill(b), 1);
	ck_assert_uint_eq(fill(pool), 3);
	finish();
}
END_TEST

START_TEST(a_limit_on_all_counts_instead_of_processors)
{
	size_t m, a, b;

	make(2, 4);
	m = machine(&small_kind, MIB);
	a = board(&board_a, 1);
	b = board(&board_b, 1);
	ck_assert_uint_eq(fill(a), 1);
	ck_assert_uint_eq(fill(m), 3);
	ck_assert(!slots_have_room(&slots, b));
	finish();
}
END_TEST

START_TEST(who_waits_for_a_board_takes_nothing_from_others)
{
	size_t m, a;

	make(2, 1);
	m = machine(&small_kind, MIB);
	a = board(&board_a, 1);
	slots_take(&slots, a);
	ck_assert(!slots_have_room(&slots, m));
	slots_move(&slots, a, SLOT_WORKING, SLOT_WAITING);
	ck_assert(slots_have_room(&slots, m));
	ck_assert(!slots_have_room(&slots, a));
	slots_move(&slots, a, SLOT_WAITING, SLOT_WORKING);
	ck_assert(!slots_have_room(&slots, m));
	finish();
}
END_TEST

START_TEST(as_many_tidy_up_as_may_work)
{
	size_t m;

	make(2, 0);
	m = machine(&small_kind, MIB);
	ck_assert_uint_eq(fill(m), 2);
	slots_move(&slots, m, SLOT_WORKING, SLOT_TIDYING);
	slots_move(&slots, m, SLOT_WORKING, SLOT_TIDYING);
	ck_assert_uint_eq(fill(m), 2);
	slots_move(&slots, m, SLOT_WORKING, SLOT_TIDYING);
	ck_assert(!slots_have_room(&slots, m));
	slots_leave(&slots, m, SLOT_TIDYING);
	ck_assert(slots_have_room(&slots, m));
	finish();
}
END_TEST

START_TEST(memory_is_guessed_until_it_was_measured)
{
	size_t m;

	make(50, 0);
	memory_now = 1600 * (uint64_t)MIB; /* of which 1500 are ours */
	m = machine(&large_kind, 500 * (uint64_t)MIB);
	ck_assert_uint_eq(fill(m), 3);
	slots_measure(&slots, m, 100 * (uint64_t)MIB);
	ck_assert_uint_eq(fill(m), 12);
	/* the most that was seen counts */
	slots_measure(&slots, m, 90 * (uint64_t)MIB);
	ck_assert_uint_eq(slots.classes[m].memory, 100 * (uint64_t)MIB);
	finish();
}
END_TEST

START_TEST(one_machine_always_runs_however_little_memory_there_is)
{
	size_t m;

	make(50, 0);
	memory_now = 10 * (uint64_t)MIB;
	m = machine(&large_kind, 500 * (uint64_t)MIB);
	ck_assert_uint_eq(fill(m), 1);
	slots_leave(&slots, m, SLOT_WORKING);
	ck_assert_uint_eq(fill(m), 1);
	finish();
}
END_TEST

START_TEST(what_others_take_meanwhile_is_not_there)
{
	size_t m;

	make(50, 0);
	memory_now = 1600 * (uint64_t)MIB;
	m = machine(&large_kind, 100 * (uint64_t)MIB);
	slots_take(&slots, m);
	ck_assert(slots_have_room(&slots, m));
	memory_now = 100 * (uint64_t)MIB;
	ck_assert(!slots_have_room(&slots, m));
	finish();
}
END_TEST

START_TEST(machines_share_a_line_and_boards_have_their_own)
{
	size_t small, large, a, b, plugged;

	make(2, 0);
	small = machine(&small_kind, MIB);
	a = board(&board_a, 1);
	large = machine(&large_kind, MIB);
	b = board(&board_b, 1);
	plugged = slots_class(&slots, &small_kind, &board_b, true, 1, MIB);
	ck_assert_uint_ne(small, large);
	ck_assert_uint_eq(slots.classes[small].line, slots.classes[large].line);
	ck_assert_uint_ne(slots.classes[a].line, slots.classes[b].line);
	ck_assert_uint_ne(slots.classes[a].line, slots.classes[small].line);
	/* a QEMU on a line that is there once takes both */
	ck_assert_uint_ne(slots.classes[plugged].line, slots.classes[small].line);
	ck_assert_uint_eq(fill(plugged), 1);
	ck_assert_uint_eq(fill(small), 1);
	finish();
}
END_TEST

START_TEST(there_are_only_so_many_processes)
{
	struct slots_limits limits = {.cores = 9, .processes = 2};
	size_t a, m;

	slots_init(&slots, &limits);
	a = board(&board_a, 1);
	m = machine(&small_kind, MIB);
	slots_take(&slots, a);
	slots_move(&slots, a, SLOT_WORKING, SLOT_WAITING);
	ck_assert_uint_eq(fill(m), 1);
	finish();
}
END_TEST

Suite *slots_test(void)
{
	Suite *s = suite_create("slots");
	TCase *t = tcase_create("slots");

	tcase_add_test(t, machines_take_processors_and_boards_take_none);
	tcase_add_test(t, a_board_is_there_once_and_a_pool_as_often_as_it_has_units);
	tcase_add_test(t, a_limit_on_all_counts_instead_of_processors);
	tcase_add_test(t, who_waits_for_a_board_takes_nothing_from_others);
	tcase_add_test(t, as_many_tidy_up_as_may_work);
	tcase_add_test(t, memory_is_guessed_until_it_was_measured);
	tcase_add_test(t, one_machine_always_runs_however_little_memory_there_is);
	tcase_add_test(t, what_others_take_meanwhile_is_not_there);
	tcase_add_test(t, machines_share_a_line_and_boards_have_their_own);
	tcase_add_test(t, there_are_only_so_many_processes);
	suite_add_tcase(s, t);
	return s;
}
