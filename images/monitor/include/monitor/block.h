/* Large contiguous blocks of memory. */
#ifndef MONITOR_BLOCK_H
#define MONITOR_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"

void block_init(const struct layout *layout);

/* So far from the beginning of RAM. */
uint64_t block_paddr(uint64_t offset);

/*
 * One untyped of 1 << bits bytes, aligned to its size, of ordinary memory or of what the device tree reserves for such a
 * block; at `paddr`, or anywhere when that is NULL. Says whether it was granted, and what it then keeps for good. False
 * when no such block can be meant: smaller than a page or larger than an untyped can be.
 */
bool block_ask(unsigned bits, const uint64_t *paddr);

#endif
