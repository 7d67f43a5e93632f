/* Files of a new project, copied from what comes with the program (util/share.h). What is there already stays as it is. */
#ifndef RUNTEST_CLI_LAYOUT_H
#define RUNTEST_CLI_LAYOUT_H

#include <stdbool.h>

#include "util/err.h"
#include "util/grid.h"

struct layout {
	const char *share, *dir; /* from where, and to where; both absolute */
	struct grid rows;        /* FILE, what it is: one for each put() */
	int kept;                /* how many were there before */
};

/* share and dir must stay. */
void layout_init(struct layout *l, const char *share, const char *dir);
void layout_finish(struct layout *l);

/* One file, the folders above it too; `about` (a line, may be "") is shown beside it. */
int layout_put(struct layout *l, const char *from, const char *to, const char *about, struct err *e);

/* Every NAME.yaml of boards/markers, to the same place. */
int layout_put_markers(struct layout *l, struct err *e);

/* boards/kinds/KIND.yaml. ERR_USAGE when no such kind comes with the program, with the nearest name. */
int layout_put_kind(struct layout *l, const char *kind, struct err *e);

#endif
