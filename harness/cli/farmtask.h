/* `runtest farm task`: what a job of a submitted run does on its node. */
#ifndef RUNTEST_CLI_FARMTASK_H
#define RUNTEST_CLI_FARMTASK_H

#include "cli/command.h"

#define PARCELS_FOLDER "parcels" /* in the state folder: what jobs keep that share no folder, until it is sent */

struct farm_task_words {
	const char *run;      /* the run's folder; where none is shared: the RUN-ID */
	const char *group;    /* of it */
	const char *database; /* URL by which plan and results go; NULL: the folder is shared */
};

/* The session that Slurm's environment names, from that group of the run. The exit status: 0 when its result is in its part
 * of the journal, whatever it is, and was sent. */
int farm_task(const struct cli *cli, const struct farm_task_words *words);

#endif
