/* The survival map: memory sampled in the session's own loop, and at its looks. */
#include <inttypes.h>
#include <limits.h>

#include "session/state.h"
#include "survival/file.h"
#include "util/clock.h"
#include "util/mem.h"

static const char *objection(const struct session *s)
{
	if (s->spec->no_map)
		return "--no-map was given";
	if (!s->board.memory)
		return "this board has no memory witness";
	if (!s->board.memory->ops->view)
		return "this board's memory can only be read while it stands still";
	return NULL;
}

static const uint8_t *view(void *ctx, uint64_t paddr, uint64_t size)
{
	struct memory *m = ctx;

	return m->ops->view(m, paddr, size);
}

static int64_t now_us(void *ctx)
{
	const struct session *s = ctx;

	return s->power_on_us ? clock_us() - s->power_on_us : 0;
}

static void mark(struct session *s, enum mark_kind kind, const char *name)
{
	map_add_mark(&s->survivor.map, kind, name, now_us(s));
}

void session_survival_open(struct session *s)
{
	struct survivor *v = &s->survivor;

	s->result->unmapped = objection(s);
	if (s->result->unmapped)
		return;
	v->active = v->opened = true;
	map_init(&v->map);
	v->map.session = s->spec->name;
	v->map.image_sha256 = s->spec->image_sha256;
	sampler_open(&v->sampler, &v->map, &s->versions, view, s->board.memory);
	map_add_mark(&v->map, MARK_POWER_ON, "", 0);
}

static bool stands_still(const struct session *s)
{
	return s->board.memory->ops->stopped(s->board.memory);
}

int64_t session_survival_wake(struct session *s, int64_t deadline_ms)
{
	const struct sampler *sampler = &s->survivor.sampler;
	int64_t due_ms;

	if (!s->survivor.active || !s->power_on_us || stands_still(s))
		return deadline_ms;
	if (now_us(s) >= sampler->due_us)
		sampler_take(&s->survivor.sampler, now_us, s, false);
	due_ms = (s->power_on_us + sampler->due_us + 999) / 1000;
	return due_ms < deadline_ms ? due_ms : deadline_ms;
}

void session_survival_look(struct session *s, const char *moment)
{
	if (!s->survivor.active)
		return;
	sampler_take(&s->survivor.sampler, now_us, s, true);
	mark(s, MARK_LOOK, moment);
}

void session_survival_reset(struct session *s)
{
	if (!s->survivor.active)
		return;
	sampler_take(&s->survivor.sampler, now_us, s, true);
	mark(s, MARK_RESET, "");
	sampler_reset(&s->survivor.sampler, now_us(s));
}

void session_survival_suspend(struct session *s)
{
	if (!s->survivor.active)
		return;
	sampler_take(&s->survivor.sampler, now_us, s, true);
	mark(s, MARK_POWER_CYCLE, "");
	s->survivor.active = false;
}

void session_survival_power_cycle(struct session *s)
{
	if (!s->survivor.opened)
		return;
	sampler_power_cycle(&s->survivor.sampler, view, s->board.memory, now_us(s));
	s->survivor.active = true;
}

/* Phases are known by then; the look at the end, or whatever came last, has been sampled. */
void session_survival_write(struct session *s)
{
	struct survivor *v = &s->survivor;
	const struct session_result *r = s->result;
	struct err e;

	if (!v->opened)
		return;
	for (size_t i = 0; i < r->phase_count; i++)
		if (r->phases[i].start_ms >= 0)
			map_add_mark(&v->map, MARK_PHASE, r->phases[i].name, r->phases[i].start_ms * 1000);
	for (size_t i = 0; i < r->mark_count; i++)
		map_add_mark(&v->map, MARK_CONSOLE, r->marks[i].mark, r->marks[i].at_ms * 1000);
	map_add_mark(&v->map, MARK_END, "", v->map.end_us);
	map_sort_marks(&v->map);
	if (map_write(arena_printf(&s->result->arena, "%s/" SURVIVAL_FILE, s->dir), &v->map, &e) < 0)
		session_end_error(s, &e);
	else
		s->result->survival = SURVIVAL_FILE;
}
