/* Slurm's configuration from boards/: fragments of slurm.conf and gres.conf, and the script of prolog and epilog. */
#ifndef RUNTEST_SLURM_CONF_H
#define RUNTEST_SLURM_CONF_H

#include "config/project.h"
#include "util/buf.h"

struct conf_spec {
	const struct project *project;
	const char *out;     /* the folder that gets it, absolute: the same path on every host */
	const char *state;   /* $RUNTEST_STATE on the lab hosts, absolute; NULL: their own default */
	const char *program; /* runtest, absolute */
	const char *lab;     /* whose boards, or NULL */
	const char *partition;
	const char *const *nodes; /* "NAME WORD...": what a node's line in slurm.conf has besides; NULL-terminated, or NULL */
};

/* Every node: those with boards, and those that are only named; sorted, NULL-terminated, from the arena. */
const char *const *conf_nodes(const struct conf_spec *spec, struct arena *a);

void conf_slurm(struct buf *out, const struct conf_spec *spec);
void conf_gres(struct buf *out, const struct conf_spec *spec);
void conf_sweep(struct buf *out, const struct conf_spec *spec); /* prolog and epilog */

/* slurm.conf, gres.conf, sweep.sh, and boards/NODE/UNIT: empty files, by which Slurm counts the boards. ERR_IO; ERR_USAGE for
 * a project without a board on a node. */
int conf_write(const struct conf_spec *spec, struct err *e);

#endif
