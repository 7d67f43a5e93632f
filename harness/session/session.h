/*
 * One variant on one board: power, phases and their steps, the looks at memory, the verdict. Runs in a process of its
 * own (sched/), because libexpect and a board's descriptors belong to one session alone.
 */
#ifndef RUNTEST_SESSION_SESSION_H
#define RUNTEST_SESSION_SESSION_H

#include <stdbool.h>

#include "config/board.h"
#include "config/scenario.h"
#include "image/bootimage.h"
#include "live/glance.h"
#include "result/model.h"
#include "util/template.h"

struct session_spec {
	const char *run, *name; /* RUN-ID and SESSION */
	const struct scenario *scenario;
	const char *variant, *config;
	const struct board_unit *unit;  /* as long as none is claimed: the first of `units` */
	const struct board_unit *const *units; /* of one kind; any of them will do */
	size_t unit_count;       /* 1.. */
	int64_t wait_ms;         /* how long the session waits for a board that somebody else has; -1: for ever */
	int repeat;
	struct variables parameters; /* of the scenario, with their values */
	struct expectation want;
	const struct boot_image *image;
	const char *image_path;  /* of an image that somebody else built, for the result: it may be damaged; or NULL */
	const char *image_sha256;
	const struct image_files *files; /* that explained the image; may be NULL */
	const char *dtb;        /* file with the board's device tree, or NULL */
	const char *media;      /* folder for disks that boards load from, absolute; made when needed */
	const char *run_dir;    /* absolute; the session makes its folder below it */
	int64_t timeout_ms;     /* of the whole session instead of the scenario's own; 0: the scenario's */
	bool culprit;           /* look for the culprit of every clear, of expected ones too */
	bool no_record;         /* do not record the boots */
	bool no_map;            /* do not sample memory for the survival map */
	bool verbose;           /* console lines on stderr as they come */
	/* Called when every step is done: the board is only heard out and switched off from here on. May be NULL. */
	void (*steps_done)(void *ctx);
	/* Called when the session waits for a board that somebody else has, and when it does so no more. May be NULL. */
	void (*waits)(void *ctx, bool still);
	void *ctx;
	struct glance *glance;  /* what it shows of itself; NULL: nobody looks */
};

/* Before sessions of this scenario on boards of this kind are forked off: what each would have to compile for itself is
 * compiled once. */
void session_share(const struct scenario *sc, const struct board_kind *kind);

struct session;

/*
 * Run it to its verdict. `out` is filled whatever happens, and to be finished by the caller. The board is off, or (a
 * QEMU, which cannot refuse) going off: session_leave waits for that and gives everything back. Never NULL.
 */
struct session *session_run(const struct session_spec *spec, struct session_result *out);
void session_leave(struct session *s);

/* The result of a session that never ran: what it would have been, with the verdict given. `why` is copied. */
void session_not_run(const struct session_spec *spec, enum verdict verdict, enum cause cause, const char *why,
		     struct session_result *out);

#endif
