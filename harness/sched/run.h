/*
 * A run: the jobs of a plan as sessions side by side, each result journalled as it comes. What is decided here is what
 * becomes of a job that cannot run, and of a session whose process died; everything else is the session's.
 */
#ifndef RUNTEST_SCHED_RUN_H
#define RUNTEST_SCHED_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "image/bootimage.h"
#include "plan/plan.h"
#include "result/journal.h"
#include "result/model.h"

/* What a job boots: an open image, or why there is none. */
struct run_image {
	const struct boot_image *image; /* NULL: see failure */
	const char *path;               /* of the image's file, NULL unless it was given; known without an image too */
	const char *sha256;
	const struct image_files *files; /* that explained it */
	const char *dtb;                /* file with its board's device tree, or NULL */
	enum cause cause;               /* of a missing image: build-failed or image-corrupt */
	const char *failure;
};

struct run_spec {
	const char *run;                /* RUN-ID */
	const struct plan *plan;
	const struct run_image *images; /* one per job of the plan */
	const bool *done;               /* jobs that an earlier part of the run has concluded already; NULL: none */
	const char *media;              /* folder for disks that boards load from; made when needed */
	size_t at_once;
	int64_t timeout_ms;
	int64_t wait_ms;                /* how long a session waits for a board that somebody else has; -1: for ever */
	bool culprit;                   /* culprits of every clear are looked for */
	bool no_record;                 /* QEMU machines are not recorded */
	bool no_map;                    /* no survival maps are made */
	bool verbose;
	/* Called after each result was journalled; NULL where nobody looks, which saves reading every result. */
	void (*progress)(void *ctx, const struct session_result *r);
	void *ctx;
};

/* Run all of it. 0, or -1 when results could not be kept (ERR_IO) or no process could be made (ERR_INFRA). A signal is
 * no error here: cancel_requested() tells. */
int run_execute(const struct run_spec *spec, struct journal *j, struct err *e);

#endif
