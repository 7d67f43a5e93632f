#include "cli/inspectview.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "image/loaderimg.h"
#include "result/fields.h"
#include "util/grid.h"
#include "witness/pages.h"

#define X "0x%" PRIx64

/* Against itself a region is all intact or blank: how many pages it has, and how many say nothing. */
static void count_pages(const struct region *r, unsigned *pages, unsigned *blank)
{
	struct region_pages p;

	region_pages_compare(&p, r, r->bytes, NULL);
	*blank = p.count[PAGE_BLANK];
	*pages = p.count[PAGE_BLANK] + p.count[PAGE_INTACT];
	region_pages_finish(&p);
}

static size_t table_entries(const struct boot_image *img)
{
	return (size_t)((img->data_offset - img->header_offset - img->format->size) / LOADER_ENTRY_SIZE);
}

static const char *size_text(uint64_t n, char out[32])
{
	if (n >= 1048576 && n % 1048576 == 0)
		snprintf(out, 32, "%" PRIu64 " MiB", n / 1048576);
	else if (n >= 1024 && n % 1024 == 0)
		snprintf(out, 32, "%" PRIu64 " KiB", n / 1024);
	else
		snprintf(out, 32, "%" PRIu64 " bytes", n);
	return out;
}

/* ---- text ---- */

static void print_report_and_elfs(const struct inspection *in, struct grid *g)
{
	static const char *const origin[] = {"", "  (found beside the image)"};

	grid_add(g, "report");
	grid_printf(g, "%s%s", in->report ? in->report : "none: only ELFs can name the protection domains' regions",
		    origin[in->report_found]);
	for (size_t i = 0; i < in->elf_count; i++) {
		const struct image_elf *elf = &in->elfs[i];

		grid_add(g, "elf");
		grid_printf(g, "%s: %s%s", elf->owner == REGION_PD ? elf->name : region_owner_name(elf->owner),
			    elf->path, origin[i >= in->elfs_found_from]);
	}
	if (!in->elf_count) {
		grid_add(g, "elf");
		grid_add(g, "none: permissions are unknown, so that next to nothing can be judged");
	}
}

static void print_file(const struct inspection *in, struct buf *out)
{
	struct grid g;

	buf_printf(out, "%s: a boot image of kind %s, as %s writes it\n", in->img.path, image_kind_name(in->img.kind),
		   in->img.format->name);
	grid_init(&g, "ll");
	grid_add(&g, "size");
	grid_printf(&g, "%zu bytes", in->img.map_size);
	grid_add(&g, "for");
	grid_printf(&g, "%s%s", image_arch_name(in->img.arch),
		    in->img.format->capdl ? "; the initial task is a capDL initialiser, protection domains lie inside" : "");
	if (in->img.container.placed) {
		grid_add(&g, "goes to");
		grid_printf(&g, X ", physical, %zu bytes from file offset 0x%zx on", in->img.container.address,
			    in->img.container.to - in->img.container.from, in->img.container.from);
	}
	grid_add(&g, "sha256");
	grid_add(&g, in->sha256);
	print_report_and_elfs(in, &g);
	for (size_t i = 0; i < in->note_count; i++) {
		grid_add(&g, "note");
		grid_add(&g, in->notes[i]);
	}
	grid_print(&g, "  ", out);
	grid_finish(&g);
}

static void field(struct grid *g, const char *name, uint64_t value, const char *meaning)
{
	grid_add(g, name);
	grid_printf(g, X, value);
	grid_add(g, meaning);
}

/* Of these every form of the header has all. */
static void print_entries(const struct boot_image *img, struct grid *g)
{
	const char *task = img->format->capdl ? "initialiser" : "monitor";
	char size[32], text[128];

	field(g, "kernel_entry", img->kernel_entry, "virtual: where the loader jumps to");
	snprintf(text, sizeof text, "physical: the %s (initial task) ...", task);
	field(g, "ui_p_reg_start", img->ui_start, text);
	snprintf(text, sizeof text, "... and its end: %s", size_text(img->ui_end - img->ui_start, size));
	field(g, "ui_p_reg_end", img->ui_end, text);
	snprintf(text, sizeof text, "the %s's physical address less its virtual one", task);
	field(g, "pv_offset", img->pv_offset, text);
	snprintf(text, sizeof text, "virtual: where the %s starts", task);
	field(g, "v_entry", img->v_entry, text);
}

