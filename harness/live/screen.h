/*
 * The lower end of a terminal: a few lines that are drawn anew as often as one likes, and text that comes above them and
 * scrolls away. The cursor stands below the lines, so that whatever else is printed there (the terminal's own echo of ^C,
 * a shell's prompt after a kill) stands on a line of its own, and is gone with the next drawing.
 *
 * Only the control sequences that every terminal since the VT100 has are used (ECMA-48: CUU, ED, EL), and the size is
 * looked at before each drawing. Nobody waits for a terminal that takes no output (^S): what there is to say is kept until it does.
 */
#ifndef RUNTEST_LIVE_SCREEN_H
#define RUNTEST_LIVE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

struct screen {
	int fd;
	size_t columns, rows;
	struct buf above; /* text that waits for the next drawing */
	struct buf shown; /* the lines as they stand there */
	size_t shown_columns;
};

/* Is fd a terminal of the sort on which lines can be drawn anew: no dumb one, and no log of a CI system (`CI`)? */
bool screen_fits(int fd);

void screen_open(struct screen *s, int fd);

/* Look how large it is; 24 lines of 80 columns where it does not say. */
void screen_measure(struct screen *s);

/* Text above the lines, from the next drawing on. Whole lines, which may be longer than the terminal is wide. */
void screen_print(struct screen *s, const char *text, size_t n);

/* These lines now (each with its \n, none wider than the terminal less a column, fewer than it has rows; colours are SGR
 * sequences). In the background, whose terminal is somebody else's, only the text above is printed. */
void screen_draw(struct screen *s, const struct buf *lines);

/* The lines go away, what waits is printed, whatever the terminal's state. */
void screen_close(struct screen *s);

/* How many rows lines take on a terminal so wide. */
size_t screen_rows_of(const char *lines, size_t n, size_t columns);

#endif
