/* The reserved memory of a board kind: what the description cannot say about it. */
#ifndef RUNTEST_CONFIG_RESERVED_H
#define RUNTEST_CONFIG_RESERVED_H

#include "config/board.h"

struct reader;

void reserved_check(struct reader *r, const struct board_kind *k);

#endif
