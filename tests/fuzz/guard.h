/*
 * One input through the target, under guard: a crash, an abort, a leak or no end leaves the input in
 * PROGRAM.crash, PROGRAM.leak or PROGRAM.hang and says with which command to see it again.
 */
#ifndef RUNTEST_TESTS_GUARD_H
#define RUNTEST_TESTS_GUARD_H

#include "mutate.h"

void guard_init(const char *program);

/* Returns only when all is well; ends the program with status 1 (or a sanitizer's) otherwise. */
void guard_run(const struct input *in);

#endif
