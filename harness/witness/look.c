#include "witness/look.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static unsigned pd_bits(const struct region *r)
{
	switch (r->role) {
	case REGION_RUNS:
		return WITNESS_PD_RUN;
	case REGION_PRISTINE:
		return WITNESS_PD_PRISTINE;
	default: /* it runs in place, or this is what a restart copies from */
		return WITNESS_PD | (r->kept ? WITNESS_PD_PRISTINE : WITNESS_PD_RUN);
	}
}

bool look_wants(unsigned set, const struct region *region)
{
	static const unsigned bits[] = {
		[REGION_UNKNOWN] = 0,           [REGION_KERNEL] = WITNESS_KERNEL, [REGION_MONITOR] = WITNESS_MONITOR,
		[REGION_TABLE] = WITNESS_TABLE, [REGION_PD] = 0,
	};
	unsigned mine = region->owner == REGION_PD ? pd_bits(region) : bits[region->owner];

	return (set & mine) || (region->owner == REGION_UNKNOWN && (set & WITNESS_ALL) == WITNESS_ALL);
}

bool look_is_at_loaded(const struct look *l)
{
	static const char loaded[] = "loaded";
	size_t n = strlen(loaded);

	return strncmp(l->moment, loaded, n) == 0 && (!l->moment[n] || l->moment[n] == '.');
}

/* The region's memory: in place, or copied into *copy (malloc'd). */
static const uint8_t *fetch(const struct memory_reader *m, const struct region *r, uint8_t **copy, struct err *e)
{
	const uint8_t *bytes = m->ops->view ? m->ops->view(m->ctx, r->paddr, r->size) : NULL;

	if (bytes)
		return bytes;
	if (!m->ops->read) {
		err_set(e, ERR_INFRA, "region %s (0x%" PRIx64 ", 0x%" PRIx64 " bytes) lies outside of the board's RAM",
			r->name, r->paddr, r->size);
		err_hint(e, "is the image built for this board's memory?");
		return NULL;
	}
	*copy = xmalloc(r->size);
	return m->ops->read(m->ctx, r->paddr, *copy, r->size, e) < 0 ? NULL : *copy;
}

/* Everything that one look is taken with. */
struct taking {
	struct look *look;
	const struct versions *versions;
	const struct witness_spec *spec;
	const struct memory_reader *memory;
	struct before *before;
};

static void compare(const struct taking *t, const struct region *r, const uint8_t *memory)
{
	struct look *l = t->look;
	uint8_t **others = versions_rivals(t->versions, r), *before = NULL;
	bool fresh = t->spec->demand == DEMAND_FRESH && region_is_run(r);
	struct page_rivals rivals = {.others = (const uint8_t *const *)others};

	if (fresh) {
		before = xmalloc(r->size);
		rivals.before = before_recall(t->before, r, before) ? before : NULL;
	}
	l->regions = xgrow(l->regions, &l->region_room, l->region_count + 1, sizeof *l->regions);
	region_pages_compare(&l->regions[l->region_count], r, memory, others || fresh ? &rivals : NULL);
	if (l->stop == WITNESS_STOP_GUEST && look_is_at_loaded(l) && r->role == REGION_WAITS && r->owner != REGION_UNKNOWN)
		l->regions[l->region_count].judged = true;
	l->regions[l->region_count++].judged |= fresh;
	free(before);
	versions_free_rivals(others);
}

static int look_at(const struct taking *t, const struct region *r, struct err *e)
{
	uint8_t *copy = NULL;
	const uint8_t *bytes = fetch(t->memory, r, &copy, e);

	if (bytes)
		compare(t, r, bytes);
	if (bytes && t->spec->demand == DEMAND_REPORT && (t->spec->regions & WITNESS_PD_RUN) && region_is_run(r))
		before_keep(t->before, r, bytes);
	free(copy);
	return bytes ? 0 : -1;
}

/* Where the protection domain is to run an update now, that is what must be there, told once. */
static int look_at_update(const struct taking *t, const struct image_update *u, struct err *e)
{
	for (size_t i = 0; i < t->look->region_count; i++)
		if (t->look->regions[i].region == u->runs)
			return 0;
	for (size_t i = 0; i < u->run_count; i++)
		if (look_at(t, &u->runs[i], e) < 0)
			return -1;
	return 0;
}

static bool is_of(const struct witness_spec *spec, const struct region *r)
{
	return !spec->of || (r->pd && strcmp(r->pd, spec->of) == 0);
}

int look_take(struct look *l, const struct versions *versions, const struct witness_spec *spec, int64_t at_ms,
	      const struct memory_reader *memory, struct before *before, struct err *e)
{
	struct taking t = {l, versions, spec, memory, before};
	int rc = 0;

	*l = (struct look){.moment = spec->moment, .number = 1, .stop = spec->stop, .demand = spec->demand, .at_ms = at_ms,
			   .line = spec->line,
			   .remembered = spec->demand == DEMAND_FRESH && before->known};
	if (spec->demand == DEMAND_REPORT && (spec->regions & WITNESS_PD_RUN))
		before_forget(before);
	for (size_t i = 0; i < versions->img->region_count && rc == 0; i++) {
		const struct region *r = &versions->img->regions[i];
		const struct image_update *held = r->pd ? versions_held(versions, r->pd) : NULL;

		if (!look_wants(spec->regions, r) || !is_of(spec, r))
			continue;
		rc = held && region_is_run(r) ? look_at_update(&t, held, e) : look_at(&t, r, e);
	}
	if (spec->demand == DEMAND_FRESH)
		before_forget(before);
	return rc;
}

void look_finish(struct look *l)
{
	for (size_t i = 0; i < l->region_count; i++)
		region_pages_finish(&l->regions[i]);
	free(l->regions);
	memset(l, 0, sizeof *l);
}

unsigned look_judged(const struct look *l, enum region_owner owner, enum page_class class)
{
	unsigned n = 0;

	for (size_t i = 0; i < l->region_count; i++)
		if (l->regions[i].judged && l->regions[i].region->owner == owner)
			n += l->regions[i].count[class];
	return n;
}

unsigned look_bad_pages(const struct look *l)
{
	unsigned bad = 0;

	for (size_t i = 0; i < l->region_count; i++)
		for (int c = 0; l->regions[i].judged && c < PAGE_CLASS_COUNT; c++)
			bad += c == PAGE_INTACT || c == PAGE_BLANK ? 0 : l->regions[i].count[c];
	return bad;
}

enum look_outcome look_outcome(const struct look *l)
{
	if (look_bad_pages(l))
		return LOOK_BROKEN;
	for (size_t i = 0; i < l->region_count; i++)
		if (l->regions[i].judged && l->regions[i].count[PAGE_INTACT])
			return LOOK_HOLDS;
	return LOOK_NOTHING;
}

const char *look_outcome_name(enum look_outcome o)
{
	static const char *const names[] = {
		[LOOK_HOLDS] = "holds",
		[LOOK_BROKEN] = "broken",
		[LOOK_NOTHING] = "nothing",
	};

	return names[o];
}
