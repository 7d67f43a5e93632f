#include "image/capdl.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/carving.h"
#include "image/word.h"

#define X "0x%" PRIx64

/* Types of the initialiser's program headers (seL4/microkit 2.3.0, tool/microkit/src/capdl/initialiser.rs). */
#define PT_CAPDL_SPEC UINT32_C(0x64c34003)
#define PT_CAPDL_FRAMES UINT32_C(0x64c34004)

#define FRAMES "capdl-frames"

enum {
	PAGE = 4096,
	PHDR = 56,           /* bytes, of an Elf64_Phdr */
	MAX_CANDIDATES = 64, /* places with one page's content that are looked at: a hostile image has it everywhere */
	PATCHED = 512,       /* bytes of a writable page that the tool may have written */
};

static bool is_initialiser(const struct boot_image *img, const struct region *r)
{
	return r->owner == REGION_MONITOR && r->paddr >= img->ui_start && r->paddr < img->ui_end;
}

/* ---- the table of program headers ---- */

struct phdr {
	uint32_t type;
	uint64_t vaddr, memsz;
};

static struct phdr phdr_at(const struct region *table, size_t i)
{
	const uint8_t *p = table->bytes + i * PHDR;

	return (struct phdr){word_le32(p), word_le64(p + 16), word_le64(p + 40)};
}

/* The last region, if it tells of itself that it is the table. */
static struct region *find_table(struct boot_image *img)
{
	struct region *last = NULL;

	for (size_t i = 0; i < img->region_count; i++)
		if (is_initialiser(img, &img->regions[i]))
			last = &img->regions[i];
	if (!last || last->size % PHDR || last->size / PHDR > UINT16_MAX)
		return NULL;
	for (size_t i = 0; i < last->size / PHDR; i++) {
		struct phdr p = phdr_at(last, i);

		if (p.type == PT_PHDR && p.vaddr + img->pv_offset == last->paddr)
			return last;
	}
	return NULL;
}

static int name_part(struct boot_image *img, const struct region *table, size_t i, struct err *e)
{
	struct phdr p = phdr_at(table, i);
	uint64_t paddr = p.vaddr + img->pv_offset;

	if (p.type != PT_CAPDL_SPEC && p.type != PT_CAPDL_FRAMES)
		return 0;
	if (paddr < img->ui_start || paddr > img->ui_end || p.memsz > img->ui_end - paddr) {
		err_set(e, ERR_IMAGE,
			"program header %zu of the initialiser (file offset 0x%zx) puts " X " bytes at physical " X
			", outside of its range " X ".." X,
			i, (size_t)(table->bytes - img->map) + i * PHDR, p.memsz, paddr, img->ui_start, img->ui_end);
		return err_at(e, img->path, 0, 0);
	}
	for (size_t k = 0; k < img->region_count; k++)
		if (is_initialiser(img, &img->regions[k]) && img->regions[k].paddr == paddr)
			img->regions[k].name = p.type == PT_CAPDL_SPEC ? "capdl-spec" : FRAMES;
	return 0;
}

int capdl_name(struct boot_image *img, struct err *e)
{
	struct region *table = find_table(img);

	for (size_t i = 0; table && i < table->size / PHDR; i++)
		if (name_part(img, table, i, e) < 0)
			return -1;
	if (table)
		table->name = "capdl-program-headers";
	return 0;
}

/* ---- the initialiser's pages ---- */

struct page {
	uint64_t paddr;
	const uint8_t *bytes; /* PAGE of them */
	uint32_t crc;
	bool taken;           /* some protection domain's already */
};

struct search {
	const struct naming *naming;
	struct page *pages;   /* by address */
	size_t count, room;
	size_t *by_content;   /* numbers of pages, by checksum and address */
	size_t carved;        /* regions made so far */
};

static void add_pages(struct search *s, const struct region *r)
{
	for (uint64_t at = (PAGE - r->paddr % PAGE) % PAGE; at < r->size && r->size - at >= PAGE; at += PAGE) {
		const uint8_t *bytes = r->bytes + at;

		s->pages = xgrow(s->pages, &s->room, s->count + 1, sizeof *s->pages);
		s->pages[s->count++] = (struct page){r->paddr + at, bytes, (uint32_t)crc32_z(0, bytes, PAGE), false};
	}
}

static int by_address(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	return x->paddr < y->paddr ? -1 : x->paddr > y->paddr;
}

static int by_content(const void *a, const void *b, void *pages)
{
	const struct page *x = (struct page *)pages + *(const size_t *)a, *y = (struct page *)pages + *(const size_t *)b;

	if (x->crc != y->crc)
		return x->crc < y->crc ? -1 : 1;
	return x->paddr < y->paddr ? -1 : x->paddr > y->paddr;
}

static bool is_frames(const struct region *r)
{
	return r->name && strcmp(r->name, FRAMES) == 0;
}

