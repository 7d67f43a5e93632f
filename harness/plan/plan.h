/*
 * Which variant runs which scenario on which board: one pure function from the project and what was asked for to a
 * list of jobs. Every job has a name that is safe in a path and says all of it: SCENARIO.VARIANT.UNIT.CONFIG.REPEAT, with
 * "image-NAME" for the variant "image:NAME".
 */
#ifndef RUNTEST_PLAN_PLAN_H
#define RUNTEST_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "config/project.h"
#include "plan/parameters.h"
#include "util/err.h"
#include "util/mem.h"

/* What was asked for. Lists are NULL-terminated globs; NULL: not given. */
struct plan_request {
	const char *const *scenarios; /* names or globs; at least one */
	const char *const *variants;
	const char *const *boards;    /* units or kinds; NULL: QEMU machines that need no naming */
	const char *const *set;       /* NAME=N for parameters of the scenarios */
	const char *const *configs;   /* Microkit configurations; NULL: each variant's first */
	bool only_qemu;
	bool no_controls;             /* only what must pass */
	bool mutants;                 /* the mutants of images/mutants.yaml; `variants` are theirs then */
	const struct variant *image;  /* stands for an image that somebody else built: this alone is run; or NULL */
	struct expectation image_want; /* what is demanded of it, by every scenario */
	int repeat;                   /* 1.. */
};

struct job {
	const char *name;
	const struct scenario *scenario;
	const struct variant *variant;
	const struct board_unit *unit;
	const char *config;
	int repeat; /* 1.. */
	struct variables parameters; /* of the scenario, with their values */
	struct expectation want;
	const char *skip; /* why it cannot run, or NULL */
};

struct plan {
	struct arena arena;
	struct job *jobs;
	size_t count;
};

/* ERR_USAGE for a name that matches nothing (with the nearest one as hint) and for a plan without a job.
 * The plan points into the project, which must outlive it. */
int plan_make(struct plan *p, const struct project *project, const struct plan_request *want, struct err *e);
void plan_finish(struct plan *p);

#endif
