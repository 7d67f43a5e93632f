/*
 * A fuzz target: one parser of bytes from outside. tests/fuzz/NAME_fuzz.c defines both functions; `make fuzz` links each
 * with driver.c under the address and undefined-behaviour sanitizers and runs it. libFuzzer takes the first one, too.
 */
#ifndef RUNTEST_TESTS_FUZZ_H
#define RUNTEST_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Feed the parser. Returns 0; a mistake is a crash or an abort. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Hand over good inputs, and some that are bad in interesting ways, to be altered: add copies them. */
void fuzz_seeds(void (*add)(const void *bytes, size_t n));

#endif