/* Where the table of program headers tells which region has the frames, only that one is looked into. */
static void collect_pages(struct search *s)
{
	const struct boot_image *img = s->naming->img;
	bool told = false;

	for (size_t i = 0; i < img->region_count; i++)
		told |= is_frames(&img->regions[i]);
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (is_initialiser(img, r) && (!told || is_frames(r)))
			add_pages(s, r);
	}
	if (!s->count)
		return;
	qsort(s->pages, s->count, sizeof *s->pages, by_address);
	s->by_content = xcalloc(s->count, sizeof *s->by_content);
	for (size_t i = 0; i < s->count; i++)
		s->by_content[i] = i;
	qsort_r(s->by_content, s->count, sizeof *s->by_content, by_content, s->pages);
}

/* The first place in by_content with this checksum or a greater one. */
static size_t first_with(const struct search *s, uint32_t crc)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->pages[s->by_content[middle]].crc < crc)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- one segment ---- */

enum { NOWHERE = -1 };

struct placement {
	const struct known_elf *elf;
	const struct elf_segment *segment;
	size_t count;      /* of its pages */
	ptrdiff_t *where;  /* by page: its number in the search, or NOWHERE */
};

static uint64_t lead_in(const struct elf_segment *s)
{
	return s->vaddr % PAGE;
}

/* What the tool puts into the frame for the segment's page k. True: only zeros. */
static bool page_content(const struct elf_segment *s, size_t k, uint8_t out[PAGE])
{
	uint64_t page = (uint64_t)k * PAGE, lead = lead_in(s), from = page > lead ? page - lead : 0;
	uint64_t skip = page < lead ? lead - page : 0, n;

	memset(out, 0, PAGE);
	if (from < s->filesz) {
		n = s->filesz - from < PAGE - skip ? s->filesz - from : PAGE - skip;
		memcpy(out + skip, s->bytes + from, n);
	}
	return !out[0] && memcmp(out, out + 1, PAGE - 1) == 0;
}

/* How many pages of the segment from k on stand one behind the other from page `at` on, none of them taken. */
static size_t run_length(const struct search *s, const struct placement *p, size_t k, size_t at)
{
	uint8_t content[PAGE];
	size_t n = 0;

	for (; k + n < p->count && at + n < s->count; n++) {
		const struct page *page = &s->pages[at + n];

		if (page->taken || page->paddr != s->pages[at].paddr + n * PAGE)
			break;
		page_content(p->segment, k + n, content);
		if (memcmp(page->bytes, content, PAGE) != 0)
			break;
	}
	return n;
}

/* The longest run that begins with page k, or 0; `shared` says that the page is there, but taken. */
static size_t best_run(const struct search *s, const struct placement *p, size_t k, const uint8_t *content, size_t *at,
		       bool *shared)
{
	uint32_t crc = (uint32_t)crc32_z(0, content, PAGE);
	size_t best = 0, first = first_with(s, crc);

	for (size_t i = first; i < s->count && i - first < MAX_CANDIDATES; i++) {
		size_t page = s->by_content[i], n;

		if (s->pages[page].crc != crc)
			break;
		n = run_length(s, p, k, page);
		*shared |= n == 0 && memcmp(s->pages[page].bytes, content, PAGE) == 0;
		if (n > best) {
			best = n;
			*at = page;
		}
	}
	return best;
}

static size_t difference(const uint8_t *a, const uint8_t *b)
{
	size_t n = 0;

	for (size_t i = 0; i < PAGE; i++)
		n += a[i] != b[i];
	return n;
}

/* A patched page is told by what stands before it: frames follow each other as the ELF's pages do. */
static ptrdiff_t place_behind(const struct search *s, ptrdiff_t before, const uint8_t *content)
{
	size_t at = (size_t)before + 1;

	if (before == NOWHERE || at >= s->count || s->pages[at].taken || s->pages[at].paddr != s->pages[before].paddr + PAGE)
		return NOWHERE;
	return difference(s->pages[at].bytes, content) <= PATCHED ? (ptrdiff_t)at : NOWHERE;
}

static int not_there(const struct search *s, const struct placement *p, size_t k, struct err *e)
{
	const struct elf_segment *g = p->segment;

	err_set(e, ERR_IMAGE,
		"the page at " X " of %s (segment %d) is none of the %zu pages that the initialiser has in the image",
		g->vaddr - lead_in(g) + (uint64_t)k * PAGE, p->elf->name, g->index, s->count);
	err_at(e, p->elf->path, 0, 0);
	return err_hint(e, "give the ELF that went into this image, from the same build");
}

