#include "witness/versions.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void versions_init(struct versions *v, const struct boot_image *img)
{
	*v = (struct versions){.img = img, .held = xcalloc(img->pd_count, sizeof *v->held)};
}

void versions_finish(struct versions *v)
{
	free(v->held);
	*v = (struct versions){.img = NULL};
}

/* Its place among the image's protection domains, or their number. */
static size_t index_of(const struct versions *v, const char *pd)
{
	size_t i = 0;

	while (i < v->img->pd_count && strcmp(v->img->pds[i].name, pd) != 0)
		i++;
	return i;
}

int versions_hold(struct versions *v, const char *pd, const struct image_update *update)
{
	size_t i = index_of(v, pd);

	if (i == v->img->pd_count)
		return -1;
	v->held[i] = update;
	return 0;
}

const struct image_update *versions_held(const struct versions *v, const char *pd)
{
	size_t i = index_of(v, pd);

	return i < v->img->pd_count ? v->held[i] : NULL;
}

const struct image_pd *versions_facts(const struct versions *v, const char *pd)
{
	const struct image_update *held = versions_held(v, pd);

	return held ? &held->facts : boot_image_pd(v->img, pd);
}

bool region_is_run(const struct region *r)
{
	return r->owner == REGION_PD && r->pd && (r->role == REGION_RUNS || (r->role == REGION_WAITS && !r->kept));
}

/* ---- rivals ---- */

/* What of `from` lies in `region`'s memory. */
static void overlay(uint8_t *out, const struct region *region, const struct region *from)
{
	uint64_t start = from->paddr > region->paddr ? from->paddr : region->paddr;
	uint64_t end = from->paddr + from->size, other = region->paddr + region->size;

	end = end < other ? end : other;
	if (start < end)
		memcpy(out + (start - region->paddr), from->bytes + (start - from->paddr), end - start);
}

static uint8_t *boot_version(const struct versions *v, const struct region *region)
{
	uint8_t *bytes = xcalloc(region->size, 1);

	for (size_t i = 0; i < v->img->region_count; i++) {
		const struct region *r = &v->img->regions[i];

		if (region_is_run(r) && strcmp(r->pd, region->pd) == 0)
			overlay(bytes, region, r);
	}
	return bytes;
}

static uint8_t *update_version(const struct image_update *u, const struct region *region)
{
	uint8_t *bytes = xcalloc(region->size, 1);

	for (size_t i = 0; i < u->run_count; i++)
		overlay(bytes, region, &u->runs[i]);
	return bytes;
}

uint8_t **versions_rivals(const struct versions *v, const struct region *region)
{
	const struct image_update *held = region->pd ? versions_held(v, region->pd) : NULL;
	uint8_t **all = xcalloc(v->img->update_count + 2, sizeof *all);
	size_t count = 0;

	for (size_t i = 0; region->pd && region_is_run(region) && i < v->img->update_count; i++) {
		const struct image_update *u = &v->img->updates[i];

		if (u != held && strcmp(u->pd, region->pd) == 0)
			all[count++] = update_version(u, region);
	}
	if (held)
		all[count++] = boot_version(v, region);
	if (count)
		return all;
	free(all);
	return NULL;
}

void versions_free_rivals(uint8_t **rivals)
{
	for (size_t i = 0; rivals && rivals[i]; i++)
		free(rivals[i]);
	free(rivals);
}
