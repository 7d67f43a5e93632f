/*
 * Who waits for a board unit: how long it takes to have one that is free, and how long from the moment one is given back
 * until the next in line has it.
 *
 * waiters free ROUNDS: a line for each: the time to take a unit that is free, in microseconds.
 *
 * waiters queue COUNT ROUNDS: so many processes wait for one unit, each for its turn again after it had one, with
 * $RUNTEST_STATE as the folder. A line for each grant: the time from the release to the next holder, in microseconds. At the end on
 * stderr: how many grants were out of order, and the processor time of all for each grant, in microseconds.
 *
 * waiters bare-free ROUNDS, waiters bare-queue COUNT ROUNDS: the same with nothing but a record lock, waited for with F_SETLKW.
 */
#include <fcntl.h>
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
#include "util/mem.h"

enum { MOST = 256, ROUNDS_MOST = 100000, HOLD_US = 20000, PAUSE_US = 200, COMING_US = 50000 };

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

static bool bare;
static char *bare_path;

static int take_bare(void)
{
	struct flock f = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(bare_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || fcntl(fd, F_SETLKW, &f) < 0) {
		perror(bare_path);
		exit(1);
	}
	return fd;
}

/* What is held: one of the two. */
struct held {
	struct unit_lock lock;
	int fd;
};

static void take(struct held *h, int64_t deadline_ms)
{
	struct err e;

	if (bare)
		h->fd = take_bare();
	else if (unit_lock_take(&h->lock, UNIT, &purpose, deadline_ms, NULL, NULL, &e) < 0)
		die(&e);
}

static void give_back(struct held *h)
{
	if (bare)
		close(h->fd);
	else
		unit_lock_release(&h->lock);
}

static int free_unit(int rounds)
{
	struct held h;

	for (int i = 0; i < rounds; i++) {
		int64_t begun = clock_us();

		take(&h, 0);
		printf("%lld\n", (long long)(clock_us() - begun));
		give_back(&h);
		usleep(PAUSE_US); /* who takes one is not at the end of its time slice */
	}
	return 0;
}

/* It has the unit: does nobody wait for longer? One that has only just come may not be in the queue yet, on a busy machine. */
static void note_grant(int me, int64_t now, int rounds)
{
	int64_t given = shared->given_back_us, came = shared->came_us[me];
	int at = atomic_fetch_add(&shared->grants, 1);

	if (at < rounds && given)
		shared->took_us[at] = now - given;
	for (int i = 0; i < MOST; i++)
		if (shared->came_us[i] && shared->came_us[i] + COMING_US < came) {
			shared->out_of_order++;
			break;
		}
}

static int wait_in_turn(int me, int rounds)
{
	struct held h;

	while (shared->grants < rounds) {
		shared->came_us[me] = clock_us();
		take(&h, INT64_MAX);
		note_grant(me, clock_us(), rounds);
		shared->came_us[me] = 0;
		usleep(HOLD_US);
		shared->given_back_us = clock_us();
		give_back(&h);
		usleep(PAUSE_US); /* who has had a bare lock would have it again before anybody wakes */
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
	if (argc > 1 && strncmp(argv[1], "bare-", 5) == 0) {
		bare = true;
		argv[1] += 5;
		bare_path = xasprintf("%s/bare", getenv("RUNTEST_STATE") ? getenv("RUNTEST_STATE") : "/tmp");
	}
	if (shared != MAP_FAILED && count >= 1 && count <= MOST && rounds >= 1 && rounds <= ROUNDS_MOST) {
		if (argc == 3 && strcmp(argv[1], "free") == 0)
			return free_unit(rounds);
		if (argc == 4 && strcmp(argv[1], "queue") == 0)
			return queue(count, rounds);
	}
	fputs("usage: waiters [bare-]free ROUNDS | [bare-]queue COUNT ROUNDS\n", stderr);
	return 2;
}
