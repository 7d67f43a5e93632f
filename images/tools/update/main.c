/* Makes an update file (abi/update.h) of a protection domain's ELF file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../common.h"
#include "../elf/output.h"
#include "../elf/pd.h"
#include "abi/update.h"
#include "lib/crc32.h"

struct body {
	uint8_t *bytes; /* behind the header: segment records, then the segments */
	size_t size;
};

static size_t align8(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static struct body make_body(const struct program *pd)
{
	size_t at = pd->count * sizeof(struct update_segment);
	struct body b = {.size = at};

	for (size_t i = 0; i < pd->count; i++)
		b.size += align8(pd->segments[i].size);
	b.bytes = need(calloc(1, b.size));
	for (size_t i = 0; i < pd->count; i++) {
		const struct segment *s = &pd->segments[i];
		struct update_segment record = {s->vaddr, s->size, s->flags, sizeof(struct update_header) + at};

		memcpy(b.bytes + i * sizeof record, &record, sizeof record);
		memcpy(b.bytes + at, s->bytes, s->size);
		at += align8(s->size);
	}
	return b;
}

static void write_update(const struct program *pd, uint32_t version, const char *path)
{
	struct body b = make_body(pd);
	struct update_header header = {
		.magic = UPDATE_MAGIC,
		.format = UPDATE_FORMAT,
		.pd_version = version,
		.total_size = sizeof header + b.size,
		.crc32 = crc32(0, b.bytes, b.size),
		.segment_count = (uint32_t)pd->count,
		.entry = pd->entry,
	};
	FILE *f = output_start(path);

	fwrite(&header, sizeof header, 1, f);
	fwrite(b.bytes, 1, b.size, f);
	output_finish(f, path);
	free(b.bytes);
}

int main(int argc, char **argv)
{
	struct program pd;
	char *end;
	unsigned long version;

	if (argc != 5)
		die("usage: update NAME VERSION ELF FILE");
	version = strtoul(argv[2], &end, 10);
	if (*end || end == argv[2] || version > UINT32_MAX)
		die("update: %s: expected a version number", argv[2]);
	program_open(&pd, argv[1], argv[3]);
	if (pd.count > UPDATE_MAX_SEGMENTS)
		die("update: %s: more than %d segments", argv[3], UPDATE_MAX_SEGMENTS);
	pd_prepare(&pd, argv[1]);
	write_update(&pd, (uint32_t)version, argv[4]);
	program_close(&pd);
	return 0;
}
