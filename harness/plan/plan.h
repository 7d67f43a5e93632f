/*
 * Which variant runs which scenario on which board: one pure function from the project and what was asked for to a
 * list of jobs. Every job has a name that is safe in a path and says all of it: SCENARIO.VARIANT.BOARD.CONFIG.REPEAT, with
 * "image-NAME" for the variant "image:NAME"; BOARD is a unit, or a kind, where any unit of it will do (plan/target.h).
 */
#ifndef RUNTEST_PLAN_PLAN_H
#define RUNTEST_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/project.h"
#include "plan/parameters.h"
#include "util/err.h"
#include "util/mem.h"

/* What was asked for. Lists are NULL-terminated globs; NULL: not given. */
struct plan_request {
	const char *const *scenarios; /* names or globs; NULL: all, where `tags` or `only` choose */
	const char *const *tags;      /* globs of which one must mean a tag of the scenario */
	const char *const *variants;
	const char *const *boards;    /* units or kinds; NULL: QEMU machines that need no naming */
	const char *const *set;       /* NAME=N for parameters of the scenarios */
	const char *const *configs;   /* Microkit configurations; NULL: each variant's first */
	const char *const *only;      /* SESSIONs, or globs of them (plan/only.h) */
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
	const char *board; /* as the name has it: the unit's name or, of a pool, the kind's */
	const struct board_unit *const *units; /* any of which will do: those of the board that can run it */
	size_t unit_count;                     /* 1..; 1: it is that one, or nobody */
	const struct board_unit *unit; /* the first of them */
	const char *config;
	int repeat; /* 1.. */
	struct variables parameters; /* of the scenario, with their values */
	struct expectation want;
	const char *skip; /* why it cannot run, or NULL */
	int64_t expected_ms; /* how long it will probably take: a guess (plan/guess.h) until plan_order() knows better */
	bool seen;           /* that is what recent ones took, and no guess */
	double failure_rate; /* of its recent sessions, 0..1: how many were not as demanded; 0 until plan_order() */
};

struct plan {
	struct arena arena;
	struct job *jobs;
	size_t count;
	const size_t *order; /* places in `jobs`, in which they are best begun (plan/order.h); NULL: as they stand */
};

/* ERR_USAGE for a name that matches nothing (with the nearest one as hint) and for a plan without a job.
 * The plan points into the project, which must outlive it. A job that no unit of its board can run has the reason in
 * `skip`, and all of the board's units. */
int plan_make(struct plan *p, const struct project *project, const struct plan_request *want, struct err *e);
void plan_finish(struct plan *p);

/* Every name and glob of the request must mean something, and every `set` be allowed: the same errors. */
int plan_request_check(const struct project *project, const struct plan_request *want, struct err *e);

#endif
