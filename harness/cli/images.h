/* The boot images of a plan: built where they have to be, opened, one per job. */
#ifndef RUNTEST_CLI_IMAGES_H
#define RUNTEST_CLI_IMAGES_H

#include <stdbool.h>

#include "build/builder.h"
#include "cli/foreign.h"
#include "plan/plan.h"
#include "sched/run.h"

struct images {
	struct build_results built;
	struct boot_image *opened;  /* one per build; `path` NULL where it failed */
	size_t count;
	struct run_image *by_job;   /* as many as the plan has jobs */
	const char *media;          /* folder for disks that boards load from, kept between runs */
	bool has_results;
};

/* What is said while images are built, on stderr. */
enum images_saying {
	IMAGES_NOTHING,
	IMAGES_PROGRESS, /* what is built, and what it came to (cli/buildview.h) */
	IMAGES_ALL,      /* what the builds' commands print */
};

/* Build and open what the plan's jobs need; a build that fails is its jobs' business, not an error. ERR_CANCELLED. */
int images_build(struct images *im, const struct plan *plan, const char *root, enum images_saying say, struct err *e);
/* The given image for every job; whether it fits into the board's RAM is its job's business. */
void images_given(struct images *im, const struct plan *plan, const char *root, struct foreign *f);
void images_close(struct images *im);

/* First line of `QEMU --version` of the first QEMU board in the plan, from the plan's arena; NULL: unknown. */
const char *images_qemu_version(struct plan *plan, const char *root);

#endif
