/*
 * When a page was lost, to the instruction, whoever wrote to it and by whatever mapping: a recorded boot is run again with
 * stops at instructions by their number, closer from time to time, and its memory looked at there.
 *
 * Watchpoints find a store in one go, but only at the addresses that are watched; this finds the others.
 */
#ifndef RUNTEST_REPLAY_INSTANT_H
#define RUNTEST_REPLAY_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay/page.h"
#include "replay/probe.h"

struct instant {
	struct replay_page page;
	uint8_t end[REPLAY_PAGE]; /* what it held when the boot had ended */
	bool lost;                /* that is not what it should; else it was lost for some time before */
	uint64_t from, to;        /* out: lost by one of the instructions from+1 to `to`, counted since power-on; to 0: not found */
	bool seen_lost;           /* out: at `to`; else the boot was over before it could be looked at there */
	bool was_right;           /* out: it was as it should be before; else nobody ever saw it so, and from..to is when it became
	                             what it was at the end */
	bool unwritten;           /* out: it never was, and is at the end what it was at power-on */
};

struct instant_search {
	const struct recording *rec;
	const char *dir;
	unsigned boot;
	int64_t deadline_ms; /* monotonic; when it has passed, intervals are as narrow as they are */
	/* Called while the boot stands still in front of the instruction that lost a page that was right (to == from + 1), and
	 * was seen to lose it. */
	int (*found)(void *ctx, struct probe *p, const struct instant *at, struct err *e);
	void *ctx;
};

/* ERR_INFRA, ERR_CANCELLED, and what probe_start has. */
int instant_find(const struct instant_search *s, struct instant *items, size_t count, struct err *e);

#endif
