/* Symbol tables of ELF files, damaged and cut. */
#include "fuzz.h"
#include "image/elfnames.h"
#include "image/symtab.h"

const unsigned fuzz_cost = 1;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct elf_names found;
	struct arena a;

	arena_init(&a);
	elf_names_in(&found, &a, bytes, n, 0x1000, 0x4000);
	if (found.count > ELF_NAMES_MOST || found.count > found.total)
		abort();
	for (size_t i = 0; i < found.count; i++)
		if (!found.names[i][0] || (i && found.addresses[i] <= found.addresses[i - 1]))
			abort();
	arena_finish(&a);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const struct symtab_symbol symbols[] = {
		{"table", 0x3000, 0x1000, STT_OBJECT}, {"main", 0x1010, 0x20, STT_FUNC}, {"_start", 0x1000, 0x10, STT_FUNC}};
	struct symtab_symbol many[100];
	struct buf b = {0};

	symtab_bytes(&b, symbols, 3);
	add(b.data, b.len);
	for (size_t i = 0; i < 100; i++)
		many[i] = (struct symtab_symbol){"a", 0x1000 + i * 31 % 100, 1, STT_FUNC};
	buf_clear(&b);
	symtab_bytes(&b, many, 100);
	add(b.data, b.len);
	buf_finish(&b);
}
