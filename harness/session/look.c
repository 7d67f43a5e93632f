/* The session's looks at memory: when, with the machine standing still how, and what they add up to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"
#include "witness/record.h"

enum {
	STOP_MS = 5000, /* how long the machine may take to stand still for the last look */
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

void session_poison(struct session *s)
{
	const struct boot_image *img = s->spec->image;
	struct memory *m = s->board.memory;

	for (size_t i = 0; m && i < img->region_count; i++)
		m->ops->poison(m, img->regions[i].paddr, img->regions[i].size, RAM_POISON, NULL);
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
	enum pump how = PUMP_MET;
	struct err e;

	if (!m->ops->stopped(m) && m->ops->request_stop(m, &e) < 0) {
		session_end_error(s, &e);
		return false;
	}
	while (!m->ops->stopped(m) && how != PUMP_DEADLINE && !s->power_lost)
		how = session_pump(s, deadline, stands_still, NULL);
	return m->ops->stopped(m);
}

/* ---- what a look says ---- */

static bool is_code(const struct region_pages *p)
{
	return p->region->access == ACCESS_EXECUTE;
}

/* Pages of a judged region that are wrong, as MEMORY_* bits. */
static unsigned findings(const struct region_pages *p)
{
	unsigned cleared = p->count[PAGE_CLEARED] + p->count[PAGE_PARTLY_CLEARED], found = 0;

	if (p->poisoned)
		found |= MEMORY_NOT_LOADED;
	if (p->region->owner == REGION_KERNEL || p->region->owner == REGION_MONITOR)
		return found | (cleared || p->count[PAGE_CHANGED] > p->poisoned ? MEMORY_SYSTEM_WRONG : 0);
	if (p->count[PAGE_CHANGED] > p->poisoned)
		found |= MEMORY_CHANGED;
	if (cleared && p->region->owner == REGION_TABLE)
		found |= MEMORY_TABLE_CLEARED;
	else if (cleared)
		found |= is_code(p) ? MEMORY_CODE_CLEARED : MEMORY_DATA_CLEARED;
	return found;
}

/* Every protection domain of the image must have a page in this look that proves something. */
static bool speaks_for_all(const struct boot_image *img, const struct look *l)
{
	for (size_t pd = 0; pd < img->pd_count; pd++) {
		unsigned judged = 0;

		for (size_t i = 0; i < l->region_count; i++) {
			const struct region_pages *p = &l->regions[i];

			if (p->judged && p->region->pd && strcmp(p->region->pd, img->pds[pd].name) == 0)
				judged += p->count[PAGE_INTACT] + p->count[PAGE_CLEARED] + p->count[PAGE_PARTLY_CLEARED] +
					  p->count[PAGE_CHANGED];
		}
		if (!judged)
			return false;
	}
	return img->pd_count > 0;
}

/* "loaded", and "loaded.2" of the second boot */
static bool is_loaded(const char *moment)
{
	static const char loaded[] = "loaded";
	size_t n = strlen(loaded);

	return strncmp(moment, loaded, n) == 0 && (!moment[n] || moment[n] == '.');
}

static void weigh(struct session *s, const struct look *l, unsigned regions)
{
	unsigned found = 0;

	if (l->demand != DEMAND_INTACT || (s->memory & ~(unsigned)MEMORY_INTACT))
		return; /* the first moment at which something was wrong has the cause */
	for (size_t i = 0; i < l->region_count; i++)
		if (l->regions[i].judged)
			found |= findings(&l->regions[i]);
	if (found && !(found & MEMORY_NOT_LOADED) && is_loaded(l->moment))
		found = MEMORY_LOADED_WRONG; /* whoever did it, the kernel has not run yet */
	if ((regions & WITNESS_PDS) && !speaks_for_all(s->spec->image, l))
		found |= MEMORY_EMPTY;
	if (found || (regions & WITNESS_PDS)) /* a look past the protection domains says nothing for them */
		s->memory |= found ? found : MEMORY_INTACT;
}

