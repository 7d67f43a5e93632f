#include "replay/instant.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/mem.h"

enum {
	FIRST_STRIDE = 1 << 16, /* instructions between the first stops: half a millisecond of the guest's time */
	STRIDE_STOPS = 24,      /* after so many stops the stride doubles: a boot's length is not known before */
	STOPS = 192,            /* about so many in each further run, shared by the intervals; a stop costs a run's hundredth */
	PARTS_LEAST = 8,        /* into which an interval is divided */
	RUNS = 24,              /* 8^21 instructions are more than there can be; a bound all the same */
};

struct search {
	const struct instant_search *what;
	struct instant *items;
	size_t count;
	uint8_t (*start)[REPLAY_PAGE]; /* by item: what the page held at power-on */
	bool *settled;                 /* by item: this run has found where it was lost, or the chain was told */
	bool *told;
	uint64_t reached;              /* the furthest that a run has stood */
	uint64_t *stops;               /* of this run, ascending */
	size_t stop_count, stop_room;
	bool fell;                     /* the last run's QEMU did, which is an error that may not come again */
};

static const uint8_t *view(const struct probe *p, const struct instant *at)
{
	return machine_view(&p->replay.machine, at->page.paddr, REPLAY_PAGE);
}

/* ---- what a stop says ---- */

/* It is as it should be: lost later, then, whatever stood there before. */
static void see_right(struct search *s, size_t i, uint64_t instruction)
{
	struct instant *at = &s->items[i];

	if (!at->was_right || !at->seen_lost)
		at->to = 0;
	at->was_right = true;
	at->from = instruction;
	s->settled[i] = false;
}

static void look_at(struct search *s, size_t i, const struct probe *p, uint64_t instruction)
{
	struct instant *at = &s->items[i];
	bool right = replay_page_is_right(&at->page, &p->replay.machine);
	const uint8_t *now = view(p, at);

	if (right && (!at->was_right || (at->to && instruction >= at->to && !at->seen_lost)))
		see_right(s, i, instruction);
	if (s->settled[i] || instruction <= at->from || (at->to && instruction >= at->to))
		return;
	if (right) {
		see_right(s, i, instruction);
	} else if (at->was_right || (at->lost && memcmp(now, at->end, REPLAY_PAGE) == 0)) {
		at->to = instruction;
		at->seen_lost = true;
		s->settled[i] = true;
	} else if (memcmp(now, s->start[i], REPLAY_PAGE) == 0) {
		at->from = instruction;
	}
}

static void look_at_all(struct search *s, const struct probe *p, uint64_t instruction)
{
	for (size_t i = 0; i < s->count; i++)
		look_at(s, i, p, instruction);
}

/*
 * The boot ended before this stop could be: whatever has not been seen lost yet was lost before it. Not where another run
 * has come further: in the last stretch of a record QEMU can be gone before it has stopped.
 */
static void end_before(struct search *s, uint64_t instruction)
{
	for (size_t i = 0; i < s->count; i++) {
		struct instant *at = &s->items[i];

		if (s->settled[i] || !at->lost || instruction <= at->from || (at->to && at->to <= instruction))
			continue;
		at->to = instruction;
		at->seen_lost = false;
	}
}

/* ---- runs ---- */

/* 1: it stands still there; 0: it does not (over, or too late). */
static int go_to(struct search *s, struct probe *p, uint64_t instruction, struct err *e)
{
	int rc = probe_go_to(p, instruction, e);

	if (rc == PROBE_HALTED && instruction > s->reached)
		s->reached = instruction;
	if (rc == PROBE_OVER && instruction > s->reached)
		end_before(s, instruction);
	return rc < 0 ? -1 : rc == PROBE_HALTED;
}

static int start(struct search *s, struct probe *p, struct err *e)
{
	memset(s->settled, 0, s->count * sizeof *s->settled);
	return probe_start(p, s->what->rec, s->what->dir, s->what->boot, s->what->deadline_ms, e);
}