static void print_header(const struct boot_image *img, struct buf *out)
{
	bool hypervisor = img->flags & LOADER_FLAG_HYPERVISOR;
	char size[32], text[128];
	struct grid g;

	buf_printf(out, "\nHeader at file offset " X "; before it stands the loader\n", img->header_offset);
	grid_init(&g, "lrl");
	field(&g, "magic", LOADER_MAGIC, "");
	field(&g, "size", img->container.to - img->header_offset, "header, table and data: to the end of the raw bytes");
	if (img->format->flags)
		field(&g, "flags", img->flags, hypervisor ? "bit 0 is set: the kernel is a hypervisor (EL2 on aarch64)" :
							    "bit 0 is not set: the kernel is no hypervisor");
	print_entries(img, &g);
	if (img->format->extra_addr) {
		field(&g, "extra_device_addr_p", img->extra_device_addr, "physical: the extra device region ...");
		snprintf(text, sizeof text, "... and its size: %s", size_text(img->extra_device_size, size));
		field(&g, "extra_device_size", img->extra_device_size,
		      img->extra_device_size ? text : "... which there is none of");
	}
	snprintf(text, sizeof text, "entries at file offset " X ", their bytes from " X " on",
		 img->header_offset + img->format->size, img->data_offset);
	grid_add(&g, "num_regions");
	grid_printf(&g, "%zu", table_entries(img));
	grid_add(&g, text);
	grid_print(&g, "  ", out);
	grid_finish(&g);
}

static void print_region(struct grid *g, const struct region *r)
{
	unsigned pages, blank;

	count_pages(r, &pages, &blank);
	grid_add(g, r->name);
	grid_add(g, region_owner_name(r->owner));
	grid_add(g, r->pd ? r->pd : "-");
	grid_add(g, region_role_name(r->role));
	grid_printf(g, X, r->paddr);
	grid_printf(g, X, r->paddr + r->size);
	grid_printf(g, r->vaddr ? X : "-", r->vaddr);
	grid_printf(g, "%" PRIu64, r->size);
	grid_printf(g, "%u", pages);
	grid_printf(g, "%u", blank);
	grid_add(g, region_access_name(r->access));
	grid_add(g, region_is_judged(r) ? "yes" : "no");
	grid_printf(g, "%08" PRIx32, region_crc32(r));
}

static void print_regions(const struct boot_image *img, struct buf *out)
{
	static const char *const titles[] = {"region", "owner", "pd",    "role",   "paddr",  "end",   "vaddr",
					     "size",   "pages", "blank", "access", "judged", "crc32", NULL};
	struct grid g;

	buf_adds(out, "\nRegions: what is put into physical memory, in the loader's order; then where it runs and is kept\n");
	grid_init(&g, "llllrrrrrrllr");
	grid_add_all(&g, titles);
	for (size_t i = 0; i < img->region_count; i++)
		print_region(&g, &img->regions[i]);
	grid_print(&g, "  ", out);
	grid_finish(&g);
}

struct sums {
	size_t regions, judged, writable, unknown; /* regions where things wait */
	size_t runs, pristine;                     /* elsewhere */
	uint64_t bytes;
	unsigned pages, blank, judged_pages, judged_blank;
};