/* ---- evidence ---- */

static struct page_span *spans_of(struct arena *a, const struct region_pages *p)
{
	struct page_span *spans = arena_alloc(a, p->range_count * sizeof *spans);

	for (size_t i = 0; i < p->range_count; i++)
		spans[i] = (struct page_span){page_class_name(p->ranges[i].class), p->ranges[i].start, p->ranges[i].end};
	return spans;
}

static void add_evidence(struct session *s, const struct look *l, const struct region_pages *p, int line)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;
	const struct region *r = p->region;
	struct page_evidence *page;

	ev->pages = arena_grow(a, ev->pages, &s->page_room, ev->page_count + 1, sizeof *ev->pages);
	page = &ev->pages[ev->page_count++];
	*page = (struct page_evidence){
		.moment = l->moment,
		.stopped = l->stop == WITNESS_STOP_GUEST ? "guest" : "machine",
		.at_ms = l->at_ms,
		.where = line ? arena_printf(a, "%s:%d", s->spec->scenario->file, line) : NULL,
		.region = r->name,
		.owner = region_owner_name(r->owner),
		.pd = r->pd,
		.access = region_access_name(r->access),
		.judged = p->judged,
		.demanded = p->judged && l->demand == DEMAND_INTACT,
		.paddr = r->paddr,
		.size = r->size,
		.poisoned = p->poisoned,
		.spans = spans_of(a, p),
		.span_count = p->range_count,
	};
	for (int c = 0; c < PAGE_CLASS_COUNT; c++)
		page->count[c] = p->count[c];
}

static const uint8_t *view(void *ctx, uint64_t paddr, uint64_t size)
{
	struct memory *m = ctx;

	return m->ops->view(m, paddr, size);
}

static void take(struct session *s, const struct witness_spec *w)
{
	static const struct memory_reader_ops ops = {.view = view};
	struct memory_reader reader = {&ops, s->board.memory};
	struct look *l;
	struct err e;

	s->looks = xgrow(s->looks, &s->look_room, s->look_count + 1, sizeof *s->looks);
	l = &s->looks[s->look_count];
	if (look_take(l, s->spec->image, w, session_ms(s), &reader, &e) < 0) {
		look_finish(l);
		s->looks_missed += w->demand == DEMAND_INTACT;
		session_end_error(s, &e);
		return;
	}
	s->look_count++;
	for (size_t i = 0; i < l->region_count; i++)
		add_evidence(s, l, &l->regions[i], w->line);
	weigh(s, l, w->regions);
}

void session_look(struct session *s, const struct witness_spec *w, bool stop, bool resume, int64_t deadline_ms)
{
	struct err e;

	if (!s->board.memory)
		return;
	if (stop && !session_stand_still(s, deadline_ms)) {
		s->looks_missed += w->demand == DEMAND_INTACT;
		session_end(s, END_INFRA, CAUSE_NONE, "the machine did not stand still for a look at memory");
		return;
	}
	take(s, w);
	if (resume && !s->ended && s->board.memory->ops->request_continue(s->board.memory, &e) < 0)
		session_end_error(s, &e);
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

	if (!s->ended)
		hear_out(s);
	if (s->ended && s->ending == END_DENIED)
		session_pump(s, clock_ms() + SETTLE_MS, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		session_look(s, &specs[i], true, false, clock_ms() + STOP_MS);
	/* It stands still: what it said before is all there is. */
	session_drain(s);
	session_console_over(s);
}

void session_looks_finish(struct session *s)
{
	for (size_t i = 0; i < s->look_count; i++)
		look_finish(&s->looks[i]);
	free(s->looks);
	s->looks = NULL;
	s->look_count = 0;
}

void session_looks_write(struct session *s)
{
	char *path = arena_printf(&s->result->arena, "%s/%s", s->dir, s->result->witness);
	struct err e;

	if (witness_write(path, s->spec->image, s->spec->image_sha256, s->looks, s->look_count, &e) < 0)
		session_end_error(s, &e);
}
