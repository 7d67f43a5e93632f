/* The session's looks at memory: when, with the machine standing still how, and what they add up to. */
#include <stdio.h>
#include <string.h>

#include "session/findings.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"
#include "witness/record.h"

enum {
	STOP_MS = 30000, /* how long the machine may take to stand still for the last look, with others on its processors */
	SETTLE_MS = 20, /* how long a board may go on talking after a denied text: a fault's registers come behind it */
	QUIET_MS = 2,   /* silence after which the last expected text was really the last */
};

/* A scenario that says nothing of memory still passes on both witnesses only. */
static const struct witness_spec default_finally = {
	.moment = "end",
	.stop = WITNESS_STOP_MACHINE,
	.regions = WITNESS_PD,
	.demand = DEMAND_INTACT,
};

static void poison(struct session *s, uint64_t paddr, uint64_t size)
{
	struct memory *m = s->board.memory;

	/* Every boot begins with the same memory. */
	if (m->ops->poison(m, paddr, size, RAM_POISON, NULL) == 0 && !s->recording.boot_count)
		recording_add_fill(&s->recording, paddr, size, RAM_POISON);
}

void session_poison(struct session *s)
{
	const struct boot_image *img = s->spec->image;

	if (!s->board.memory || s->board.memory->ops->after_reset)
		return;
	for (size_t i = 0; i < img->region_count; i++)
		poison(s, img->regions[i].paddr, img->regions[i].size);
	for (size_t i = 0; i < img->update_count; i++)
		for (size_t k = 0; k < img->updates[i].run_count; k++)
			poison(s, img->updates[i].runs[k].paddr, img->updates[i].runs[k].size);
}

/* ---- standing still ---- */

static bool stands_still(struct session *s, void *arg)
{
	(void)arg;
	return s->board.memory->ops->stopped(s->board.memory);
}

/* Ask, and wait for it even in a session that has just ended for another cause. */
bool session_stand_still(struct session *s, int64_t deadline)
{
	struct memory *m = s->board.memory;
	bool was_ended = s->ended;
	enum pump how = PUMP_MET;
	struct err e;

	if (!m->ops->stopped(m) && m->ops->request_stop(m, &e) < 0) {
		session_end_about(s, PART_MEMORY, &e);
		return false;
	}
	while (!m->ops->stopped(m) && how != PUMP_DEADLINE && !s->power_lost) {
		how = session_pump(s, deadline, stands_still, NULL);
		if (!was_ended && s->ended && s->ending == END_INFRA)
			break; /* what was to make it stand still is lost itself */
	}
	return m->ops->stopped(m);
}

/* ---- looking ---- */

/* The first moment at which something was wrong has the cause. */
static void weigh(struct session *s, const struct look *l, const struct witness_spec *w)
{
	const unsigned nothing_wrong = MEMORY_INTACT | MEMORY_WAS_CLEAN;

	if (w->demand != DEMAND_REPORT && !(s->memory & ~nothing_wrong))
		s->memory |= findings(s->spec->image, l, w);
}

static const uint8_t *view(void *ctx, uint64_t paddr, uint64_t size)
{
	struct memory *m = ctx;

	return m->ops->view ? m->ops->view(m, paddr, size) : NULL;
}

static int read_copy(void *ctx, uint64_t paddr, void *out, size_t size, struct err *e)
{
	struct memory *m = ctx;

	return m->ops->read(m, paddr, out, size, e);
}

static const struct memory_reader_ops in_place = {.view = view}, by_copy = {.read = read_copy};

bool session_take_look(struct session *s, const struct witness_spec *w)
{
	struct memory_reader reader = {s->board.memory->ops->view ? &in_place : &by_copy, s->board.memory};
	struct look l = {.moment = w->moment};
	struct err e;

	if (look_take(&l, &s->versions, w, session_ms(s), &reader, &s->before, &e) < 0) {
		look_finish(&l);
		s->looks_missed += w->demand != DEMAND_REPORT;
		session_end_about(s, PART_MEMORY, &e);
		return false;
	}
	looks_add(&s->looks, &l);
	return true;
}

/* Nobody is judged by this look, and the machine may move: what is no longer as it was filled will not be so again. */
bool session_is_unloaded(struct session *s)
{
	struct memory *m = s->board.memory;
	bool unwritten = false;
	struct look l = {.moment = default_finally.moment};
	struct err e;

	if (!m || m->ops->after_reset || !m->ops->view)
		return false;
	if (look_take(&l, &s->versions, &default_finally, session_ms(s), &(struct memory_reader){&in_place, m}, &s->before, &e) == 0)
		for (size_t i = 0; i < l.region_count; i++)
			unwritten |= l.regions[i].judged && l.regions[i].poisoned;
	look_finish(&l);
	return unwritten;
}

static void take(struct session *s, const struct witness_spec *w)
{
	if (session_take_look(s, w))
		weigh(s, &s->looks.items[s->looks.count - 1], w);
}

void session_look(struct session *s, const struct witness_spec *w, bool stop, bool resume, int64_t deadline_ms)
{
	enum unit_part before;
	struct err e;

	if (!s->board.memory || s->board.memory->ops->after_reset)
		return;
	if (!s->board.memory->ops->view && !stop) /* a guest that waits still moves, and memory is read from a still one */
		stop = resume = true;
	if (stop && !session_stand_still(s, deadline_ms)) {
		s->looks_missed += w->demand != DEMAND_REPORT;
		before = session_works_on(s, PART_MEMORY);
		session_end(s, END_INFRA, CAUSE_NONE, "the machine did not stand still for a look at memory");
		session_works_on(s, before);
		return;
	}
	take(s, w);
	session_survival_look(s, w->moment);
	if (resume && !s->ended && s->board.memory->ops->request_continue(s->board.memory, &e) < 0)
		session_end_about(s, PART_MEMORY, &e);
}

/* What the board says in one breath with the last expected text belongs to the session: it may be a panic. */
static void hear_out(struct session *s)
{
	int64_t until = clock_ms() + SETTLE_MS;
	uint64_t heard;

	do {
		heard = s->log.size;
		session_pump(s, clock_ms() + QUIET_MS, NULL, NULL);
	} while (!s->ended && s->log.size != heard && clock_ms() < until);
}

void session_look_finally(struct session *s)
{
	const struct scenario *sc = s->spec->scenario;
	size_t count = sc->finally_count ? sc->finally_count : 1;
	const struct witness_spec *specs = sc->finally_count ? sc->finally : &default_finally;

	session_let_load(s);
	if (!s->ended)
		hear_out(s);
	if (s->ended && s->ending == END_DENIED)
		session_pump(s, clock_ms() + SETTLE_MS, NULL, NULL);
	if (s->unstarted)
		count = 0; /* U-Boot has the board: pages that are not as the image has them accuse nobody */
	else if (s->board.memory && s->board.memory->ops->after_reset)
		session_look_after_reset(s, specs, count);
	for (size_t i = 0; i < count; i++)
		session_look(s, &specs[i], true, false, clock_ms() + STOP_MS);
	session_test_line(s);
	/* It stands still: what it said before is all there is. */
	session_drain(s);
	session_console_over(s);
}

void session_looks_write(struct session *s)
{
	char *path = arena_printf(&s->result->arena, "%s/%s", s->dir, s->result->witness);
	struct err e;

	if (witness_write(path, s->spec->image, s->spec->image_sha256, &s->looks, &e) < 0)
		session_end_error(s, &e);
}
