/* Altering inputs: at random, but the same way every time. */
#ifndef RUNTEST_TESTS_MUTATE_H
#define RUNTEST_TESTS_MUTATE_H

#include <stddef.h>
#include <stdint.h>

struct input {
	uint8_t *bytes;
	size_t n;
};

enum { INPUT_MAX = 1 << 20 }; /* what alterations may make of one */

void mutate_start(uint64_t seed);
size_t mutate_below(size_t n); /* 0 to n - 1; 0 for 0 */

/* One thing more wrong with `in`, whose bytes have room for INPUT_MAX; `other` is a source of pieces. */
void mutate(struct input *in, const struct input *other);

#endif