static struct sums sum_up(const struct boot_image *img)
{
	struct sums s = {0};

	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];
		unsigned pages, blank;

		s.runs += r->role == REGION_RUNS;
		s.pristine += r->role == REGION_PRISTINE;
		if (r->role != REGION_WAITS)
			continue;
		count_pages(r, &pages, &blank);
		s.regions++;
		s.bytes += r->size;
		s.pages += pages;
		s.blank += blank;
		s.writable += r->access == ACCESS_WRITE;
		if (region_is_judged(r)) {
			s.judged++;
			s.judged_pages += pages;
			s.judged_blank += blank;
		} else if (r->access != ACCESS_WRITE) {
			s.unknown++;
		}
	}
	return s;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void print_promise(const struct boot_image *img, struct buf *out)
{
	struct sums s = sum_up(img);
	unsigned telling = s.judged_pages - s.judged_blank;

	buf_printf(out, "\nMust be in memory: %zu region%s, %" PRIu64 " bytes in %u page%s\n", s.regions,
		   plural(s.regions), s.bytes, s.pages, plural(s.pages));
	buf_printf(out, "  judged        %zu region%s, %u page%s with something on them: read-only, must not change\n",
		   s.judged, plural(s.judged), telling, plural(telling));
	buf_printf(out, "  only counted  %zu writable region%s: may change once the owner runs\n", s.writable,
		   plural(s.writable));
	if (s.unknown)
		buf_printf(out, "                %zu region%s of unknown owner or permissions: give the ELFs (--elf)\n",
			   s.unknown, plural(s.unknown));
	buf_printf(out, "  blank         %u page%s: all zero, so that survival proves nothing\n", s.blank,
		   plural(s.blank));
	if (s.runs + s.pristine)
		buf_printf(out, "  later         %zu region%s in which protection domains run, %zu kept for restarts\n", s.runs,
			   plural(s.runs), s.pristine);
}

static void print_extra(const struct boot_image *img, struct buf *out)
{
	uint64_t start = img->extra_device_addr, end = start + img->extra_device_size;
	const char *comma = "";
	char size[32];

	if (!img->format->extra_addr)
		return;
	if (!img->extra_device_size) {
		buf_adds(out, "\nExtra device region: none\n");
		return;
	}
	buf_printf(out, "\nExtra device region: " X ".." X ", %s\n", start, end, size_text(end - start, size));
	buf_adds(out, "  a patched kernel hands it out as device memory, never cleared; any other ignores it\n");
	buf_adds(out, "  inside it: ");
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (r->paddr < start || r->paddr + r->size > end)
			continue;
		buf_printf(out, "%s%s", comma, r->name);
		comma = ", ";
	}
	buf_adds(out, *comma ? "\n" : "no region\n");
}

static void print_pds(const struct boot_image *img, struct buf *out)
{
	struct grid g;

	if (!img->pd_count) {
		buf_adds(out, "\nProtection domains: none is known; give report.txt (--report) or ELFs (--elf)\n");
		return;
	}
	buf_adds(out, "\nProtection domains\n");
	grid_init(&g, "lll");
	grid_add_all(&g, (const char *const[]){"pd", "ro-crc32", "build id", NULL});
	for (size_t i = 0; i < img->pd_count; i++) {
		const struct image_pd *pd = &img->pds[i];

		grid_add(&g, pd->name);
		if (pd->has_crc)
			grid_printf(&g, "%08" PRIx32, pd->ro_crc32);
		else
			grid_add(&g, "unknown");
		grid_add(&g, pd->build_id[0] ? pd->build_id : "unknown");
	}
	grid_print(&g, "  ", out);
	grid_finish(&g);
}

void inspection_text(const struct inspection *in, struct buf *out)
{
	print_file(in, out);
	print_header(&in->img, out);
	print_regions(&in->img, out);
	print_promise(&in->img, out);
	print_extra(&in->img, out);
	print_pds(&in->img, out);
}

/* ---- JSON ---- */

static json_t *hex64(uint64_t v)
{
	return json_sprintf(X, v);
}

static json_t *hex32(uint32_t v)
{
	return json_sprintf("%08" PRIx32, v);
}

static json_t *text_or_null(const char *s)
{
	return s && s[0] ? fields_text(s) : json_null();
}

static json_t *header_json(const struct boot_image *img)
{
	json_t *o = json_object();

	json_object_set_new(o, "offset", hex64(img->header_offset));
	json_object_set_new(o, "data_offset", hex64(img->data_offset));
	json_object_set_new(o, "flags", img->format->flags ? hex64(img->flags) : json_null());
	json_object_set_new(o, "kernel_entry", hex64(img->kernel_entry));
	json_object_set_new(o, "ui_p_reg_start", hex64(img->ui_start));
	json_object_set_new(o, "ui_p_reg_end", hex64(img->ui_end));
	json_object_set_new(o, "pv_offset", hex64(img->pv_offset));
	json_object_set_new(o, "v_entry", hex64(img->v_entry));
	json_object_set_new(o, "extra_device_addr_p", img->format->extra_addr ? hex64(img->extra_device_addr) : json_null());
	json_object_set_new(o, "extra_device_size", img->format->extra_addr ? hex64(img->extra_device_size) : json_null());
	json_object_set_new(o, "num_regions", json_integer((json_int_t)table_entries(img)));
	return o;
}

