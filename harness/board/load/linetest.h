/*
 * Does the serial line carry every character? A U-Boot at its prompt gives back what is typed: what comes back otherwise,
 * or not, was damaged on the way. What the image said over such a line accuses nobody.
 */
#ifndef RUNTEST_BOARD_LOAD_LINETEST_H
#define RUNTEST_BOARD_LOAD_LINETEST_H

#include "board/load/load.h"
#include "config/uboot.h"

struct line_test {
	unsigned typed, damaged; /* characters; the latter counts pieces of LINE_TEST_PIECE as one */
};

enum { LINE_TEST_PIECE = 16 };

/*
 * The board has just been started: its prompt is reached, and some hundreds of characters are typed there, none of which
 * is ever run. The deadline is the prompt's; typing has a time of its own, and what is not typed by then is not tested.
 * It ends with the first that is damaged. LOAD_DONE with `out` filled; LOAD_FAILED (ERR_INFRA: no prompt),
 * LOAD_ENDED.
 */
enum load_end load_line_test(struct load_line *line, const struct uboot_board *is, int64_t deadline_ms, struct line_test *out,
			struct err *e);

#endif
