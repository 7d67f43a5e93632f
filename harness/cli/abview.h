/* What `runtest ab` prints. */
#ifndef RUNTEST_CLI_ABVIEW_H
#define RUNTEST_CLI_ABVIEW_H

#include <stdio.h>

#include "result/journal.h"

struct abview {
	const char *revisions[2];   /* commits of base and head; "": as the variants file says */
	const char *const *patches; /* on top of the head's; NULL: none */
};

/* The run's sessions in pairs, base and head by turns. Returns the exit status. */
int abview_print(const struct abview *v, const struct run_record *r, FILE *out);

#endif
