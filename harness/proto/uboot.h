/*
 * What a U-Boot prints of memory, read. The formats are those of its commands crc32 (common/hash.c), md.b
 * (lib/display_options.c) and bdinfo (cmd/bdinfo.c), as 2023.01 has them; all of them have been so for many years.
 */
#ifndef RUNTEST_PROTO_UBOOT_H
#define RUNTEST_PROTO_UBOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "crc32 for 70000000 ... 70025a27 ==> b3c65ff4": the number behind the last arrow. False: there is none. */
bool uboot_read_crc(const char *text, size_t n, uint32_t *crc);

/*
 * "40000000: 0f 1e 2d ...  ..-" line by line: `size` bytes that begin at `address`, without a gap. False: that is not
 * what stands there.
 */
bool uboot_read_dump(const char *text, size_t n, uint64_t address, uint8_t *out, size_t size);

/* A piece of memory that U-Boot keeps for itself or others: first and last byte, physical. */
struct uboot_reserved {
	uint64_t first, last;
};

/*
 * " reserved[0]	[0xbddb2000-0xbfffffff], ..." of bdinfo: the first `most` of them; their number, or -1: it does not say
 * what is reserved.
 */
int uboot_read_reserved(const char *text, size_t n, struct uboot_reserved *out, int most);

#endif
