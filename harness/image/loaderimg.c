#include "image/loaderimg.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "image/word.h"

#define X "0x%" PRIx64

static const uint8_t magic[8] = {0xad, 0x5e, 0xde, 0x14, 0xad, 0xde, 0x14, 0x5e};

const struct loader_format loader_format_2_0 = {
	.name = "Microkit up to 2.0.1",
	.size = 0x58,
	.flags = 0x10,
	.kernel_entry = 0x18,
	.ui_start = 0x20,
	.ui_end = 0x28,
	.pv_offset = 0x30,
	.v_entry = 0x38,
	.extra_addr = 0x40,
	.extra_size = 0x48,
	.count = 0x50,
};

const struct loader_format loader_format_2_1 = {
	.name = "Microkit 2.1.0 and later",
	.size = 0x40,
	.kernel_entry = 0x10,
	.ui_start = 0x18,
	.ui_end = 0x20,
	.pv_offset = 0x28,
	.v_entry = 0x30,
	.count = 0x38,
	.capdl = true,
};

enum { LEAST_HEADER_SIZE = 0x40 };

/* Where the old form has a handful of flags, the new one has the kernel's entry, a virtual address. */
static const struct loader_format *format_of(const uint8_t *header)
{
	return word_le64(header + loader_format_2_0.flags) <= UINT16_MAX ? &loader_format_2_0 : &loader_format_2_1;
}

