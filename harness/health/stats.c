#include "health/stats.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* What one session says of its board. */
struct sample {
	const char *unit, *board, *started, *why;
	bool infra, powered, booted;
	int64_t prompt_ms, image_ms; /* -1: it did not come to that */
};

struct stats {
	struct arena arena;
	struct sample *samples;
	size_t count, room;
	struct unit_stats *units;
	int64_t *times; /* to be sorted */
};

struct stats *stats_create(void)
{
	struct stats *s = xcalloc(1, sizeof *s);

	arena_init(&s->arena);
	return s;
}

void stats_destroy(struct stats *s)
{
	if (!s)
		return;
	arena_finish(&s->arena);
	free(s->samples);
	free(s->units);
	free(s->times);
	free(s);
}

/* ---- one session ---- */

static bool is_of_a_board(const struct session_result *r)
{
	return r->unit && r->attempts > 0 && !r->not_run && r->verdict != VERDICT_NONE && r->verdict != VERDICT_SKIPPED &&
	       r->verdict != VERDICT_CANCELLED;
}

/* What a board says before the image has it: such marks are the firmware's. */
static bool is_firmwares(const struct session_mark *m)
{
	static const char *const marks[] = {"firmware", "u-boot", "handed-over"};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (strcmp(m->mark, marks[i]) == 0)
			return true;
	return false;
}

/* Of the first boot: later ones are a scenario's own doing. -1: there is none. */
static int64_t first_mark(const struct session_result *r, const char *mark)
{
	for (size_t i = 0; i < r->mark_count; i++) {
		const struct session_mark *m = &r->marks[i];

		if (m->boot <= 1 && (mark ? strcmp(m->mark, mark) == 0 : !is_firmwares(m)))
			return m->at_ms;
	}
	return -1;
}

/* The image was started; or the software is accused, which it is only where the board did its part. */
static bool has_booted(const struct session_result *r)
{
	bool started = r->phase_count && r->phases[0].outcome != PHASE_NOT_REACHED;

	return started || (r->verdict != VERDICT_INFRA && r->verdict != VERDICT_TIMEOUT);
}

/* Many sessions have the same: as the last one had it. */
static const char *keep(struct stats *s, const char *text, const char *last)
{
	return text && last && strcmp(text, last) == 0 ? last : arena_strdup(&s->arena, text);
}

void stats_add(struct stats *s, const struct session_result *r)
{
	const struct sample *last = s->count ? &s->samples[s->count - 1] : &(const struct sample){.unit = NULL};
	struct sample new;

	if (!is_of_a_board(r))
		return;
	new = (struct sample){
		.unit = keep(s, r->unit, last->unit),
		.board = keep(s, r->board, last->board),
		.started = arena_strdup(&s->arena, r->started ? r->started : ""),
		.why = r->verdict == VERDICT_INFRA ? arena_strdup(&s->arena, r->why) : NULL,
		.infra = r->verdict == VERDICT_INFRA,
		.powered = r->boot_us > 0,
		.booted = r->boot_us > 0 && has_booted(r),
		.prompt_ms = first_mark(r, "u-boot"),
		.image_ms = first_mark(r, NULL),
	};
	s->samples = xgrow(s->samples, &s->room, s->count + 1, sizeof *s->samples);
	s->samples[s->count++] = new;
}

/* ---- all of them ---- */

static int by_unit_and_time(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int order = strcmp(x->unit, y->unit);

	return order ? order : strcmp(x->started, y->started);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The n-th of 100 by nearest rank: what so many in 100 do not exceed. */
static int64_t percentile(const int64_t *sorted, size_t count, size_t percent)
{
	return sorted[(count * percent + 99) / 100 - 1];
}

static struct stats_time time_of(int64_t *times, size_t count)
{
	if (!count)
		return (struct stats_time){-1, -1, 0};
	qsort(times, count, sizeof *times, by_size);
	return (struct stats_time){percentile(times, count, 50), percentile(times, count, 95), (unsigned)count};
}

static struct stats_time times_of(struct stats *s, const struct sample *of, size_t count, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t ms = *(const int64_t *)(const void *)((const char *)&of[i] + at);

		if (ms >= 0)
			s->times[n++] = ms;
	}
	return time_of(s->times, n);
}

/* All of one unit, in the order of time. */
static struct unit_stats sum_up(struct stats *s, const struct sample *of, size_t count)
{
	struct unit_stats u = {.unit = of->unit, .board = of[count - 1].board, .sessions = (unsigned)count};

	u.since = of[0].started;
	u.until = of[count - 1].started;
	for (size_t i = 0; i < count; i++) {
		u.infra += of[i].infra;
		u.powered += of[i].powered;
		u.booted += of[i].booted;
		if (of[i].infra)
			u.infra_why = of[i].why;
	}
	u.prompt = times_of(s, of, count, offsetof(struct sample, prompt_ms));
	u.image = times_of(s, of, count, offsetof(struct sample, image_ms));
	return u;
}

const struct unit_stats *stats_units(struct stats *s, unsigned last, size_t *count)
{
	size_t from, to;

	*count = 0;
	free(s->units);
	free(s->times);
	s->units = xcalloc(s->count + 1, sizeof *s->units);
	s->times = xcalloc(s->count + 1, sizeof *s->times);
	if (s->count)
		qsort(s->samples, s->count, sizeof *s->samples, by_unit_and_time);
	for (from = 0; from < s->count; from = to) {
		for (to = from + 1; to < s->count && strcmp(s->samples[to].unit, s->samples[from].unit) == 0; to++)
			;
		if (last && to - from > last)
			from = to - last;
		s->units[(*count)++] = sum_up(s, &s->samples[from], to - from);
	}
	return s->units;
}
