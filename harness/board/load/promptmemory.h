/* Memory as the commands of a U-Boot prompt reach it. Functions end as those of prompt.h do. */
#ifndef RUNTEST_BOARD_LOAD_PROMPTMEMORY_H
#define RUNTEST_BOARD_LOAD_PROMPTMEMORY_H

#include "board/load/prompt.h"

/* The CRC-32 of `size` bytes at `paddr`. */
enum load_end prompt_sum(struct prompt *p, uint64_t paddr, uint64_t size, uint32_t *crc);

/* Up to a page of bytes from `paddr` on, held against U-Boot's own sum over them: what the line damages is asked again. */
enum load_end prompt_dump(struct prompt *p, uint64_t paddr, uint8_t *out, size_t size);

/*
 * Fill pieces of memory with a byte, but for what U-Boot says is reserved: that is its own, or its firmware's. *left:
 * how many pieces stayed as they are for that reason. A U-Boot that does not say what is reserved fills nothing.
 */
enum load_end prompt_fill(struct prompt *p, const struct load_fill *fills, size_t count, size_t *left);

#endif
