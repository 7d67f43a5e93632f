/* What lay in the pages that were found at fault: names from the ELF that the region was made of. */
#include <string.h>

#include "image/elfnames.h"
#include "image/filemap.h"
#include "result/evidence.h"
#include "session/state.h"
#include "util/mem.h"

/* The ELF of the region's owner, or NULL. */
static const char *elf_of(const struct image_files *files, const struct region *r)
{
	for (size_t i = 0; files && i < files->elf_count; i++) {
		const struct image_elf *elf = &files->elfs[i];

		if (elf->owner == r->owner && (r->owner != REGION_PD || (r->pd && strcmp(elf->name, r->pd) == 0)))
			return elf->path;
	}
	return NULL;
}

static const struct region *region_of(const struct boot_image *image, const struct page_evidence *p)
{
	for (size_t i = 0; image && i < image->region_count; i++)
		if (image->regions[i].paddr == p->paddr && strcmp(image->regions[i].name, p->region) == 0)
			return &image->regions[i];
	return NULL;
}

static void name_span(struct page_span *span, const struct region *r, const struct file_map *elf, struct arena *a)
{
	struct elf_names found = {0};

	if (span->start < r->paddr || span->end < span->start || !r->vaddr)
		return;
	elf_names_in(&found, a, elf->bytes, elf->size, r->vaddr + (span->start - r->paddr), r->vaddr + (span->end - r->paddr));
	for (size_t i = 0; i < found.count; i++)
		span->names = arena_list_add(a, span->names, found.names[i]);
	span->names_total = (unsigned)found.total;
}

static void name_pages(struct session *s, struct page_evidence *p)
{
	const struct region *r = region_of(s->spec->image, p);
	const char *path = r ? elf_of(s->spec->files, r) : NULL;
	struct arena *a = &s->result->arena;
	struct page_span *spans;
	struct file_map elf;

	if (!path || file_map_open(&elf, path, "the ELF", NULL) < 0)
		return;
	spans = arena_alloc(a, p->span_count * sizeof *spans);
	memcpy(spans, p->spans, p->span_count * sizeof *spans);
	for (size_t i = 0; i < p->span_count; i++)
		name_span(&spans[i], r, &elf, a);
	p->spans = spans;
	file_map_close(&elf);
}

/* At the moment at which pages were first found at fault: that is told. */
void session_name_pages(struct session *s)
{
	struct session_evidence *ev = &s->result->evidence;
	const struct page_evidence *fault = evidence_first_fault(ev);

	for (size_t i = fault ? (size_t)(fault - ev->pages) : ev->page_count; i < ev->page_count; i++)
		if (page_evidence_faulty(&ev->pages[i]) && page_evidence_same_moment(&ev->pages[i], fault))
			name_pages(s, &ev->pages[i]);
}
