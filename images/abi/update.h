/*
 * Updates of protection domains. An update file (NAME.upd, made by tools/update) is a header, segment records, and the
 * segments' bytes at their memory size. Two slots per PD in the loading area take such files: a page with a slot header,
 * then the file as it came. The image that runs is never written over: the other slot takes the new one.
 *
 * A slot counts only while its magic is there, which is taken away before the first byte is written and put back after
 * the last, and only when the checksum is right. Of several that count the one with the highest sequence number is the
 * PD's image; when none does, it is the one that came with the boot image.
 */
#ifndef ABI_UPDATE_H
#define ABI_UPDATE_H

#include <stdint.h>

#define UPDATE_MAGIC 0x6574616470756470ULL /* "pdupdate" */
#define UPDATE_FORMAT 1U
#define UPDATE_MAX_SEGMENTS 6

#define SLOT_MAGIC 0x746f6c7364696c76ULL /* "vlidslot" */
#define SLOT_HEADER_SIZE 4096U           /* the file begins here */

struct update_header {
	uint64_t magic;
	uint32_t format;
	uint32_t pd_version;
	uint64_t total_size; /* bytes of the file, this header included */
	uint32_t crc32;      /* IEEE 802.3, of everything behind this header */
	uint32_t segment_count;
	uint64_t entry;
};

struct update_segment {
	uint64_t vaddr;  /* page-aligned */
	uint64_t size;   /* bytes in memory, and in this file */
	uint64_t flags;  /* as TABLE_EXECUTE, ... */
	uint64_t offset; /* of its bytes, from the beginning of the file */
};

struct slot_header {
	uint64_t magic;
	uint64_t sequence;  /* from 1; the higher, the newer */
	uint64_t system_id; /* of the image that took the update in */
	uint64_t size;      /* bytes of the file */
	uint32_t crc32;     /* of the three words above, then of the whole file */
	uint32_t padding;
};

#endif
