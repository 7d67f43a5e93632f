#include "image/naming.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "image/capdl.h"
#include "image/carving.h"
#include "image/placing.h"

#define X "0x%" PRIx64

static struct region *region_at(const struct boot_image *img, uint64_t paddr)
{
	for (size_t i = 0; i < img->region_count; i++)
		if (img->regions[i].paddr == paddr)
			return &img->regions[i];
	return NULL;
}

static const struct known_elf *elf_of(const struct naming *n, enum region_owner owner, const char *name)
{
	for (size_t i = 0; i < n->elf_count; i++)
		if (n->elfs[i].owner == owner && (!name || strcmp(n->elfs[i].name, name) == 0))
			return &n->elfs[i];
	return NULL;
}

struct region *naming_region(const struct naming *n, const struct known_elf *elf, int segment)
{
	for (size_t i = 0; i < n->img->region_count; i++) {
		struct region *r = &n->img->regions[i];

		if (r->role == REGION_WAITS && r->owner == elf->owner && r->segment == segment &&
		    (!r->pd || strcmp(r->pd, elf->name) == 0))
			return r;
	}
	return NULL;
}

static enum region_access access_of(uint32_t flags)
{
	if (flags & PF_W)
		return ACCESS_WRITE;
	if (flags & PF_X)
		return ACCESS_EXECUTE;
	return flags & PF_R ? ACCESS_READ : ACCESS_UNKNOWN;
}

static void own(struct boot_image *img, struct region *r, enum region_owner owner, const char *pd, int segment)
{
	r->owner = owner;
	r->pd = pd ? arena_strdup(&img->arena, pd) : NULL;
	r->segment = segment;
	r->name = arena_printf(&img->arena, "%s-%d", pd ? pd : region_owner_name(owner), segment);
}

void naming_take(struct boot_image *img, struct region *r, const struct known_elf *elf, const struct elf_segment *s)
{
	own(img, r, elf->owner, elf->owner == REGION_PD ? elf->name : NULL, s->index);
	r->vaddr = s->vaddr;
	r->access = access_of(s->flags);
}

static int elf_misfit(const struct known_elf *elf, struct err *e)
{
	err_at(e, elf->path, 0, 0);
	return err_hint(e, "give the ELF that went into this image, from the same build");
}

static int check_entry(const struct known_elf *elf, const char *field, uint64_t entry, struct err *e)
{
	if (elf->file.entry == entry)
		return 0;
	err_set(e, ERR_IMAGE, "the ELF's entry is " X ", the image's %s is " X, elf->file.entry, field, entry);
	return elf_misfit(elf, e);
}

static bool in_monitor_range(const struct boot_image *img, const struct region *r)
{
	return r->paddr >= img->ui_start && r->paddr < img->ui_end && r->size <= img->ui_end - r->paddr;
}

/* The packer may have put the invocation table behind the monitor's segment, into the same region. */
static bool may_be_longer(const struct naming *n, const struct known_elf *elf, const struct region *r)
{
	return elf->owner == REGION_MONITOR && in_monitor_range(n->img, r);
}

/* The kernel's and the monitor's segments have a known physical address. */
static int take_by_address(const struct naming *n, const struct known_elf *elf, const struct elf_segment *s,
			   uint64_t paddr, struct err *e)
{
	struct region *r = region_at(n->img, paddr);

	if (!r || r->owner != REGION_UNKNOWN || r->size < s->memsz ||
	    (r->size > s->memsz && !may_be_longer(n, elf, r))) {
		err_set(e, ERR_IMAGE, "segment %d of the %s, " X " bytes at physical " X ", is no region of the image",
			s->index, region_owner_name(elf->owner), s->memsz, paddr);
		return elf_misfit(elf, e);
	}
	naming_take(n->img, r, elf, s);
	if (r->size > s->memsz && r->access != ACCESS_WRITE)
		r->access = ACCESS_UNKNOWN; /* nobody tells about what stands behind the segment */
	return 0;
}

static int name_kernel(const struct naming *n, const struct region *monitor, struct err *e)
{
	const struct known_elf *elf = elf_of(n, REGION_KERNEL, NULL);
	int segment = 0;

	if (!elf) {
		for (struct region *r = n->img->regions; r < monitor; r++)
			own(n->img, r, REGION_KERNEL, NULL, segment++);
		return 0;
	}
	for (size_t i = 0; i < elf->file.segment_count; i++) {
		const struct elf_segment *s = &elf->file.segments[i];

		if (take_by_address(n, elf, s, s->paddr, e) < 0)
			return -1;
	}
	return check_entry(elf, "kernel_entry", n->img->kernel_entry, e);
}

/* What is in its range and not known yet is the initialiser's as well: the tool adds to its ELF. */
static int name_initialiser(const struct naming *n, struct err *e)
{
	struct boot_image *img = n->img;
	int segment = 0;

	for (size_t i = 0; i < img->region_count; i++) {
		struct region *r = &img->regions[i];
		enum region_access access = r->access;

		if (!in_monitor_range(img, r) || (r->owner != REGION_UNKNOWN && r->owner != REGION_MONITOR))
			continue;
		own(img, r, REGION_MONITOR, NULL, segment);
		r->name = arena_printf(&img->arena, "initialiser-%d", segment++);
		r->vaddr = r->paddr - img->pv_offset;
		r->access = access;
	}
	return capdl_name(img, e);
}

