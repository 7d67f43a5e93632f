/* What a board prints that boots a Linux which nobody has asked for: line by line, ending at a login prompt. */
#ifndef RUNTEST_LAB_LINUXBOOT_H
#define RUNTEST_LAB_LINUXBOOT_H

#include <stddef.h>

extern const char *const linuxboot_lines[];
extern const size_t linuxboot_count;

#endif
