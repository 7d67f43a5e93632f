/* ELF files, damaged and cut. */
#include <zlib.h>

#include "fuzz.h"
#include "image/elf.h"
#include "image/sample.h"

const unsigned fuzz_cost = 1;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct elf_file f;
	struct err e = {0};
	struct arena a;
	uint32_t crc = 0;

	arena_init(&a);
	if (elf_parse(&f, &a, bytes, n, &e) == 0) {
		for (size_t i = 0; i < f.segment_count; i++)
			crc = (uint32_t)crc32_z(crc, f.segments[i].bytes, f.segments[i].filesz);
		if (f.build_id)
			crc = (uint32_t)crc32_z(crc, f.build_id, f.build_id_size);
		if (!f.segment_count)
			abort();
	} else if (e.kind != ERR_IMAGE || !e.what[0]) {
		abort();
	}
	arena_finish(&a);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct sample_elf s = {.entry = 0x200000, .count = 3,
			       .build_id = "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x00\xff\x10\x20",
			       .segments = {{0x200000, 0x1000, 0x80, 0x80, PF_R | PF_X, 4},
					    {0x201998, 0x2000, 0x20, 0x20, PF_R, 5},
					    {0x202000, 0x3000, 0x1100, 0x10, PF_R | PF_W, 6}}};
	struct buf b = {0};

	sample_elf_bytes(&s, &b);
	add(b.data, b.len);
	s.note_by_section = true;
	buf_clear(&b);
	sample_elf_bytes(&s, &b);
	add(b.data, b.len);
	s.build_id = NULL;
	s.segments[1].memsz = s.segments[1].filesz = 0;
	buf_clear(&b);
	sample_elf_bytes(&s, &b);
	add(b.data, b.len);
	buf_finish(&b);
}