static int name_monitor(const struct naming *n, struct region *first, struct err *e)
{
	const struct known_elf *elf = elf_of(n, REGION_MONITOR, NULL);

	if (!elf) {
		own(n->img, first, REGION_MONITOR, NULL, 0);
		first->vaddr = first->paddr - n->img->pv_offset;
		return n->img->format->capdl ? name_initialiser(n, e) : 0;
	}
	for (size_t i = 0; i < elf->file.segment_count; i++) {
		const struct elf_segment *s = &elf->file.segments[i];

		if (take_by_address(n, elf, s, s->vaddr + n->img->pv_offset, e) < 0)
			return -1;
	}
	if (first->owner != REGION_MONITOR) {
		err_set(e, ERR_IMAGE, "no segment of the monitor lies at the image's ui_p_reg_start " X,
			n->img->ui_start);
		return elf_misfit(elf, e);
	}
	return n->img->format->capdl && name_initialiser(n, e) < 0 ? -1 : check_entry(elf, "v_entry", n->img->v_entry, e);
}

static int find_monitor(const struct boot_image *img, struct region **monitor, struct err *e)
{
	*monitor = region_at(img, img->ui_start);
	if (*monitor && in_monitor_range(img, *monitor))
		return 0;
	err_set(e, ERR_IMAGE,
		"no region of the image %s the %s range " X ".." X " (ui_p_reg_start, ui_p_reg_end at file offset " X ")",
		*monitor ? "at its start fits into" : "begins where the header puts",
		img->format->capdl ? "initial task's" : "monitor's", img->ui_start, img->ui_end,
		img->header_offset + img->format->ui_start);
	return err_at(e, img->path, 0, 0);
}

/* ---- protection domains as the report tells them ---- */

static int report_misfit(const struct naming *n, const struct report_region *line, struct err *e)
{
	err_at(e, n->report_path, line->line, 0);
	return err_hint(e, "the report belongs to another image: give the one written together with %s", n->img->path);
}

static int take_reported(const struct naming *n, const struct report_region *line, struct err *e)
{
	struct region *r = carving_take(n->img, line, e);

	if (!r)
		return report_misfit(n, line, e);
	own(n->img, r, REGION_PD, line->pd, line->segment);
	r->name = arena_strdup(&n->img->arena, line->name);
	return 0;
}

/* The k-th region that the report gives a PD is its ELF's k-th segment. */
static int marry_pd(const struct naming *n, const struct known_elf *elf, struct err *e)
{
	size_t k = 0;

	for (size_t i = 0; i < n->report->count; i++) {
		const struct report_region *line = &n->report->regions[i];
		struct region *r = region_at(n->img, line->addr);

		if (line->role != REGION_WAITS || strcmp(line->pd, elf->name) != 0)
			continue;
		if (k == elf->file.segment_count || !placing_fits(r, &elf->file.segments[k])) {
			err_set(e, ERR_IMAGE,
				"segment %zu of %s is not what the image has as %s (%" PRIu64 " bytes at " X
				"): another size, offset inside a page, or content",
				k, elf->name, line->name, r->size, r->paddr);
			return elf_misfit(elf, e);
		}
		naming_take(n->img, r, elf, &elf->file.segments[k++]);
		r->name = arena_strdup(&n->img->arena, line->name);
	}
	if (k == elf->file.segment_count)
		return 0;
	err_set(e, ERR_IMAGE, "%s has %zu segments, but %s names %zu regions of it", elf->name, elf->file.segment_count,
		n->report_path, k);
	return elf_misfit(elf, e);
}

static int name_pds(const struct naming *n, struct err *e)
{
	/* With capDL the report knows nothing of where protection domains lie. */
	if (!n->report || (n->img->format->capdl && !n->report->count))
		return n->img->format->capdl ? capdl_place(n, e) : placing_apply(n, e);
	for (size_t i = 0; i < n->report->count; i++)
		if (n->report->regions[i].role == REGION_WAITS && take_reported(n, &n->report->regions[i], e) < 0)
			return -1;
	for (size_t i = 0; i < n->elf_count; i++)
		if (n->elfs[i].owner == REGION_PD && marry_pd(n, &n->elfs[i], e) < 0)
			return -1;
	return 0;
}

/* ---- the invocation table, and what is left ---- */

/*
 * Whether a region that looks like the table cannot be the first segment of a protection domain nobody named: the
 * report names all of them, and without one every region behind it must have found its owner.
 */
static bool table_is_certain(const struct naming *n, const struct region *table)
{
	const struct region *end = n->img->regions + n->img->region_count;

	if (in_monitor_range(n->img, table) && !elf_of(n, REGION_MONITOR, NULL))
		return false; /* it might be another segment of the monitor */
	if (n->report)
		return true;
	for (const struct region *r = table + 1; r < end; r++)
		if (r->owner != REGION_PD)
			return false;
	return table + 1 < end;
}