static json_t *region_json(const struct region *r)
{
	json_t *o = json_object();
	unsigned pages, blank;

	count_pages(r, &pages, &blank);
	json_object_set_new(o, "region", text_or_null(r->name));
	json_object_set_new(o, "owner", text_or_null(region_owner_name(r->owner)));
	json_object_set_new(o, "pd", text_or_null(r->pd));
	json_object_set_new(o, "role", text_or_null(region_role_name(r->role)));
	json_object_set_new(o, "segment", r->segment >= 0 ? json_integer(r->segment) : json_null());
	json_object_set_new(o, "paddr", hex64(r->paddr));
	json_object_set_new(o, "vaddr", r->vaddr ? hex64(r->vaddr) : json_null());
	json_object_set_new(o, "size", json_integer((json_int_t)r->size));
	json_object_set_new(o, "pages", json_integer(pages));
	json_object_set_new(o, "blank", json_integer(blank));
	json_object_set_new(o, "access", text_or_null(region_access_name(r->access)));
	json_object_set_new(o, "judged", json_boolean(region_is_judged(r)));
	json_object_set_new(o, "crc32", hex32(region_crc32(r)));
	return o;
}

static json_t *pd_json(const struct image_pd *pd)
{
	json_t *o = json_object();

	json_object_set_new(o, "pd", text_or_null(pd->name));
	json_object_set_new(o, "ro_crc32", pd->has_crc ? hex32(pd->ro_crc32) : json_null());
	json_object_set_new(o, "build_id", text_or_null(pd->build_id));
	return o;
}

static json_t *elf_json(const struct image_elf *elf)
{
	json_t *o = json_object();

	json_object_set_new(o, "owner", text_or_null(region_owner_name(elf->owner)));
	json_object_set_new(o, "pd", text_or_null(elf->owner == REGION_PD ? elf->name : NULL));
	json_object_set_new(o, "path", text_or_null(elf->path));
	return o;
}

static json_t *inspection_object(const struct inspection *in)
{
	json_t *elfs = json_array(), *notes = json_array(), *regions = json_array(), *pds = json_array();
	json_t *o = json_object();

	for (size_t i = 0; i < in->elf_count; i++)
		json_array_append_new(elfs, elf_json(&in->elfs[i]));
	for (size_t i = 0; i < in->note_count; i++)
		json_array_append_new(notes, text_or_null(in->notes[i]));
	for (size_t i = 0; i < in->img.region_count; i++)
		json_array_append_new(regions, region_json(&in->img.regions[i]));
	for (size_t i = 0; i < in->img.pd_count; i++)
		json_array_append_new(pds, pd_json(&in->img.pds[i]));
	json_object_set_new(o, "image", text_or_null(in->img.path));
	json_object_set_new(o, "kind", json_string(image_kind_name(in->img.kind)));
	json_object_set_new(o, "written_by", json_string(in->img.format->name));
	json_object_set_new(o, "arch", json_string(image_arch_name(in->img.arch)));
	json_object_set_new(o, "capdl", json_boolean(in->img.format->capdl));
	json_object_set_new(o, "address", in->img.container.placed ? hex64(in->img.container.address) : json_null());
	json_object_set_new(o, "size", json_integer((json_int_t)in->img.map_size));
	json_object_set_new(o, "sha256", text_or_null(in->sha256));
	json_object_set_new(o, "report", text_or_null(in->report));
	json_object_set_new(o, "elfs", elfs);
	json_object_set_new(o, "notes", notes);
	json_object_set_new(o, "header", header_json(&in->img));
	json_object_set_new(o, "regions", regions);
	json_object_set_new(o, "pds", pds);
	return o;
}

void inspection_json(const struct inspection *in, struct buf *out)
{
	json_t *o = inspection_object(in);
	char *json = json_dumps(o, JSON_INDENT(1));

	json_decref(o);
	buf_printf(out, "%s\n", json ? json : "null"); /* NULL: no memory was left to write it */
	free(json);
}
