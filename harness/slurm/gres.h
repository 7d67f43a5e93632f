/*
 * Board units as Slurm's generic resources (gres.conf(5)). Every unit counts twice on its node: as one of its kind
 * ("board:KIND"), which a session asks for that takes any unit of the kind, and under its own name ("unit:NAME"), which a
 * session asks for besides when it has to be this one.
 *
 * A node's boards are numbered from 0 in the order in which its lines of gres.conf name them: by kind, then by name. Slurm
 * tells a job the numbers that it was given; the same order leads back to the unit.
 */
#ifndef RUNTEST_SLURM_GRES_H
#define RUNTEST_SLURM_GRES_H

#include <stddef.h>

#include "config/project.h"
#include "util/mem.h"

#define GRES_BOARD "board"
#define GRES_UNIT "unit"

/* The hardware that hangs on a node, in the order of its numbers; NULL-terminated, from the arena. */
const struct board_unit *const *gres_units(const struct project *p, const char *node, struct arena *a);

/* Every node that has some, sorted; NULL-terminated, from the arena. */
const char *const *gres_nodes(const struct project *p, struct arena *a);

/* The value of Gres= in a node's line of slurm.conf, from the arena: "board:odroidc4:2,unit:odroid-1:1,...". "" without any. */
const char *gres_of_node(const struct project *p, const char *node, struct arena *a);

/* Which board of the node a job was given, from `scontrol show job -d`: its number, or -1 when that is not told. */
int gres_index(const char *shown, const char *kind);

#endif
