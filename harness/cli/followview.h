/*
 * What is said of a run while it is followed (`submit`, `attach`, `cancel`): at a terminal the live view (live/view.h), with
 * the sessions that Slurm runs and the last line of each console where the run's folder is shared; elsewhere a line for each
 * session as it ends.
 */
#ifndef RUNTEST_CLI_FOLLOWVIEW_H
#define RUNTEST_CLI_FOLLOWVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "result/journal.h"

struct followview;

/* The record is borrowed: its plan, and what had ended when it was read. `ends`: its jobs were told to end. */
struct followview *followview_open(const struct run_record *record, bool ends);
void followview_close(struct followview *v);

void followview_result(struct followview *v, const struct session_result *r);
void followview_say(struct followview *v, const char *text); /* a line */

/* A session of the plan runs there; all of them, and then `look`, with how many wait in the queue. */
void followview_runs(struct followview *v, const struct planned *p, const char *node);
void followview_look(struct followview *v, size_t waiting);

#endif
