/*
 * A run: the jobs of a plan as sessions side by side, each result journalled as it comes. What is decided here is when a
 * session has its turn, whether it is tried again, and what becomes of one that cannot run, is left out, or whose process
 * died; everything else is the session's.
 */
#ifndef RUNTEST_SCHED_RUN_H
#define RUNTEST_SCHED_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "image/bootimage.h"
#include "live/glance.h"
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

/* When no more sessions are begun, and what happens to those that run. Times are on clock_ms(); 0: no such limit. */
struct run_limits {
	size_t at_once;         /* sessions at a time; 0: as many as boards, processors and memory allow (sched/slots.h) */
	unsigned retries;       /* of each session, after infra */
	bool fail_fast;         /* the first verdict that is not ok, and not excused, stops what has not begun */
	bool flaky_fails;       /* flaky is not ok either */
	int64_t no_more_ms;     /* a session that is not expected to be over by then is not begun */
	int64_t end_ms;         /* those that still run then are told to end */
};

/* Who looks on while sessions run. Jobs are told by their place in the plan; ctx is the run's. */
struct run_onlooker {
	/* A session begins, and what it shows of itself (NULL: nothing), until `ends`; it waits for a board that somebody else
	 * has, or does so no more; its process has ended, and `progress` will say what it came to. */
	void (*begins)(void *ctx, size_t i, const struct glance *g);
	void (*waits)(void *ctx, size_t i, bool still);
	void (*ends)(void *ctx, size_t i);
	int64_t (*look)(void *ctx); /* as in sched/sched.h */
	int look_fd;                /* the same */
	int stderr_fd;              /* where what sessions write to stderr goes; -1: to stderr */
};

struct run_spec {
	const char *run;                /* RUN-ID */
	const struct project *project;  /* whose quarantine holds; NULL: none does */
	const struct plan *plan;
	const struct run_image *images; /* one per job of the plan */
	const bool *done;               /* jobs that an earlier part of the run has concluded already; NULL: none */
	const struct session_result *before; /* what that part knows of every job, with its attempts; NULL: nothing */
	const char *media;              /* folder for disks that boards load from; made when needed */
	struct run_limits limits;
	int64_t timeout_ms;
	int64_t wait_ms;                /* how long a session waits for a board that somebody else has; -1: for ever */
	bool health;                    /* units that are set aside are not used, and what sessions come to counts (farm/health.h) */
	bool culprit;                   /* culprits of every clear are looked for */
	bool no_record;                 /* QEMU machines are not recorded */
	bool no_map;                    /* no survival maps are made */
	bool verbose;
	/* Called after each result was journalled, `again`: of an attempt that will be followed by another one. May be NULL. */
	void (*progress)(void *ctx, const struct session_result *r, bool again);
	/* Called when a board was set aside because of what sessions of this run came to on it. May be NULL. */
	void (*set_aside)(void *ctx, const struct board_unit *u, const char *why);
	const struct run_onlooker *onlooker; /* NULL: nobody */
	void *ctx;
};

/* Run all of it. 0, or -1 when results could not be kept (ERR_IO) or no process could be made (ERR_INFRA). A signal is
 * no error here: cancel_requested() tells, also after it was drained (cancel_draining()), if that left anything out. */
int run_execute(const struct run_spec *spec, struct journal *j, struct err *e);

#endif
