/* The unit files of a lab: how each of its boards is reached. */
#ifndef RUNTEST_LAB_UNITS_H
#define RUNTEST_LAB_UNITS_H

#include "lab/lab.h"

/* All of them appear at once in the lab's folder, which makes it ready. ERR_IO. */
int units_write(const struct lab *lab, struct err *e);

#endif