/* From one end to the other, in strides. */
static int first_run(struct search *s, struct err *e)
{
	uint64_t stride = FIRST_STRIDE, at = 0;
	struct probe p;
	int rc = start(s, &p, e);

	for (size_t i = 0; rc == 0 && i < s->count; i++)
		memcpy(s->start[i], view(&p, &s->items[i]), REPLAY_PAGE);
	rc = rc == 0 ? 1 : -1;
	for (unsigned n = 1; rc == 1; n++) {
		at += stride;
		rc = go_to(s, &p, at, e);
		if (rc == 1)
			look_at_all(s, &p, at);
		if (n % STRIDE_STOPS == 0)
			stride *= 2;
	}
	s->fell = rc < 0 && p.fell;
	probe_finish(&p);
	return rc;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_stop(struct search *s, uint64_t at)
{
	s->stops = xgrow(s->stops, &s->stop_room, s->stop_count + 1, sizeof *s->stops);
	s->stops[s->stop_count++] = at;
}

static bool is_exact(const struct instant *at)
{
	return at->to && at->to - at->from == 1;
}

/* Nobody is accused of a loss that was not seen. */
static bool is_culprit(const struct instant *at)
{
	return is_exact(at) && at->was_right && at->seen_lost;
}

/* Of a page that never was right, some hundred instructions are close enough: there is nobody to accuse. */
static bool is_done(const struct instant *at)
{
	enum { CLOSE = 256 };

	return !at->to || at->unwritten || is_exact(at) || (!at->was_right && at->to - at->from <= CLOSE);
}

/* Where this run has to stop: inside each interval, and in front of each instruction that has been found. */
static void plan_stops(struct search *s)
{
	uint64_t open = 0, parts;

	for (size_t i = 0; i < s->count; i++)
		open += !is_done(&s->items[i]);
	parts = open && STOPS / open > PARTS_LEAST ? STOPS / open : PARTS_LEAST;
	s->stop_count = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct instant *at = &s->items[i];
		uint64_t part = at->to ? (at->to - at->from + parts - 1) / parts : 0;

		if (is_culprit(at) && !s->told[i])
			add_stop(s, at->from);
		for (uint64_t x = at->from + part; !is_done(at) && x < at->to; x += part)
			add_stop(s, x);
	}
	if (s->stop_count)
		qsort(s->stops, s->stop_count, sizeof *s->stops, ascending);
}

static int tell_found(struct search *s, struct probe *p, uint64_t instruction, struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct instant *at = &s->items[i];

		if (s->told[i] || !is_culprit(at) || at->from != instruction)
			continue;
		s->told[i] = true;
		if (s->what->found && s->what->found(s->what->ctx, p, at, e) < 0)
			return -1;
	}
	return 0;
}

static int further_run(struct search *s, struct err *e)
{
	struct probe p;
	int rc = start(s, &p, e) < 0 ? -1 : 1;

	for (size_t i = 0; rc == 1 && i < s->stop_count; i++) {
		if (i && s->stops[i] == s->stops[i - 1])
			continue;
		rc = go_to(s, &p, s->stops[i], e);
		if (rc == 1 && tell_found(s, &p, s->stops[i], e) < 0)
			rc = -1;
		if (rc == 1)
			look_at_all(s, &p, s->stops[i]);
	}
	s->fell = rc < 0 && p.fell;
	probe_finish(&p);
	return rc;
}

/* A run whose QEMU fell over has told nothing that was wrong. */
static int try_run(struct search *s, int (*run)(struct search *s, struct err *e), struct err *e)
{
	enum { TRIES = 3 };
	int rc = run(s, e);

	for (int i = 1; rc < 0 && s->fell && i < TRIES; i++)
		rc = run(s, e);
	return rc;
}

static int search(struct search *s, struct err *e)
{
	int rc = try_run(s, first_run, e);

	for (size_t i = 0; rc >= 0 && i < s->count; i++)
		s->items[i].unwritten =
			!s->items[i].was_right && memcmp(s->items[i].end, s->start[i], REPLAY_PAGE) == 0;
	for (int run = 0; rc >= 0 && run < RUNS && clock_ms() < s->what->deadline_ms; run++) {
		plan_stops(s);
		if (!s->stop_count)
			return 0;
		rc = try_run(s, further_run, e);
	}
	return rc < 0 ? -1 : 0;
}

int instant_find(const struct instant_search *what, struct instant *items, size_t count, struct err *e)
{
	struct search s = {.what = what, .items = items, .count = count};
	int rc;

	s.start = xcalloc(count, sizeof *s.start);
	s.settled = xcalloc(count, sizeof *s.settled);
	s.told = xcalloc(count, sizeof *s.told);
	for (size_t i = 0; i < count; i++)
		items[i].from = items[i].to = items[i].seen_lost = items[i].was_right = items[i].unwritten = 0;
	rc = search(&s, e);
	free(s.stops);
	free(s.told);
	free(s.settled);
	free(s.start);
	return rc;
}
