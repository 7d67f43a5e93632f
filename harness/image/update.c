#include "image/update.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define X "0x%" PRIx64

enum { PAGE = 4096, FORMAT = 1 };
enum { AT_FORMAT = 8, AT_VERSION = 12, AT_SIZE = 16, AT_CRC = 24, AT_COUNT = 28, AT_START = 32 };

static const uint8_t magic[8] = {'p', 'd', 'u', 'p', 'd', 'a', 't', 'e'};

static uint64_t little(const uint8_t *p, int n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

static void put_little(uint8_t *p, int n, uint64_t v)
{
	for (int i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

const char *alteration_name(enum alteration a)
{
	static const char *const names[ALTER_COUNT] = {
		[ALTER_NOTHING] = "whole",       [ALTER_TRUNCATED] = "truncated", [ALTER_CHECKSUM] = "wrong-checksum",
		[ALTER_TOO_LARGE] = "too-large", [ALTER_ENTRY] = "wrong-entry",
	};

	return (unsigned)a < ALTER_COUNT ? names[a] : NULL;
}

/* ---- reading ---- */

static uint32_t crc_behind_header(const uint8_t *file, size_t n)
{
	return (uint32_t)crc32_z(0, file + UPDATE_HEADER_SIZE, n - UPDATE_HEADER_SIZE);
}

static int check_header(const struct image_update *u, struct err *e)
{
	const uint8_t *f = u->file.bytes;
	size_t n = u->file.size;

	if (n < UPDATE_HEADER_SIZE || memcmp(f, magic, sizeof magic) != 0)
		return err_set(e, ERR_IMAGE, "no update: it does not begin with the header of one");
	if (little(f + AT_FORMAT, 4) != FORMAT)
		return err_set(e, ERR_IMAGE, "an update of format %" PRIu64 "; expected %d", little(f + AT_FORMAT, 4), FORMAT);
	if (little(f + AT_SIZE, 8) != n)
		return err_set(e, ERR_IMAGE, "the header says %" PRIu64 " bytes, and the file has %zu", little(f + AT_SIZE, 8),
			       n);
	if (little(f + AT_CRC, 4) != crc_behind_header(f, n))
		return err_set(e, ERR_IMAGE, "the checksum in the header is not that of what follows it");
	return 0;
}

static enum region_access access_of(uint64_t flags)
{
	if (flags & PF_W)
		return ACCESS_WRITE;
	if (flags & PF_X)
		return ACCESS_EXECUTE;
	return flags & PF_R ? ACCESS_READ : ACCESS_UNKNOWN;
}

static int read_segment(struct update_segment *s, const struct image_update *u, size_t i, struct err *e)
{
	const uint8_t *record = u->file.bytes + UPDATE_HEADER_SIZE + i * UPDATE_SEGMENT_SIZE;
	uint64_t offset = little(record + 24, 8);

	s->vaddr = little(record, 8);
	s->size = little(record + 8, 8);
	s->access = access_of(little(record + 16, 8));
	if (!s->size || offset > u->file.size || s->size > u->file.size - offset || s->size > UINT64_MAX - s->vaddr)
		return err_set(e, ERR_IMAGE,
			       "segment %zu: offset " X " and size " X " do not lie in the file's %zu bytes (record at " X ")",
			       i, offset, s->size, u->file.size, (uint64_t)(record - u->file.bytes));
	if (s->vaddr % PAGE)
		return err_set(e, ERR_IMAGE, "segment %zu: its address " X " is not that of a page", i, s->vaddr);
	s->bytes = u->file.bytes + offset;
	return 0;
}

/* Segments run one behind the other, each from a new page on. */
static int read_segments(struct image_update *u, struct arena *a, struct err *e)
{
	uint64_t count = little(u->file.bytes + AT_COUNT, 4), place = 0;

	if (!count || count > UPDATE_MAX_SEGMENTS ||
	    count * UPDATE_SEGMENT_SIZE > u->file.size - UPDATE_HEADER_SIZE)
		return err_set(e, ERR_IMAGE, "%" PRIu64 " segments: expected 1 to %d, and their records in the file", count,
			       UPDATE_MAX_SEGMENTS);
	u->segments = arena_alloc(a, (size_t)count * sizeof *u->segments);
	for (size_t i = 0; i < count; i++) {
		if (read_segment(&u->segments[i], u, i, e) < 0)
			return -1;
		u->segments[i].place = place;
		place += (u->segments[i].size + PAGE - 1) / PAGE * PAGE;
	}
	u->segment_count = (size_t)count;
	return 0;
}

/* ---- what it prints of itself ---- */

static int by_address(const void *a, const void *b)
{
	const struct update_segment *x = a, *y = b;

	return x->vaddr < y->vaddr ? -1 : x->vaddr > y->vaddr;
}

/* The GNU build id is a note at a multiple of four; NULL: there is none. */
static const char *build_id(const struct update_segment *s, struct arena *a)
{
	static const uint8_t head[] = {4, 0, 0, 0, 20, 0, 0, 0, NT_GNU_BUILD_ID, 0, 0, 0, 'G', 'N', 'U', 0};
	char *text;

	for (uint64_t at = 0; s->size >= sizeof head + 20 && at <= s->size - sizeof head - 20; at += 4) {
		if (memcmp(s->bytes + at, head, sizeof head) != 0)
			continue;
		text = arena_alloc(a, 41);
		for (int i = 0; i < 20; i++)
			snprintf(text + (size_t)2 * (size_t)i, 3, "%02x", s->bytes[at + sizeof head + (size_t)i]);
		return text;
	}
	return NULL;
}

static void describe(struct image_update *u, struct arena *a)
{
	struct update_segment *sorted = arena_alloc(a, u->segment_count * sizeof *sorted);

	memcpy(sorted, u->segments, u->segment_count * sizeof *sorted);
	qsort(sorted, u->segment_count, sizeof *sorted, by_address);
	u->facts = (struct image_pd){.name = u->pd, .build_id = ""};
	for (size_t i = 0; i < u->segment_count; i++) {
		const char *id = build_id(&sorted[i], a);

		if (id && !u->facts.build_id[0])
			u->facts.build_id = id;
		if (sorted[i].access != ACCESS_READ && sorted[i].access != ACCESS_EXECUTE)
			continue;
		u->facts.ro_crc32 = (uint32_t)crc32_z(u->facts.ro_crc32, sorted[i].bytes, sorted[i].size);
		u->facts.has_crc = true;
	}
}

int image_update_open(struct image_update *u, const char *name, const char *pd, const char *path, struct arena *a,
		      struct err *e)
{
	*u = (struct image_update){.name = arena_strdup(a, name), .pd = arena_strdup(a, pd)};
	if (file_map_open(&u->file, path, "update", e) < 0)
		return -1;
	if (check_header(u, e) < 0 || read_segments(u, a, e) < 0) {
		image_update_close(u);
		return err_at(e, path, 0, 0);
	}
	u->version = (uint32_t)little(u->file.bytes + AT_VERSION, 4);
	u->entry = little(u->file.bytes + AT_START, 8);
	describe(u, a);
	return 0;
}

void image_update_close(struct image_update *u)
{
	file_map_close(&u->file);
}

/* ---- altering ---- */

static void add_zeros(struct buf *out, uint64_t n)
{
	static const char zeros[PAGE];

	for (; n > PAGE; n -= PAGE)
		buf_add(out, zeros, PAGE);
	buf_add(out, zeros, (size_t)n);
}

void image_update_alter(const struct image_update *u, enum alteration how, uint64_t bytes, struct buf *out)
{
	size_t n = u->file.size, begin = out->len;
	uint8_t *f;

	if (how == ALTER_TRUNCATED)
		n = bytes && bytes < n ? (size_t)bytes : n / 2;
	buf_add(out, u->file.bytes, n);
	if (how == ALTER_TOO_LARGE)
		add_zeros(out, bytes ? bytes : (uint64_t)1 << 20);
	f = (uint8_t *)out->data + begin;
	if (how == ALTER_CHECKSUM)
		f[n - 1] ^= 1;
	if (how == ALTER_ENTRY)
		put_little(f + AT_START, 8, 4); /* no segment is there, and no instruction begins between two words */
	if (how == ALTER_TOO_LARGE) {
		put_little(f + AT_SIZE, 8, out->len - begin);
		put_little(f + AT_CRC, 4, crc_behind_header(f, out->len - begin));
	}
}
