/* CRC-32 as of IEEE 802.3 and zlib: start with 0, feed the former result to go on. */
#ifndef LIB_CRC32_H
#define LIB_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(uint32_t crc, const void *data, size_t size);

#endif
