/* Seeds for what is read of an image, and inputs made whole again where one wrong field would hide all others. */
#ifndef RUNTEST_TESTS_SEALING_H
#define RUNTEST_TESTS_SEALING_H

#include <string.h>
#include <zlib.h>

#include "image/sample.h"

/* A copy in which the header's size field is right again, from the first magic on; malloc'd. */
static inline uint8_t *sealed_image(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1), magic[8], *at;

	if (n)
		memcpy(copy, bytes, n);
	put64(magic, SAMPLE_MAGIC);
	at = memmem(copy, n, magic, sizeof magic);
	if (at && (size_t)(copy + n - at) >= 16)
		put64(at + 8, (uint64_t)(copy + n - at));
	return copy;
}

/* A copy in which an update's size and checksum are right again; malloc'd. */
static inline uint8_t *sealed_update(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	uint32_t crc;

	if (n)
		memcpy(copy, bytes, n);
	if (n < 40)
		return copy;
	put64(copy + 16, n);
	crc = (uint32_t)crc32_z(0, copy + 40, n - 40);
	for (int i = 0; i < 4; i++)
		copy[24 + i] = (uint8_t)(crc >> 8 * i);
	return copy;
}

/* Two segments, code with a build id and data. */
static inline void sample_update_bytes(struct buf *b)
{
	static const uint64_t records[8] = {0x200000, 0x80, PF_R | PF_X, 40 + 64, 0x201000, 0x20, PF_R | PF_W, 40 + 64 + 0x80};
	static const uint8_t head[40] = {'p', 'd', 'u', 'p', 'd', 'a', 't', 'e', 1, 0, 0, 0, 2, 0, 0, 0, [28] = 2,
					 [32] = 0x40, [34] = 0x20};
	uint8_t content[0xa0], *whole;

	fill(content, sizeof content, 3);
	sample_note(content + 0x20, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67");
	buf_add(b, head, sizeof head);
	for (size_t i = 0; i < 8; i++)
		add64(b, records[i]);
	buf_add(b, content, sizeof content);
	whole = sealed_update((const uint8_t *)b->data, b->len);
	memcpy(b->data, whole, b->len);
	free(whole);
}

/* The usual image, but small: every byte of it counts. */
static inline struct sample_image sample_small(void)
{
	struct sample_image s = sample_usual();
	static const uint64_t sizes[] = {0x45, 0x56, 0x37, 0x58, 0x20, 0x50, 0x34, 0x10};

	s.loader = 0x20;
	for (size_t i = 0; i < s.region_count; i++)
		s.regions[i].size = sizes[i];
	return s;
}

#endif
