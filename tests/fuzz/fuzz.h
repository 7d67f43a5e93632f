/*
 * A fuzz target: one parser of bytes from outside. tests/fuzz/NAME_fuzz.c defines what is declared here; `make fuzz`
 * links it with driver.c under the address and undefined-behaviour sanitizers and runs it, and libFuzzer takes the first
 * function, too (docs/fuzzing.md).
 */
#ifndef RUNTEST_TESTS_FUZZ_H
#define RUNTEST_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Feed the parser. Returns 0; a mistake is a crash, an abort, memory that nobody frees, or no end. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Hand over good inputs, and some that are bad in interesting ways, to be altered: add copies them. What is larger than
 * FUZZ_LARGE is there to be much: it is fed as it is and cut, and not altered. */
void fuzz_seeds(void (*add)(const void *bytes, size_t n));

/* How many rounds of a quick target (some 20 us) one of this target's costs: it gets so many times fewer. At least 1. */
extern const unsigned fuzz_cost;

enum { FUZZ_LARGE = 64 * 1024 };

#endif
