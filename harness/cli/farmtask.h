/* `runtest farm task`: what a job of a submitted run does on its node. */
#ifndef RUNTEST_CLI_FARMTASK_H
#define RUNTEST_CLI_FARMTASK_H

#include "cli/command.h"

/* The session that Slurm's environment names, from the group of the run's folder `dir`. The exit status: 0 when its result
 * is in its part of the journal, whatever it is. */
int farm_task(const struct cli *cli, const char *dir, const char *group);

#endif
