#include "image/placing.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The page size of the image tool: a segment keeps its offset inside a page of that size. */
enum { PAGE_MASK = 0xfff };

/* A run of regions that an ELF could fill, one region per segment. */
struct candidate {
	size_t elf, first;
	uint64_t difference; /* bytes */
};

struct candidates {
	struct candidate *items;
	size_t count, room;
};

/*
 * The image tool writes values into symbols, mostly of .data, so writable segments may differ anywhere. A read-only one
 * that differs in more than a few variables comes from another ELF.
 */
static bool resembles(const struct elf_segment *s, const uint8_t *image)
{
	return (s->flags & PF_W) || elf_segment_difference(s, image) <= 64 + s->memsz / 64;
}

bool placing_fits(const struct region *r, const struct elf_segment *s)
{
	return r->size == s->memsz && ((r->paddr ^ s->vaddr) & PAGE_MASK) == 0 && resembles(s, r->bytes);
}

static bool run_is_free(const struct boot_image *img, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		if (img->regions[i].owner != REGION_UNKNOWN)
			return false;
	return true;
}

static void consider(struct candidates *c, const struct boot_image *img, const struct elf_file *f, size_t elf,
		     size_t first)
{
	struct candidate found = {.elf = elf, .first = first};

	if (!run_is_free(img, first, f->segment_count))
		return;
	for (size_t i = 0; i < f->segment_count; i++) {
		if (!placing_fits(&img->regions[first + i], &f->segments[i]))
			return;
		found.difference += elf_segment_difference(&f->segments[i], img->regions[first + i].bytes);
	}
	c->items = xgrow(c->items, &c->room, c->count + 1, sizeof *c->items);
	c->items[c->count++] = found;
}

static void find_candidates(struct candidates *c, const struct naming *n)
{
	for (size_t e = 0; e < n->elf_count; e++) {
		const struct elf_file *f = &n->elfs[e].file;

		if (n->elfs[e].owner != REGION_PD)
			continue;
		for (size_t first = 0; first + f->segment_count <= n->img->region_count; first++)
			consider(c, n->img, f, e, first);
	}
}

/* The best match first; ties in the order of the ELFs and of the image: the same input gives the same places. */
static int by_difference(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->difference != y->difference)
		return x->difference < y->difference ? -1 : 1;
	if (x->elf != y->elf)
		return x->elf < y->elf ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/*
 * The same ELF fits one region further on as well: which segment is where cannot be known, and a guess could judge a
 * writable segment as read-only.
 */
static bool is_ambiguous(const struct candidates *c, const struct candidate *chosen, size_t segments)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct candidate *other = &c->items[i];
		size_t low = other->first < chosen->first ? other->first : chosen->first;
		size_t high = other->first < chosen->first ? chosen->first : other->first;

		if (other->elf == chosen->elf && low < high && high < low + segments)
			return true;
	}
	return false;
}

static void place(const struct naming *n, const struct candidates *c, const struct candidate *chosen)
{
	const struct known_elf *elf = &n->elfs[chosen->elf];
	bool ambiguous = is_ambiguous(c, chosen, elf->file.segment_count);

	for (size_t i = 0; i < elf->file.segment_count; i++) {
		struct region *r = &n->img->regions[chosen->first + i];

		naming_take(n->img, r, elf, &elf->file.segments[i]);
		if (ambiguous)
			r->access = ACCESS_UNKNOWN;
	}
}

static int complain(const struct known_elf *elf, struct err *e)
{
	char sizes[256] = "";

	for (size_t i = 0; i < elf->file.segment_count && strlen(sizes) < sizeof sizes - 24; i++)
		snprintf(sizes + strlen(sizes), sizeof sizes - strlen(sizes), "%s0x%" PRIx64, i ? ", " : "",
			 elf->file.segments[i].memsz);
	err_set(e, ERR_IMAGE,
		"protection domain %s has no place in the image: no free run of regions has sizes %s and its content",
		elf->name, sizes);
	err_at(e, elf->path, 0, 0);
	return err_hint(e, "give the ELF that went into this image, or its report.txt, which says where it lies");
}

int placing_apply(const struct naming *n, struct err *e)
{
	struct candidates c = {0};
	bool *placed = xcalloc(n->elf_count, sizeof *placed);
	int rc = 0;

	find_candidates(&c, n);
	if (c.count)
		qsort(c.items, c.count, sizeof *c.items, by_difference);
	for (size_t i = 0; i < c.count; i++) {
		const struct candidate *k = &c.items[i];

		if (placed[k->elf] || !run_is_free(n->img, k->first, n->elfs[k->elf].file.segment_count))
			continue;
		place(n, &c, k);
		placed[k->elf] = true;
	}
	for (size_t i = 0; i < n->elf_count && rc == 0; i++)
		if (n->elfs[i].owner == REGION_PD && !placed[i])
			rc = complain(&n->elfs[i], e);
	free(placed);
	free(c.items);
	return rc;
}
