/* How results are printed: print_FORMAT.c is one way, and one of them is built in. */
#ifndef SELFTEST_PRINTER_H
#define SELFTEST_PRINTER_H

#include "checks.h"

void print_begin(void);
void print_suite(const struct suite *s);
/* The `number`-th check of its suite, and in all; both from 1. */
void print_result(const struct suite *s, unsigned number, unsigned in_all, enum result r, const char *why);
void print_suite_end(const struct suite *s, unsigned number, unsigned failed);
void print_end(unsigned failed);

#endif
