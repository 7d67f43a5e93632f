/*
 * The user's terminal in raw mode, so that every key comes at once and none is an order to the terminal; and back as it
 * was, whichever way the program ends: by a signal too, unless it is SIGKILL, and while it is stopped.
 */
#ifndef RUNTEST_HAND_TERMINAL_H
#define RUNTEST_HAND_TERMINAL_H

#include "util/err.h"

/* One at a time. After cancel_init(), which has the signals that ask to end. */
int terminal_raw(int fd, struct err *e);

/* As it was before terminal_raw(). Safe without that, and twice. */
void terminal_restore(void);

/* What a board's escape sequences may have left behind is put right on the terminal that showed them: colours, character
 * sets, scrolling region, a hidden cursor, the other screen, reports of the mouse. Not on a dumb terminal. */
void terminal_tidy(int fd);

#endif
