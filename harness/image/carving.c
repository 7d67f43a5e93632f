#include "image/carving.h"

#include <inttypes.h>
#include <string.h>

#define X "0x%" PRIx64

enum { PAGE_MASK = 0xfff };

static struct region *region_at(const struct boot_image *img, uint64_t paddr)
{
	for (size_t i = 0; i < img->region_count; i++)
		if (img->regions[i].paddr == paddr)
			return &img->regions[i];
	return NULL;
}

/* The bigger region that may hold parts of others', and holds all of these bytes, or NULL. The monitor's first byte is
 * its own; what is left of it between two parts may be a third one exactly. */
static struct region *container(const struct boot_image *img, uint64_t paddr, uint64_t size)
{
	for (size_t i = 0; i < img->region_count; i++) {
		struct region *r = &img->regions[i];
		bool bigger = r->payload && r->owner == REGION_UNKNOWN;

		bigger |= r->owner == REGION_MONITOR && paddr != img->ui_start;
		bigger &= r->size > size || (r->container && r->size == size);
		if (bigger && paddr >= r->paddr && paddr - r->paddr <= r->size - size)
			return r;
	}
	return NULL;
}

/* What is left of `whole` from an offset on. */
static struct region piece(struct boot_image *img, const struct region *whole, uint64_t offset, uint64_t size)
{
	struct region r = *whole;

	r.paddr += offset;
	r.bytes += offset;
	r.size = size;
	if (r.vaddr)
		r.vaddr += offset;
	if (offset)
		r.name = arena_printf(&img->arena, "%.*s+" X, (int)strcspn(whole->name, "+"), whole->name,
				      r.paddr - whole->container);
	return r;
}

/* Put the pieces in the place of regions[at]. */
static void replace(struct boot_image *img, size_t at, const struct region *pieces, size_t count)
{
	size_t behind = img->region_count - at - 1;

	img->regions = arena_grow(&img->arena, img->regions, &img->region_room, img->region_count + count - 1,
				  sizeof *img->regions);
	memmove(&img->regions[at + count], &img->regions[at + 1], behind * sizeof *img->regions);
	memcpy(&img->regions[at], pieces, count * sizeof *pieces);
	img->region_count += count - 1;
}

static struct region *carve(struct boot_image *img, const struct region *from, const struct report_region *line)
{
	struct region whole = *from, pieces[3];
	uint64_t before = line->addr - whole.paddr, behind = whole.size - before - line->size;
	size_t at = (size_t)(from - img->regions), count = 0, mine;

	if (!whole.container)
		whole.container = whole.paddr;
	if (before)
		pieces[count++] = piece(img, &whole, 0, before);
	mine = count;
	pieces[count++] = (struct region){
		.paddr = line->addr, .size = line->size, .bytes = whole.bytes + before, .segment = -1};
	if (behind)
		pieces[count++] = piece(img, &whole, before + line->size, behind);
	replace(img, at, pieces, count);
	return &img->regions[at + mine];
}

static struct region *misfit(const struct report_region *line, const struct region *r, struct err *e)
{
	if (!r)
		err_set(e, ERR_IMAGE, "region %s at " X " is not in the image", line->name, line->addr);
	else if (r->size != line->size)
		err_set(e, ERR_IMAGE, "region %s at " X " has %" PRIu64 " bytes here and %" PRIu64 " in the image",
			line->name, line->addr, line->size, r->size);
	else
		err_set(e, ERR_IMAGE, "region %s at " X " is %s in the image", line->name, line->addr, r->name);
	return NULL;
}

struct region *carving_take(struct boot_image *img, const struct report_region *line, struct err *e)
{
	struct region *r = region_at(img, line->addr), *bigger;

	if (r && r->size == line->size && r->owner == REGION_UNKNOWN)
		return r;
	bigger = container(img, line->addr, line->size);
	return bigger ? carve(img, bigger, line) : misfit(line, r, e);
}

/* ---- the other roles ---- */

static const char *doing(enum region_role role)
{
	return role == REGION_RUNS ? "runs" : "is kept";
}

static const struct region *overlapping(const struct boot_image *img, const struct report_region *line)
{
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (line->addr < r->paddr + r->size && r->paddr < line->addr + line->size)
			return r;
	}
	return NULL;
}

static int check_place(const struct boot_image *img, const struct report_region *line, const struct region *waits,
		       struct err *e)
{
	const struct region *other;

	if (line->size != waits->size)
		return err_set(e, ERR_IMAGE, "region %s has %" PRIu64 " bytes where it %s and %" PRIu64 " where it waits",
			       line->name, line->size, doing(line->role), waits->size);
	if (line->size > UINT64_MAX - line->addr)
		return err_set(e, ERR_IMAGE, "region %s at " X ": address and size overflow", line->name, line->addr);
	if ((line->addr ^ waits->paddr) & PAGE_MASK)
		return err_set(e, ERR_IMAGE, "region %s %s at " X ", at another offset inside a page than it waits at, " X,
			       line->name, doing(line->role), line->addr, waits->paddr);
	other = overlapping(img, line);
	if (other)
		return err_set(e, ERR_IMAGE, "region %s %s at " X ", where %s is (" X ".." X ")", line->name,
			       doing(line->role), line->addr, other->name, other->paddr, other->paddr + other->size);
	return 0;
}

int carving_add(struct boot_image *img, const struct report_region *line, struct err *e)
{
	struct region *waits = (struct region *)boot_image_segment(img, line->pd, line->segment, REGION_WAITS), r;

	if (!waits)
		return err_set(e, ERR_IMAGE, "region %s %s at " X ", but no line says where it waits", line->name,
			       doing(line->role), line->addr);
	if (waits->paddr == line->addr && waits->size == line->size)
		return 0; /* in place after all */
	if (check_place(img, line, waits, e) < 0)
		return -1;
	waits->kept |= line->role == REGION_RUNS;
	r = *waits;
	r.role = line->role;
	r.kept = line->role == REGION_PRISTINE;
	r.paddr = line->addr;
	r.payload = false;
	r.name = arena_printf(&img->arena, "%s.%s", waits->name, line->role == REGION_RUNS ? "run" : "pristine");
	img->regions = arena_grow(&img->arena, img->regions, &img->region_room, img->region_count + 1,
				  sizeof *img->regions);
	img->regions[img->region_count++] = r;
	return 0;
}
