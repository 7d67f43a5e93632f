#include "image/bootimage.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/filemap.h"
#include "image/loaderimg.h"
#include "image/naming.h"
#include "image/payload.h"
#include "util/buf.h"
#include "util/file.h"

#define X "0x%" PRIx64

const char *image_kind_name(enum image_kind k)
{
	static const char *const names[] = {
		[IMAGE_RAW] = "microkit-raw",
		[IMAGE_RAW_2_1] = "microkit-raw-2.1",
		[IMAGE_ELF] = "elf",
		[IMAGE_UIMAGE] = "uimage",
	};

	return names[k];
}

/* ---- files ---- */

static enum image_kind kind_of(const struct container *c, const struct loader_format *f)
{
	switch (c->kind) {
	case CONTAINER_ELF:
		return IMAGE_ELF;
	case CONTAINER_UIMAGE:
		return IMAGE_UIMAGE;
	default:
		return f->capdl ? IMAGE_RAW_2_1 : IMAGE_RAW;
	}
}

/* What the wrapping says, or else what the loader's code does; where both speak, they must agree. */
static int find_arch(struct boot_image *img, struct err *e)
{
	enum image_arch code = image_arch_of_code(img->map + img->container.from, img->header_offset - img->container.from);

	img->arch = img->container.arch != IMAGE_ARCH_UNKNOWN ? img->container.arch : code;
	if (code == IMAGE_ARCH_UNKNOWN || code == img->arch)
		return 0;
	return err_set(e, ERR_IMAGE, "the %s says that it is for %s, but the loader in it (file offset 0x%zx) has code for %s",
		       image_kind_name(img->kind), image_arch_name(img->arch), img->container.from, image_arch_name(code));
}

/* A loader that is put over its own regions, or they over it, would come to no end that can be told. */
static int check_loader_place(const struct boot_image *img, struct err *e)
{
	uint64_t start = img->container.address, size = img->header_offset - img->container.from;

	if (!img->container.placed)
		return 0;
	if (img->container.to - img->container.from > UINT64_MAX - start)
		return err_set(e, ERR_IMAGE, "the %s puts " X " bytes at " X ": address and size overflow",
			       image_kind_name(img->kind), (uint64_t)(img->container.to - img->container.from), start);
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->paddr < start + size && start < r->paddr + r->size)
			return err_set(e, ERR_IMAGE, "region %zu (" X ".." X ") lies where the loader itself is put (" X ".." X ")", i,
				       r->paddr, r->paddr + r->size, start, start + size);
	}
	return 0;
}

static int read_image(struct boot_image *img, struct err *e)
{
	struct container *in = &img->container;
	struct loader_image l;

	if (container_open(in, img->map, img->map_size, e) < 0 ||
	    loader_image_parse_from(&l, &img->arena, img->map, in->from, in->to, e) < 0)
		return err_at(e, img->path, 0, 0);
	img->format = l.format;
	img->kind = kind_of(in, l.format);
	img->header_offset = l.offset;
	img->data_offset = l.data_offset;
	img->flags = l.flags;
	img->kernel_entry = l.kernel_entry;
	img->ui_start = l.ui_start;
	img->ui_end = l.ui_end;
	img->pv_offset = l.pv_offset;
	img->v_entry = l.v_entry;
	img->extra_device_addr = l.extra_addr;
	img->extra_device_size = l.extra_size;
	img->regions = arena_alloc(&img->arena, l.region_count * sizeof(*img->regions));
	img->region_count = img->region_room = l.region_count;
	for (size_t i = 0; i < l.region_count; i++)
		img->regions[i] = (struct region){.paddr = l.regions[i].paddr,
						  .size = l.regions[i].size,
						  .bytes = l.regions[i].bytes,
						  .segment = -1};
	if (find_arch(img, e) < 0 || check_loader_place(img, e) < 0)
		return err_at(e, img->path, 0, 0);
	return 0;
}

/* A whole file, in the arena. */
static int read_whole(struct arena *a, const char *path, const char **bytes, size_t *n, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b);
	rc = file_read(path, &b, e);
	if (rc == 0) {
		*n = b.len;
		*bytes = arena_strndup(a, b.data ? b.data : "", b.len);
	}
	buf_finish(&b);
	return rc;
}

static int read_elf(struct known_elf *elf, const struct image_elf *given, struct arena *a, struct err *e)
{
	const char *bytes = NULL;
	size_t n = 0;

	elf->owner = given->owner;
	elf->name = given->name;
	elf->path = given->path;
	if (read_whole(a, given->path, &bytes, &n, e) < 0)
		return -1;
	if (elf_parse(&elf->file, a, (const uint8_t *)bytes, n, e) < 0)
		return err_at(e, given->path, 0, 0);
	return 0;
}

