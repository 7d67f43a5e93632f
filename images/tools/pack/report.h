/* report.txt: which physical memory belongs to which protection domain. */
#ifndef PACK_REPORT_H
#define PACK_REPORT_H

#include "system.h"

void report_write(const struct system *s, const char *path);

#endif
