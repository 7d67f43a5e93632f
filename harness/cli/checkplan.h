/* What each unit boots when its health is checked: an image that is known to be good there, built by the project or given. */
#ifndef RUNTEST_CLI_CHECKPLAN_H
#define RUNTEST_CLI_CHECKPLAN_H

#include <stddef.h>

#include "cli/foreign.h"
#include "cli/images.h"

#define CHECK_SCENARIO "health"

/* One unit on its way. */
struct check {
	const struct board_unit *unit;
	struct plan plan;       /* of what could be booted there */
	const struct job *job;  /* what is; NULL: nothing, see `why` */
	struct foreign foreign; /* where an image was given for it */
	struct images given;
	const char *why;        /* it cannot be checked */
};

/* All of them. The order: checks_init, `unit` of each item set and counted, checks_plan, checks_images, ..., checks_finish. */
struct checks {
	const struct project *project;
	struct arena arena;       /* owns texts and arrays below */
	struct check *items;
	size_t count;
	struct plan all;          /* the jobs of those that can be checked, in their order */
	size_t *check_of;         /* by job: the place of its check */
	struct images built;
	struct run_image *images; /* by job */
	const char *media;        /* for disks that boards load from */
};

/* Room for as many items as the project has units. The project outlives it. */
void checks_init(struct checks *c, const struct project *project);
void checks_finish(struct checks *c);

/* Choose what each boots: `image` (--image), or that of the unit's section `health`, or the first variant of the scenario's that
 * can be built for its kind. A unit that nothing can be booted on has the reason in `why`, and stops no other. */
void checks_plan(struct checks *c, const char *image);

/* Build those that are to be built. -1: as images_build. */
int checks_images(struct checks *c, struct err *e);

#endif