const char *file_kind(const uint8_t *bytes, size_t n)
{
	static const struct {
		size_t size;
		const char *magic, *kind;
	} kinds[] = {
		{4, "\x7f" "ELF", "an ELF file"},
		{4, "\x27\x05\x19\x56", "a U-Boot uImage"},
		{4, "\xd0\x0d\xfe\xed", "a device tree (or a FIT image)"},
		{2, "\x1f\x8b", "gzip-compressed"},
		{6, "\xfd" "7zXZ\0", "xz-compressed"},
		{4, "\x28\xb5\x2f\xfd", "zstd-compressed"},
		{2, "#!", "a script"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (n >= kinds[i].size && memcmp(bytes, kinds[i].magic, kinds[i].size) == 0)
			return kinds[i].kind;
	return NULL;
}

static int no_header(const uint8_t *bytes, size_t n, struct err *e)
{
	const char *kind = file_kind(bytes, n);

	err_set(e, ERR_IMAGE, "no boot image: the magic " X " of loader.img is nowhere in its %zu bytes", LOADER_MAGIC,
		n);
	if (kind)
		return err_hint(e, "the file is %s; wanted is an image that Microkit's tool writes", kind);
	return err_hint(e, "give the image that Microkit's tool or the reference stack writes");
}

/* The loader's own code may hold the magic too, so the nearest miss is the one that its size field speaks for. */
static int no_fitting_header(const uint8_t *bytes, size_t n, size_t at, size_t hits, struct err *e)
{
	uint64_t rest = n - at;

	if (rest < LEAST_HEADER_SIZE)
		err_set(e, ERR_IMAGE, "cut short: the header at file offset 0x%zx needs %d bytes, and " X " are left",
			at, LEAST_HEADER_SIZE, rest);
	else
		err_set(e, ERR_IMAGE,
			"the size field at file offset 0x%zx says " X " bytes, but " X
			" lie from the header at 0x%zx to the end of the file (magic found %zu time%s, none fits)",
			at + 8, word_le64(bytes + at + 8), rest, at, hits, hits == 1 ? "" : "s");
	return err_hint(e, "the file was truncated, or something was appended to it: build or copy it again");
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static int find_header(const uint8_t *bytes, size_t from, size_t n, size_t *offset, struct err *e)
{
	size_t at = from, hits = 0, nearest = 0;
	uint64_t nearest_miss = UINT64_MAX;
	const uint8_t *hit;

	while (n - at >= sizeof magic && (hit = memmem(bytes + at, n - at, magic, sizeof magic))) {
		uint64_t rest, miss;

		*offset = (size_t)(hit - bytes);
		rest = n - *offset;
		miss = rest < LEAST_HEADER_SIZE ? UINT64_MAX : distance(word_le64(hit + 8), rest);
		if (miss == 0)
			return 0;
		if (miss < nearest_miss || !hits) {
			nearest_miss = miss;
			nearest = *offset;
		}
		hits++;
		at = *offset + 1;
	}
	return hits ? no_fitting_header(bytes, n, nearest, hits, e) : no_header(bytes, n, e);
}

static int check_range(const char *what, uint64_t start, uint64_t size, size_t at, struct err *e)
{
	if (size <= UINT64_MAX - start)
		return 0;
	return err_set(e, ERR_IMAGE, "%s: address " X " + size " X " overflows (file offset 0x%zx)", what, start, size,
		       at);
}

/* A field of the header; 0 where this form has none. */
static uint64_t field(const struct loader_image *l, const uint8_t *bytes, size_t at)
{
	return at ? word_le64(bytes + l->offset + at) : 0;
}

static int read_format(struct loader_image *l, const uint8_t *bytes, size_t n, struct err *e)
{
	l->format = format_of(bytes + l->offset);
	if (n - l->offset >= l->format->size)
		return 0;
	return err_set(e, ERR_IMAGE, "cut short: the header at file offset 0x%zx needs %zu bytes, and 0x%zx are left",
		       (size_t)l->offset, l->format->size, n - (size_t)l->offset);
}

static int read_header(struct loader_image *l, const uint8_t *bytes, struct err *e)
{
	const struct loader_format *f = l->format;
	size_t at = (size_t)l->offset;

	l->flags = field(l, bytes, f->flags);
	l->kernel_entry = field(l, bytes, f->kernel_entry);
	l->ui_start = field(l, bytes, f->ui_start);
	l->ui_end = field(l, bytes, f->ui_end);
	l->pv_offset = field(l, bytes, f->pv_offset);
	l->v_entry = field(l, bytes, f->v_entry);
	l->extra_addr = field(l, bytes, f->extra_addr);
	l->extra_size = field(l, bytes, f->extra_size);
	if (l->ui_start >= l->ui_end)
		return err_set(e, ERR_IMAGE,
			       "the %s range is empty or backwards: ui_p_reg_start " X ", ui_p_reg_end " X
			       " (file offset 0x%zx)", f->capdl ? "initial task's" : "monitor's", l->ui_start, l->ui_end,
			       at + f->ui_start);
	return check_range("the extra device region", l->extra_addr, l->extra_size, at + f->extra_addr, e);
}

/* How many entries the table has; each of them is inside the file when this returns 0. */
static int read_count(const struct loader_image *l, const uint8_t *bytes, size_t n, size_t *count, struct err *e)
{
	size_t at = (size_t)l->offset + l->format->count;
	uint64_t claimed = word_le64(bytes + at);
	uint64_t fits = (n - l->offset - l->format->size) / LOADER_ENTRY_SIZE;

	if (claimed == 0 || claimed > LOADER_MAX_REGIONS)
		return err_set(e, ERR_IMAGE, "num_regions at file offset 0x%zx is %" PRIu64 "; expected 1 to %d",
			       at, claimed, LOADER_MAX_REGIONS);
	if (claimed > fits)
		return err_set(e, ERR_IMAGE,
			       "num_regions at file offset 0x%zx is %" PRIu64 ", but the file has room for %" PRIu64
			       " entries only", at, claimed, fits);
	*count = (size_t)claimed;
	return 0;
}

static int read_region(struct loader_region *r, const uint8_t *entry, size_t at, const uint8_t *data,
		       uint64_t data_size, struct err *e)
{
	uint64_t offset = word_le64(entry + 16), type = word_le64(entry + 24);
	char what[64];

	r->paddr = word_le64(entry);
	r->size = word_le64(entry + 8);
	snprintf(what, sizeof what, "region %zu", r->entry);
	if (type != LOADER_TYPE_DATA) {
		err_set(e, ERR_IMAGE, "%s has type " X " (file offset 0x%zx); only %d (data) is known", what, type,
			at + 24, LOADER_TYPE_DATA);
		return err_hint(e, "no released tool writes another type, and the loader copies whatever it says");
	}
	if (check_range(what, r->paddr, r->size, at, e) < 0)
		return -1;
	if (offset > data_size || r->size > data_size - offset)
		return err_set(e, ERR_IMAGE,
			       "%s: offset " X " + size " X " runs past the " X " bytes of data (file offset 0x%zx)",
			       what, offset, r->size, data_size, at + 8);
	r->bytes = data + offset;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct loader_region *x = *(const struct loader_region *const *)a;
	const struct loader_region *y = *(const struct loader_region *const *)b;

	return x->paddr < y->paddr ? -1 : x->paddr > y->paddr;
}

/* None is empty, so sorted neighbours tell. */
static int check_overlap(const struct loader_image *l, struct err *e)
{
	const struct loader_region **sorted = xcalloc(l->region_count, sizeof(*sorted));
	int rc = 0;

	for (size_t i = 0; i < l->region_count; i++)
		sorted[i] = &l->regions[i];
	qsort(sorted, l->region_count, sizeof(*sorted), by_address);
	for (size_t i = 1; i < l->region_count && rc == 0; i++) {
		const struct loader_region *a = sorted[i - 1], *b = sorted[i];

		if (b->paddr - a->paddr < a->size)
			rc = err_set(e, ERR_IMAGE,
				     "regions %zu (" X ".." X ") and %zu (" X ".." X
				     ") overlap in physical memory (table entries at file offsets " X " and " X ")",
				     a->entry, a->paddr, a->paddr + a->size, b->entry, b->paddr, b->paddr + b->size,
				     l->offset + l->format->size + a->entry * LOADER_ENTRY_SIZE,
				     l->offset + l->format->size + b->entry * LOADER_ENTRY_SIZE);
	}
	free(sorted);
	return rc;
}

static int read_table(struct loader_image *l, struct arena *a, const uint8_t *bytes, size_t n, size_t count,
		      struct err *e)
{
	size_t at = (size_t)l->offset + l->format->size;

	l->data_offset = at + count * LOADER_ENTRY_SIZE;
	l->regions = arena_alloc(a, count * sizeof(*l->regions));
	for (size_t i = 0; i < count; i++, at += LOADER_ENTRY_SIZE) {
		struct loader_region *r = &l->regions[l->region_count];

		r->entry = i;
		if (read_region(r, bytes + at, at, bytes + l->data_offset, n - l->data_offset, e) < 0)
			return -1;
		l->region_count += r->size != 0;
	}
	return check_overlap(l, e);
}

int loader_image_parse_from(struct loader_image *l, struct arena *a, const uint8_t *bytes, size_t from, size_t n,
			    struct err *e)
{
	size_t count = 0, offset = 0;

	memset(l, 0, sizeof *l);
	if (find_header(bytes, from, n, &offset, e) < 0)
		return -1;
	l->offset = offset;
	if (read_format(l, bytes, n, e) < 0 || read_header(l, bytes, e) < 0 || read_count(l, bytes, n, &count, e) < 0)
		return -1;
	return read_table(l, a, bytes, n, count, e);
}

int loader_image_parse(struct loader_image *l, struct arena *a, const uint8_t *bytes, size_t n, struct err *e)
{
	return loader_image_parse_from(l, a, bytes, 0, n, e);
}
