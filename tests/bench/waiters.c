/*
 * Who waits for a board unit: how long it takes to have one that is free, and how long from the moment one is given back
 * until the next in line has it.
 *
 * waiters free ROUNDS: a line for each: the time to take a unit that is free, in microseconds.
 *
 * waiters queue COUNT ROUNDS: so many processes wait for one unit, each for its turn again after it had one, with
 * $RUNTEST_STATE as the folder. A line for each grant: the time from the release to the next holder, in microseconds. At the end on
 * stderr: how many grants were out of order, and the processor time of all for each grant, in microseconds.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farm/lock.h"
#include "farm/queue.h"
#include "util/clock.h"

enum { MOST = 256, ROUNDS_MOST = 100000, HOLD_US = 2000 };

#define UNIT "bench"

static const struct lock_purpose purpose = {.what = "a benchmark"};

static struct shared {
	_Atomic int64_t given_back_us; /* 0: nobody has yet */
	atomic_int grants, out_of_order;
	_Atomic int64_t took_us[ROUNDS_MOST];
	_Atomic int64_t came_us[MOST]; /* since when each waits; 0: it has the unit, or is about to wait */
} *shared;

static void die(const struct err *e)
{
	err_print(stderr, e);
	exit(1);
}

static int free_unit(int rounds)
{
	struct unit_lock l;
	struct err e;

	for (int i = 0; i < rounds; i++) {
		int64_t begun = clock_us();

		if (unit_lock_take(&l, UNIT, &purpose, 0, NULL, NULL, &e) < 0)
			die(&e);
		printf("%lld\n", (long long)(clock_us() - begun));
		unit_lock_release(&l);
	}
	return 0;
}

/* It has the unit: does nobody wait for longer? One that has only just come may not be in the queue yet. */
static void note_grant(int me, int64_t now, int rounds)
{
	int64_t given = shared->given_back_us, came = shared->came_us[me];
	int at = atomic_fetch_add(&shared->grants, 1);

	if (at < rounds && given)
		shared->took_us[at] = now - given;
	for (int i = 0; i < MOST; i++)
		if (shared->came_us[i] && shared->came_us[i] + HOLD_US / 2 < came) {
			shared->out_of_order++;
			break;
		}
}

static int wait_in_turn(int me, int rounds)
{
	struct unit_lock l;
	struct err e;

	while (shared->grants < rounds) {
		shared->came_us[me] = clock_us();
		if (unit_lock_take(&l, UNIT, &purpose, INT64_MAX, NULL, NULL, &e) < 0)
			die(&e);
		note_grant(me, clock_us(), rounds);
		shared->came_us[me] = 0;
		usleep(HOLD_US);
		shared->given_back_us = clock_us();
		unit_lock_release(&l);
	}
	return 0;
}

static int queue(int count, int rounds)
{
	struct rusage used;
	pid_t pids[MOST];
	int bad = 0, status;

	for (int i = 0; i < count; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(wait_in_turn(i, rounds));
	}
	for (int i = 0; i < count; i++) {
		waitpid(pids[i], &status, 0);
		bad += status != 0;
	}
	for (int i = 1; i < rounds; i++)
		printf("%lld\n", (long long)shared->took_us[i]);
	getrusage(RUSAGE_CHILDREN, &used);
	fprintf(stderr, "%d %lld\n", shared->out_of_order,
		(long long)((used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec +
			    used.ru_stime.tv_usec) / shared->grants);
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	int count = argc == 4 ? atoi(argv[2]) : 1, rounds = argc > 2 ? atoi(argv[argc - 1]) : 0;

	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared != MAP_FAILED && count >= 1 && count <= MOST && rounds >= 1 && rounds <= ROUNDS_MOST) {
		if (argc == 3 && strcmp(argv[1], "free") == 0)
			return free_unit(rounds);
		if (argc == 4 && strcmp(argv[1], "queue") == 0)
			return queue(count, rounds);
	}
	fputs("usage: waiters free ROUNDS | queue COUNT ROUNDS\n", stderr);
	return 2;
}
