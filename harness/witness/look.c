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

static int look_at(struct look *l, const struct region *r, const struct memory_reader *memory, struct err *e)
{
	uint8_t *copy = NULL;
	const uint8_t *bytes = fetch(memory, r, &copy, e);

	if (bytes)
		region_pages_compare(&l->regions[l->region_count++], r, bytes);
	free(copy);
	return bytes ? 0 : -1;
}

int look_take(struct look *l, const struct boot_image *img, const struct witness_spec *spec, int64_t at_ms,
	      const struct memory_reader *memory, struct err *e)
{
	*l = (struct look){.moment = spec->moment, .stop = spec->stop, .demand = spec->demand, .at_ms = at_ms};
	l->regions = xcalloc(img->region_count, sizeof *l->regions);
	for (size_t i = 0; i < img->region_count; i++)
		if (look_wants(spec->regions, &img->regions[i]) && look_at(l, &img->regions[i], memory, e) < 0)
			return -1;
	return 0;
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

enum look_outcome look_outcome(const struct look *l)
{
	unsigned intact = 0, lost = 0;

	for (size_t i = 0; i < l->region_count; i++) {
		const struct region_pages *r = &l->regions[i];

		if (!r->judged)
			continue;
		intact += r->count[PAGE_INTACT];
		lost += r->count[PAGE_CLEARED] + r->count[PAGE_PARTLY_CLEARED] + r->count[PAGE_CHANGED];
	}
	if (lost)
		return LOOK_BROKEN;
	return intact ? LOOK_HOLDS : LOOK_NOTHING;
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
