/*
 * RAM as a U-Boot finds it after a reset, for boards that offer no better witness. The system is gone by then: what the
 * reset, the firmware and caches have made of RAM meanwhile is not known, so it may accuse, and never acquits.
 *
 * For a look: reset the board, memory_uboot_begin with the console, tell what is likely to be found (memory_uboot_expect),
 * read (memory.h), memory_uboot_end.
 */
#ifndef RUNTEST_BOARD_MEMORY_UBOOT_H
#define RUNTEST_BOARD_MEMORY_UBOOT_H

#include "board/load/load.h"
#include "board/memory/memory.h"

struct board_kind;

/* `kind` has a U-Boot, and outlives it. */
struct memory *memory_uboot_create(const struct board_kind *kind);

/* U-Boot is coming up: stop it at its prompt. `line` is borrowed until memory_uboot_end. LOAD_FAILED with the error. */
enum load_end memory_uboot_begin(struct memory *m, struct load_line *line, int64_t deadline_ms, struct err *e);
void memory_uboot_end(struct memory *m);

/*
 * What a read of exactly this place will probably find: U-Boot sums it up, and only what differs is brought here byte by
 * byte. Borrowed until memory_uboot_end.
 */
void memory_uboot_expect(struct memory *m, uint64_t paddr, const uint8_t *bytes, size_t size);

#endif