/* The order is kernel, monitor, table, protection domains. Only the monitor reads the table; nobody writes it. */
static void name_table(const struct naming *n)
{
	struct boot_image *img = n->img;

	for (size_t i = 1; i < img->region_count && !img->format->capdl; i++) {
		struct region *r = &img->regions[i];

		if (r->owner != REGION_UNKNOWN || r->payload || img->regions[i - 1].owner != REGION_MONITOR)
			continue;
		if (!in_monitor_range(img, r) && (!img->extra_device_size || r->paddr != img->extra_device_addr))
			continue;
		r->owner = REGION_TABLE;
		r->name = "invocation-table";
		r->access = table_is_certain(n, r) ? ACCESS_READ : ACCESS_UNKNOWN;
		return;
	}
}

/*
 * By the format that has it, the extra device region holds the invocation table, and behind it protection domains' segments
 * and nothing else. Which is whose is not told.
 */
static void name_domains(const struct naming *n)
{
	const struct boot_image *img = n->img;

	if (n->report || elf_of(n, REGION_PD, NULL))
		return; /* these tell */
	for (size_t i = 0; i < img->region_count; i++) {
		struct region *r = &img->regions[i];

		if (r->owner == REGION_UNKNOWN && !r->payload && r->paddr > img->extra_device_addr &&
		    r->paddr - img->extra_device_addr < img->extra_device_size &&
		    r->size <= img->extra_device_size - (r->paddr - img->extra_device_addr))
			r->owner = REGION_PD;
	}
}

/* An ELF whose build id is in memory must have the id that the image has there. */
static int check_build_id(const struct naming *n, const struct known_elf *elf, struct err *e)
{
	const struct elf_file *f = &elf->file;

	for (size_t i = 0; i < f->segment_count && f->build_id; i++) {
		const struct elf_segment *s = &f->segments[i];
		const struct region *r = naming_region(n, elf, s->index);
		size_t at;

		if (!r || f->build_id < s->bytes || f->build_id + f->build_id_size > s->bytes + s->filesz)
			continue;
		at = (size_t)(f->build_id - s->bytes);
		if (n->img->format->capdl && (r->vaddr != s->vaddr || r->size < at + f->build_id_size))
			continue; /* a part of the segment, found by its content */
		if (memcmp(r->bytes + at, f->build_id, f->build_id_size) == 0)
			continue;
		err_set(e, ERR_IMAGE, "its build id is not the one that the image holds in region %s at " X, r->name,
			r->paddr + at);
		return elf_misfit(elf, e);
	}
	return 0;
}

/* The image tool writes into a protection domain's data, never into its code: where that differs, one of the two is
 * damaged. */
static int check_code(const struct naming *n, const struct known_elf *elf, struct err *e)
{
	const struct elf_file *f = &elf->file;

	for (size_t i = 0; i < f->segment_count && elf->owner == REGION_PD; i++) {
		const struct elf_segment *s = &f->segments[i];
		const struct region *r = naming_region(n, elf, s->index);
		uint64_t different;

		if (!r || (s->flags & (PF_W | PF_X)) != PF_X || (n->img->format->capdl && r->size != s->memsz))
			continue;
		different = elf_segment_difference(s, r->bytes);
		if (!different)
			continue;
		err_set(e, ERR_IMAGE, "%" PRIu64 " bytes of its code are not what the image has in region %s at " X,
			different, r->name, r->paddr);
		return elf_misfit(elf, e);
	}
	return 0;
}

/* The ELFs of protection domains, or the others. */
static int check_elfs(const struct naming *n, bool pds, struct err *e)
{
	for (size_t i = 0; i < n->elf_count; i++) {
		const struct known_elf *elf = &n->elfs[i];

		if ((elf->owner == REGION_PD) == pds && (check_build_id(n, elf, e) < 0 || check_code(n, elf, e) < 0))
			return -1;
	}
	return 0;
}

/* Where segments run and are kept, once it is known what they are. */
static int name_runtime(const struct naming *n, struct err *e)
{
	for (size_t i = 0; n->report && i < n->report->count; i++) {
		const struct report_region *line = &n->report->regions[i];

		if (line->role != REGION_WAITS && carving_add(n->img, line, e) < 0)
			return report_misfit(n, line, e);
	}
	return 0;
}

int naming_apply(const struct naming *n, struct err *e)
{
	struct region *monitor;

	/* The monitor's region is whole until protection domains are cut out of it. */
	if (find_monitor(n->img, &monitor, e) < 0 || name_kernel(n, monitor, e) < 0 ||
	    name_monitor(n, monitor, e) < 0 || check_elfs(n, false, e) < 0 || name_pds(n, e) < 0)
		return -1;
	name_table(n);
	name_domains(n);
	for (size_t i = 0; i < n->img->region_count; i++)
		if (!n->img->regions[i].name)
			n->img->regions[i].name = arena_printf(&n->img->arena, "region-%zu", i);
	return check_elfs(n, true, e) < 0 ? -1 : name_runtime(n, e);
}
