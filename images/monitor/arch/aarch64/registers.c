#include "monitor/registers.h"

#include <stddef.h>

#include "abi/syscall.h"

const struct register_line register_lines[] = {
	{"pc", REGISTER_PC}, {"sp", REGISTER_SP}, {"spsr", REGISTER_STATUS},
	{"x0", 0}, {"x1", 1}, {"x2", 2}, {"x3", 3}, {"x4", 4}, {"x5", 5}, {"x6", 6}, {"x7", 7}, {"x8", 8},
	{"x29", 29}, {"x30", 30},
	{NULL, 0},
};
