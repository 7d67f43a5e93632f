/* What a U-Boot prints of memory: sums, dumps, what is reserved. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/uboot.h"

const unsigned fuzz_cost = 1;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	enum { MOST = 4, SIZE = 40 };
	struct uboot_reserved kept[MOST];
	uint8_t dumped[SIZE];
	const char *text = (const char *)bytes;
	uint32_t crc;
	int count = uboot_read_reserved(text, n, kept, MOST);

	if (count < -1 || count > MOST)
		abort();
	for (int i = 0; i < count; i++)
		if (kept[i].first > kept[i].last)
			abort();
	uboot_read_crc(text, n, &crc);
	uboot_read_dump(text, n, 0x40000000, dumped, SIZE);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const texts[] = {
		"crc32 for 40000000 ... 40000fff ==> 4a9d36c6\r\n",
		"40000000: a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5 a5  ................\r\n"
		"40000010: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................\r\n"
		"40000020: 7f ff 41 42 43 44 45 46                          ..ABCDEF\r\n",
		"relocaddr   = 0x00000000bfef7000\r\nlmb_dump_all:\r\n memory.cnt  = 0x1\r\n"
		" memory[0]\t[0x40000000-0xbfffffff], 0x80000000 bytes flags: 0\r\n reserved.cnt  = 0x2\r\n"
		" reserved[0]\t[0xbddb2000-0xbfffffff], 0x0224e000 bytes flags: 0\r\n"
		" reserved[1]\t[0xbedb2930-0xbfffffff], 0x0124d6d0 bytes flags: 0\r\n",
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		add(texts[i], strlen(texts[i]));
}
