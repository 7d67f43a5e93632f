/* Numbers as files store them, read byte by byte: their places need no alignment. */
#ifndef RUNTEST_IMAGE_WORD_H
#define RUNTEST_IMAGE_WORD_H

#include <stdint.h>

static inline uint32_t word_le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t word_le64(const uint8_t *p)
{
	return word_le32(p) | (uint64_t)word_le32(p + 4) << 32;
}

static inline uint32_t word_be32(const uint8_t *p)
{
	return p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

#endif
