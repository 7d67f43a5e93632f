#include "util/crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { MOST_HANDS = 8 };

struct job {
	void (*work)(void *arg, size_t hand, size_t piece);
	void *arg;
	size_t pieces;
	_Atomic size_t next;
};

struct hand {
	struct job *job;
	size_t number;
	pthread_t thread;
};

static size_t count_hands(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < 1 ? 1 : n > MOST_HANDS ? MOST_HANDS : (size_t)n;
}

/* Once and for all: tools are made for so many, whoever gives this process more processors meanwhile. */
size_t crew_hands(void)
{
	static _Atomic size_t hands;

	if (!hands)
		hands = count_hands();
	return hands;
}

static void *take_pieces(void *arg)
{
	const struct hand *h = arg;
	struct job *job = h->job;

	for (size_t i; (i = atomic_fetch_add(&job->next, 1)) < job->pieces;)
		job->work(job->arg, h->number, i);
	return NULL;
}

void crew_do(size_t pieces, void (*work)(void *arg, size_t hand, size_t piece), void *arg)
{
	struct job job = {.work = work, .arg = arg, .pieces = pieces};
	struct hand hands[MOST_HANDS];
	size_t most = crew_hands(), n = 1;

	hands[0] = (struct hand){.job = &job};
	for (; n < most && n < pieces; n++) {
		hands[n] = (struct hand){.job = &job, .number = n};
		if (pthread_create(&hands[n].thread, NULL, take_pieces, &hands[n]) != 0)
			break;
	}
	take_pieces(&hands[0]);
	while (--n)
		pthread_join(hands[n].thread, NULL);
}
