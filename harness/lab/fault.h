/* What can go wrong in a lab, on demand: `runtest lab tell ID fault BOARD KIND [ARGUMENT]`. See docs/lab.md. */
#ifndef RUNTEST_LAB_FAULT_H
#define RUNTEST_LAB_FAULT_H

#include "lab/lab.h"

/* Bring it about. `argument` may be NULL: the fault's own. ERR_USAGE for a kind or an argument that is none, ERR_INFRA
 * where it cannot be had. */
int fault_inject(struct lab *lab, struct lab_board *b, const char *kind, const char *argument, struct err *e);

/* The kinds, one a line, with what each does. From the arena. */
const char *fault_help(struct arena *a);

#endif