/* One kernel, one monitor, and one ELF per protection domain. */
static int check_given(const struct image_elf *elfs, size_t i, struct err *e)
{
	const struct image_elf *x = &elfs[i];

	if (x->owner != REGION_KERNEL && x->owner != REGION_MONITOR &&
	    (x->owner != REGION_PD || !x->name || !x->name[0])) {
		err_set(e, ERR_IMAGE,
			"an ELF belongs to the kernel, to the monitor or to a protection domain with a name");
		return err_at(e, x->path, 0, 0);
	}
	for (size_t k = 0; k < i; k++) {
		if (elfs[k].owner != x->owner || (x->owner == REGION_PD && strcmp(elfs[k].name, x->name) != 0))
			continue;
		err_set(e, ERR_IMAGE, "a second ELF of %s; the first is %s",
			x->owner == REGION_PD ? x->name : region_owner_name(x->owner), elfs[k].path);
		return err_at(e, x->path, 0, 0);
	}
	return 0;
}

/* ---- protection domains ---- */

/* The PD's regions that it can only read, in the order of their virtual addresses; returns how many. */
static size_t readonly_regions(const struct boot_image *img, const char *pd, const struct region **out)
{
	size_t n = 0, at;

	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->role != REGION_WAITS || !r->pd || strcmp(r->pd, pd) != 0 ||
		    (r->access != ACCESS_READ && r->access != ACCESS_EXECUTE))
			continue;
		for (at = n++; at > 0 && out[at - 1]->vaddr > r->vaddr; at--)
			out[at] = out[at - 1];
		out[at] = r;
	}
	return n;
}

static void add_crc(struct image_pd *pd, const struct boot_image *img)
{
	const struct region **readonly = xcalloc(img->region_count, sizeof(*readonly));
	size_t n = readonly_regions(img, pd->name, readonly);

	for (size_t i = 0; i < n; i++)
		pd->ro_crc32 = (uint32_t)crc32_z(pd->ro_crc32, readonly[i]->bytes, readonly[i]->size);
	pd->has_crc = n > 0;
	free(readonly);
}

/* Is all that the PD can only read known where it is? Pages of a capDL image that are blank may be nowhere. */
static bool is_whole(const struct boot_image *img, const char *pd, const struct known_elf *elfs, size_t elf_count)
{
	uint64_t there = 0, wanted = 0;

	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->role == REGION_WAITS && r->pd && strcmp(r->pd, pd) == 0 &&
		    (r->access == ACCESS_READ || r->access == ACCESS_EXECUTE))
			there += r->size;
	}
	for (size_t i = 0; i < elf_count; i++)
		for (size_t k = 0; elfs[i].owner == REGION_PD && strcmp(elfs[i].name, pd) == 0 && k < elfs[i].file.segment_count; k++)
			if (!(elfs[i].file.segments[k].flags & PF_W))
				wanted += elfs[i].file.segments[k].memsz;
	return !img->format->capdl || there == wanted;
}

static const char *hex(struct arena *a, const uint8_t *bytes, size_t n)
{
	char *text = arena_alloc(a, 2 * n + 1);

	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

static void describe_pds(struct boot_image *img, const struct known_elf *elfs, size_t elf_count)
{
	img->pds = arena_alloc(&img->arena, img->region_count * sizeof(*img->pds));
	for (size_t i = 0; i < img->region_count; i++) {
		const char *name = img->regions[i].pd;
		struct image_pd *pd = &img->pds[img->pd_count];

		if (!name || boot_image_pd(img, name))
			continue;
		pd->name = name;
		pd->build_id = "";
		for (size_t k = 0; k < elf_count; k++)
			if (elfs[k].owner == REGION_PD && strcmp(elfs[k].name, name) == 0)
				pd->build_id = hex(&img->arena, elfs[k].file.build_id, elfs[k].file.build_id_size);
		add_crc(pd, img);
		pd->has_crc = pd->has_crc && is_whole(img, name, elfs, elf_count);
		img->pd_count++;
	}
}

const struct image_pd *boot_image_pd(const struct boot_image *img, const char *name)
{
	for (size_t i = 0; i < img->pd_count; i++)
		if (strcmp(img->pds[i].name, name) == 0)
			return &img->pds[i];
	return NULL;
}

const struct region *boot_image_segment(const struct boot_image *img, const char *pd, int segment,
					enum region_role role)
{
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->role == role && r->pd && r->segment == segment && strcmp(r->pd, pd) == 0)
			return r;
	}
	return NULL;
}

bool boot_image_place(const struct boot_image *img, const char *pd, enum region_role role, uint64_t *paddr)
{
	bool found = false;

	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->role != role || !r->pd || strcmp(r->pd, pd) != 0 || (found && r->paddr >= *paddr))
			continue;
		*paddr = r->paddr;
		found = true;
	}
	if (found)
		*paddr &= ~UINT64_C(0xfff);
	return found;
}

/* ---- updates ---- */

const struct image_update *boot_image_update(const struct boot_image *img, const char *name)
{
	for (size_t i = 0; i < img->update_count; i++)
		if (strcmp(img->updates[i].name, name) == 0)
			return &img->updates[i];
	return NULL;
}

/* Where the new image's segments will run. Nobody tells where in memory that is when the old one's place is not known:
 * then there are none. */
