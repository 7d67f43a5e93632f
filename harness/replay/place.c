#include "replay/place.h"

#include <inttypes.h>
#include <string.h>

#include "replay/probe.h"
#include "util/clock.h"

enum {
	FIRST_STRIDE = 1 << 16, /* instructions, as in instant.c: half a millisecond of the guest's time */
	STRIDE_STOPS = 24,      /* after so many stops the stride doubles: a boot's length is not known before */
	PARTS = 128,            /* into which a further run divides what is left */
	MARGIN = 64,            /* instructions before the last, for PLACE_END */
	WATCHED = 8,            /* bytes of PLACE_CHANGE */
};

struct search {
	const struct place_search *how;
	const struct place *what;
	uint64_t from, to;       /* it is not there yet when `from` have run, and is when `to` have */
	bool reached;            /* it can stand still at `to` */
	uint8_t before[WATCHED]; /* PLACE_CHANGE: what was there */
};

static const uint8_t *view(const struct search *s, const struct probe *p)
{
	return machine_view(&p->replay.machine, s->what->value, WATCHED);
}

/* Is it there, now that the machine stands still or has ended? */
static bool is_there(const struct search *s, const struct probe *p)
{
	switch (s->what->kind) {
	case PLACE_CONSOLE:
		return p->replay.console.len >= s->what->value;
	case PLACE_CHANGE:
		return memcmp(view(s, p), s->before, WATCHED) != 0;
	default:
		return false;
	}
}

/* Of a boot that ends while its processor waits for an interrupt QEMU never comes to a later instruction, nor to the end. */
static bool sleeps_at_end(const struct probe *p)
{
	return p->replay.console.len == p->replay.boot->console_end - p->replay.boot->console;
}

/* 1: it stands still there; 0: the boot is over before. */
static int stand_at(struct probe *p, uint64_t instruction, struct err *e)
{
	int rc = probe_reach(p, instruction, e);

	if (rc < 0 || rc == PROBE_OVER || (rc == PROBE_STUCK && sleeps_at_end(p)))
		return rc < 0 ? -1 : 0;
	if (rc != PROBE_HALTED)
		return err_set(e, ERR_INFRA, "the boot did not come to instruction %" PRIu64 " in time", instruction);
	/* What the console has brought is in its pipe by now. */
	return replay_wait(&p->replay, -1, clock_ms(), e) < 0 ? -1 : 1;
}

/* Is it there when so many have run? Keeps the answer. 1: no, and it goes on; 0: that settles this run. */
static int look(struct search *s, struct probe *p, uint64_t at, struct err *e)
{
	int rc = stand_at(p, at, e);

	if (rc < 0)
		return -1;
	if (rc == 1 && !is_there(s, p)) {
		s->from = at;
		return 1;
	}
	s->to = at;
	s->reached = rc == 1;
	return 0;
}

static int start(struct search *s, struct probe *p, struct err *e)
{
	const struct place_search *how = s->how;

	return probe_start(p, how->rec, how->dir, how->boot, how->deadline_ms, e);
}

/* To where it is looked for, and what it is like there. */
static int begin(struct search *s, struct probe *p, struct err *e)
{
	int rc = start(s, p, e);

	if (rc == 0 && s->what->kind == PLACE_CHANGE && !view(s, p))
		return err_set(e, ERR_USAGE, "the board has no RAM at 0x%" PRIx64, s->what->value);
	if (rc == 0 && s->from && (rc = stand_at(p, s->from, e)) >= 0)
		rc = rc == 1 ? 0 : err_set(e, ERR_USAGE, "the boot ends before instruction %" PRIu64, s->from);
	if (rc == 0 && s->what->kind == PLACE_CHANGE)
		memcpy(s->before, view(s, p), WATCHED);
	return rc;
}

/* From one end to the other, in strides. 1: it is never there. */
static int first_run(struct search *s, struct err *e)
{
	uint64_t stride = FIRST_STRIDE, at = s->from;
	struct probe p;
	int rc = begin(s, &p, e) < 0 ? -1 : 1;

	for (unsigned n = 1; rc == 1; n++) {
		at += stride;
		rc = look(s, &p, at, e);
		if (n % STRIDE_STOPS == 0)
			stride *= 2;
	}
	/* It is over: has it come there since the last stop? */
	if (rc == 0 && !s->reached && s->what->kind != PLACE_END && !is_there(s, &p))
		rc = 1;
	probe_finish(&p);
	return rc;
}

static int further_run(struct search *s, struct err *e)
{
	uint64_t part = (s->to - s->from + PARTS - 1) / PARTS;
	struct probe p;
	int rc = start(s, &p, e) < 0 ? -1 : 1;

	for (uint64_t at = s->from + part; rc == 1 && at < s->to; at += part)
		rc = look(s, &p, at, e);
	probe_finish(&p);
	return rc < 0 ? -1 : 0;
}

int place_find(const struct place_search *how, const struct place *what, uint64_t *instruction, struct err *e)
{
	struct search s = {.how = how, .what = what, .from = what->after};
	int rc = first_run(&s, e);

	while (rc == 0 && s.to - s.from > 1)
		rc = further_run(&s, e);
	*instruction = what->kind == PLACE_CONSOLE && s.reached ? s.to : s.from;
	/* At the very last ones QEMU may be gone before it has stopped. */
	if (what->kind == PLACE_END)
		*instruction -= s.from < MARGIN ? s.from : MARGIN;
	return rc;
}
