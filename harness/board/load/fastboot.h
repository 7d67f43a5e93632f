/* The program `fastboot`, run while the console goes on being listened to. */
#ifndef RUNTEST_BOARD_LOAD_FASTBOOT_H
#define RUNTEST_BOARD_LOAD_FASTBOOT_H

#include "board/load/load.h"

/*
 * Every call of `commands` (NULL-terminated, never NULL) in turn, with {file} replaced; what the console says meanwhile is
 * added to `in`. LOAD_FAILED: one did not come back by its deadline, or failed; err has its last words.
 */
enum load_end fastboot_run(const struct load_fastboot *unit, const struct fastboot_board *how, const char *const *commands,
			   const char *file, struct load_line *line, struct buf *in, int64_t deadline_ms, struct err *e);

/* The same for a kind that says nothing. */
extern const struct fastboot_board fastboot_usual;

#endif