static int find_pages(struct search *s, struct placement *p, ptrdiff_t before, struct err *e)
{
	bool writable = p->segment->flags & PF_W;
	uint8_t content[PAGE];

	for (size_t k = 0, n; k < p->count; k += n) {
		bool blank = page_content(p->segment, k, content), shared = false;
		size_t at = 0;

		n = blank ? 0 : best_run(s, p, k, content, &at, &shared);
		for (size_t i = 0; i < n; i++) {
			p->where[k + i] = (ptrdiff_t)(at + i);
			s->pages[at + i].taken = true;
		}
		if (!n && writable) {
			p->where[k] = place_behind(s, before, content);
			if (p->where[k] != NOWHERE)
				s->pages[p->where[k]].taken = true;
		} else if (!n && !blank && !shared) {
			return not_there(s, p, k, e);
		}
		n = n ? n : 1;
		before = p->where[k + n - 1];
	}
	return 0;
}

/* Pages first..first+n-1 of the segment stand one behind the other: a region of their own. */
static int carve_run(struct search *s, const struct placement *p, size_t first, size_t n, struct err *e)
{
	struct boot_image *img = s->naming->img;
	const struct elf_segment *g = p->segment;
	uint64_t lead = first ? 0 : lead_in(g), offset = first ? (uint64_t)first * PAGE - lead_in(g) : 0;
	uint64_t end = (uint64_t)(first + n) * PAGE - lead_in(g);
	struct report_region line = {
		.name = p->elf->name,
		.pd = p->elf->name,
		.segment = g->index,
		.addr = s->pages[p->where[first]].paddr + lead,
		.size = (end < g->memsz ? end : g->memsz) - offset,
	};
	struct region *r;

	if (s->carved++ == LOADER_MAX_REGIONS) {
		err_set(e, ERR_IMAGE, "the pages of protection domains are scattered over more than %d places in the initialiser",
			LOADER_MAX_REGIONS);
		return err_at(e, img->path, 0, 0);
	}
	r = carving_take(img, &line, e);
	if (!r)
		return err_at(e, p->elf->path, 0, 0);
	naming_take(img, r, p->elf, g);
	r->vaddr += offset;
	if (line.size != g->memsz)
		r->name = arena_printf(&img->arena, "%s-%d+" X, p->elf->name, g->index, offset);
	return 0;
}

static int carve(struct search *s, const struct placement *p, struct err *e)
{
	for (size_t k = 0, n; k < p->count; k += n) {
		n = 1;
		if (p->where[k] == NOWHERE)
			continue;
		while (k + n < p->count && p->where[k + n] == p->where[k] + (ptrdiff_t)n &&
		       s->pages[p->where[k + n]].paddr == s->pages[p->where[k]].paddr + n * PAGE)
			n++;
		if (carve_run(s, p, k, n, e) < 0)
			return -1;
	}
	return 0;
}

/* `before` is the page that the ELF's last placed one has, and becomes this segment's. */
static int place_segment(struct search *s, const struct known_elf *elf, const struct elf_segment *g, ptrdiff_t *before,
			 struct err *e)
{
	uint64_t pages = g->memsz / PAGE + (g->memsz % PAGE + lead_in(g) + PAGE - 1) / PAGE;
	struct placement p = {.elf = elf, .segment = g, .count = (size_t)pages};
	int rc;

	if (pages > s->count && !(g->flags & PF_W)) {
		err_set(e, ERR_IMAGE, "segment %d of %s has %" PRIu64 " pages, and the initialiser only %zu", g->index, elf->name,
			pages, s->count);
		return err_at(e, elf->path, 0, 0);
	}
	if (pages > s->count)
		p.count = s->count; /* zeros, mostly: a stack or a heap */
	p.where = xcalloc(p.count + 1, sizeof *p.where);
	for (size_t k = 0; k < p.count; k++)
		p.where[k] = NOWHERE;
	rc = find_pages(s, &p, *before, e);
	if (rc == 0)
		rc = carve(s, &p, e);
	for (size_t k = 0; k < p.count; k++)
		if (p.where[k] != NOWHERE)
			*before = p.where[k];
	free(p.where);
	return rc;
}

/* One that can be written to everywhere has no page that must be there; some must be all the same. */
static int place_elf(struct search *s, const struct known_elf *elf, struct err *e)
{
	ptrdiff_t before = NOWHERE;

	for (size_t k = 0; k < elf->file.segment_count; k++)
		if (place_segment(s, elf, &elf->file.segments[k], &before, e) < 0)
			return -1;
	if (before != NOWHERE)
		return 0;
	err_set(e, ERR_IMAGE, "no page of %s is among the %zu pages that the initialiser has in the image", elf->name, s->count);
	err_at(e, elf->path, 0, 0);
	return err_hint(e, "give the ELF that went into this image, from the same build");
}

int capdl_place(const struct naming *n, struct err *e)
{
	struct search s = {.naming = n};
	int rc = 0;

	collect_pages(&s);
	for (size_t i = 0; i < n->elf_count && rc == 0; i++)
		if (n->elfs[i].owner == REGION_PD)
			rc = place_elf(&s, &n->elfs[i], e);
	free(s.by_content);
	free(s.pages);
	return rc;
}