static void place_update(struct boot_image *img, struct image_update *u)
{
	uint64_t base;

	if (!boot_image_place(img, u->pd, REGION_RUNS, &base) && !boot_image_place(img, u->pd, REGION_WAITS, &base))
		return;
	u->runs = arena_alloc(&img->arena, u->segment_count * sizeof *u->runs);
	for (size_t i = 0; i < u->segment_count; i++) {
		const struct update_segment *s = &u->segments[i];

		u->runs[u->run_count++] = (struct region){
			.owner = REGION_PD,
			.role = REGION_RUNS,
			.name = arena_printf(&img->arena, "%s-%zu.run", u->name, i),
			.pd = u->pd,
			.segment = (int)i,
			.paddr = base + s->place,
			.vaddr = s->vaddr,
			.size = s->size,
			.access = s->access,
			.bytes = s->bytes,
		};
	}
}

static int open_updates(struct boot_image *img, const struct image_files *with, struct err *e)
{
	img->updates = arena_alloc(&img->arena, (with->update_count + 1) * sizeof *img->updates);
	for (size_t i = 0; i < with->update_count; i++) {
		const struct image_update_file *f = &with->updates[i];
		struct image_update *u = &img->updates[i];

		if (image_update_open(u, f->name, f->pd, f->path, &img->arena, e) < 0)
			return -1;
		img->update_count++;
		place_update(img, u);
	}
	return 0;
}

/* ---- all of it ---- */

static int read_report(struct report *r, const char *path, bool capdl, struct arena *a, struct err *e)
{
	const char *bytes = NULL;
	size_t n = 0;

	if (read_whole(a, path, &bytes, &n, e) < 0)
		return -1;
	return (capdl ? report_parse_any : report_parse)(r, a, path, bytes, n, e);
}

/* From 2.1.0 on the monitor is a protection domain like others; the initial task is the initialiser. */
static void find_role(const struct boot_image *img, struct known_elf *elf)
{
	if (!img->format->capdl || elf->owner != REGION_MONITOR || elf->file.entry == img->v_entry)
		return;
	elf->owner = REGION_PD;
	elf->name = region_owner_name(REGION_MONITOR);
}

static int note_reserved(struct boot_image *img, const struct report *r, const char *path, struct err *e)
{
	img->has_reserved = r->has_reserved;
	img->reserved = arena_alloc(&img->arena, (r->reserved.count + 1) * sizeof *img->reserved);
	for (size_t i = 0; i < r->reserved.count; i++) {
		const struct report_region *line = &r->reserved.items[i];

		if (line->size > UINT64_MAX - line->addr) {
			err_set(e, ERR_IMAGE, "region %s: address and size overflow", line->name);
			return err_at(e, path, line->line, 0);
		}
		img->reserved[img->reserved_count++] = (struct memory_piece){line->addr, line->size};
	}
	return 0;
}

/* `scratch` holds the ELFs and the report, which nothing needs afterwards. */
static int explain(struct boot_image *img, const struct image_files *with, struct arena *scratch, struct err *e)
{
	struct known_elf *known = arena_alloc(scratch, with->elf_count * sizeof *known);
	struct report r;
	struct naming n = {.img = img, .report_path = with->report, .elfs = known, .elf_count = with->elf_count};

	for (size_t i = 0; i < with->elf_count; i++) {
		if (check_given(with->elfs, i, e) < 0 || read_elf(&known[i], &with->elfs[i], scratch, e) < 0)
			return -1;
		find_role(img, &known[i]);
	}
	if (with->report && read_report(&r, with->report, img->format->capdl, scratch, e) < 0)
		return -1;
	n.report = with->report ? &r : NULL;
	if (with->report && note_reserved(img, &r, with->report, e) < 0)
		return -1;
	if (payload_add(img, with->payloads, with->payload_count, e) < 0 || naming_apply(&n, e) < 0)
		return -1;
	describe_pds(img, known, with->elf_count);
	return open_updates(img, with, e);
}

int boot_image_open(struct boot_image *img, const char *path, const struct image_files *with, struct err *e)
{
	static const struct image_files nothing;
	struct file_map map = {NULL, 0};
	struct arena scratch;
	int rc = -1;

	memset(img, 0, sizeof *img);
	arena_init(&img->arena);
	arena_init(&scratch);
	img->path = arena_strdup(&img->arena, path);
	if (file_map_open(&map, img->path, "boot image", e) < 0) {
		if (e && e->kind == ERR_IMAGE)
			e->kind = ERR_USAGE; /* nothing there that could be damaged */
	} else {
		img->map = map.bytes;
		img->map_size = map.size;
		if (read_image(img, e) == 0)
			rc = explain(img, with ? with : &nothing, &scratch, e);
	}
	arena_finish(&scratch);
	if (rc < 0)
		boot_image_close(img);
	return rc;
}

void boot_image_close(struct boot_image *img)
{
	struct file_map map = {img->map, img->map_size};

	for (size_t i = 0; i < img->update_count; i++)
		image_update_close(&img->updates[i]);
	for (size_t i = 0; i < img->payload_count; i++)
		file_map_close(&img->payloads[i].file);
	file_map_close(&map);
	arena_finish(&img->arena);
	memset(img, 0, sizeof *img);
}
