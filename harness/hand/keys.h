/*
 * Keys of a person at a console: all of them go to the board, but for the escape key and the one after it, which are
 * orders to us. The escape key twice sends it once.
 */
#ifndef RUNTEST_HAND_KEYS_H
#define RUNTEST_HAND_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum key_order { KEYS_NONE, KEYS_QUIT, KEYS_BREAK, KEYS_HELP };

enum { KEYS_NO_ESCAPE = -1, KEYS_DEFAULT = 0x1d /* ctrl-] */, KEYS_NAME = 16 };

struct keys {
	int escape; /* the byte, or KEYS_NO_ESCAPE: everything goes to the board */
	bool armed; /* it was the last one */
};

/* What was typed, up to the first order: returns that, and in *used how many bytes were taken. What is for the board is
 * added to `out`. */
enum key_order keys_feed(struct keys *k, const char *typed, size_t n, size_t *used, struct buf *out);

/* "ctrl-]", "^]" or "none". 0, -1 when it is none of them. */
int keys_parse(const char *text, int *escape);

/* The key's name, as keys_parse takes it; returns out. */
char *keys_name(int escape, char out[KEYS_NAME]);

#endif
