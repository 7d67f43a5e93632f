/*
 * The runs that a results folder has, and taking them away. Only folders that have a run.json of their own are runs; no
 * symbolic link is followed, below the results folder nor inside a run.
 *
 * A run goes in two steps: its folder is renamed to .trash.RUN-ID, which nobody takes for a run, and then removed. Killed
 * in between, the next one who opens the stock for removing finishes it.
 */
#ifndef RUNTEST_NIGHTLY_STOCK_H
#define RUNTEST_NIGHTLY_STOCK_H

#include "nightly/retention.h"

struct stock {
	struct arena arena; /* what `runs` point into */
	int folder;         /* descriptor of the results folder; locked when it is open for removing */
	char *path;
	struct past_run *runs;
	size_t count, room;
	size_t swept;       /* folders that an earlier removal had left behind, removed now */
};

/* Read every run. With `removing` only one process at a time has the folder, and leftovers are swept first. ERR_USAGE:
 * there is no such folder, or somebody else is removing; ERR_IO. Close it in either case. */
int stock_open(struct stock *s, const char *results, bool removing, struct err *e);
void stock_close(struct stock *s);

/* 0 it is gone; 1 it stays after all, because it goes on or has been pinned meanwhile; -1 ERR_IO. */
int stock_remove(struct stock *s, const struct past_run *r, struct err *e);

#endif
