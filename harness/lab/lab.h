/* A virtual lab: real servers of lab hosts, and boards that are QEMUs with U-Boot. See docs/lab.md. */
#ifndef RUNTEST_LAB_LAB_H
#define RUNTEST_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/labboard.h"
#include "lab/control.h"
#include "lab/delivery.h"
#include "lab/host.h"
#include "lab/loop.h"
#include "util/err.h"
#include "util/mem.h"

struct lab {
	struct arena arena;
	const char *root;    /* of the project, absolute */
	const char *program; /* this one, absolute */
	const char *id, *folder;
	const char *const *nodes; /* BOARD=NODE of boards that hang on a node of Slurm's; NULL-terminated, or NULL */
	int lock;            /* held as long as the lab lives; -1: no folder is ours */
	struct loop loop;
	struct lab_board *boards;
	size_t board_count;
	struct delivery *deliveries; /* one for each board */
	struct host host;
	struct control control;
};

/*
 * Be a lab until somebody asks us to stop (util/cancel.h): make its folder, start everything, call `ready`, and remove it
 * all. id: NULL for the first that is free. nodes: as in struct lab. 0 after it was stopped, or -1: ERR_USAGE when that lab lives already,
 * ERR_INFRA, ERR_IO.
 */
int lab_run(const char *root, const char *id, const char *const *nodes, void (*ready)(const struct lab *lab),
	    struct err *e);

struct lab_board *lab_find_board(const struct lab *lab, const char *name_or_number);

#endif
