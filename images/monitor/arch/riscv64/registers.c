#include "monitor/registers.h"

#include <stddef.h>

#include "abi/syscall.h"

const struct register_line register_lines[] = {
	{"pc", REGISTER_PC}, {"ra", 1}, {"sp", REGISTER_SP}, {"sstatus", REGISTER_STATUS},
	{"s0", 8}, {"a0", 10}, {"a1", 11}, {"a2", 12}, {"a3", 13}, {"a4", 14}, {"a5", 15}, {"a6", 16}, {"a7", 17},
	{"t0", 5}, {"t1", 6}, {"t2", 7},
	{NULL, 0},
};
