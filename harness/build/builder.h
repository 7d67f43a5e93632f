/*
 * The variant builder: turns (variant, board kind, configuration) into artefacts, once.
 *
 * A build takes a clean copy of the source tree, applies the patch series and runs the variant's command; what it
 * leaves is kept in build/cache/variants/KEY/ below the project's folder, where KEY is a hash over everything that goes
 * in (docs/building.md lists it). Asking again costs a look, not a build. Entries appear whole or not at all; two
 * processes that want the same one build it once. Every build is a child process that dies with us, with all it began.
 */
#ifndef RUNTEST_BUILD_BUILDER_H
#define RUNTEST_BUILD_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/board.h"
#include "config/variant.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/sha256.h"

struct build_request {
	const struct variant *variant;
	const struct board_kind *kind;
	const char *config; /* "debug" */
};

enum build_state {
	BUILD_NOT_BEGUN, /* another one failed first, or it was cancelled */
	BUILD_CACHED,    /* it was there */
	BUILD_BUILT,
	BUILD_VERIFIED,  /* built once more, with the same bytes */
	BUILD_FAILED,
};
const char *build_state_name(enum build_state s); /* "cached" */

struct build_file {
	const char *path; /* absolute; NULL when the variant has no such artefact */
	char sha256[SHA256_HEX];
	int64_t size;     /* bytes */
};

/* What came of one request. Strings and arrays live in the arena of struct build_results. */
struct build_result {
	struct build_request request;
	enum build_state state;
	char key[SHA256_HEX]; /* "" when not even that could be told */
	const char *folder;   /* of the cache entry */
	const char *log;      /* the command's output, or NULL; a failed build's lies in build/failed/ */
	const char *tail;     /* the last lines of that log when it failed, else "" */
	const char *dtb;      /* file with the device tree of the board it was built for, or NULL */
	struct build_file image, report;
	struct build_file *elfs; /* as many as the variant has, in its order; so are these two: */
	struct build_file *payloads, *updates;
	int64_t ms;              /* what this request took here, waiting for its turn left out */
	struct err err;          /* why it failed */
};

struct build_results {
	struct arena arena;
	struct build_result *items; /* in the order of the requests */
	size_t count;
	size_t by_state[BUILD_FAILED + 1];
};

struct build_options {
	const char *root; /* the project's folder, absolute; all output goes to build/ in it */
	int jobs;         /* builds at once; 0: as many as there are processors */
	bool keep_going;  /* a failure does not keep the others from being begun */
	bool force;       /* build anew even what is there, and replace it */
	bool verify;      /* build anew, in a folder of another name, and compare with what is there: ERR_BUILD names
			     the artefact that differs and its first differing byte */
	int output;       /* a descriptor that gets the commands' output as it comes; -1: none */
	/* Called for each request as its state is known; may be NULL. */
	void (*done)(void *ctx, const struct build_result *r);
	/* Called when a build begins, which is not so for what is there; may be NULL. */
	void (*begins)(void *ctx, const struct build_result *r);
	/* Called whenever something has happened, and at the latest so many ms later as it gave back; -1: when something has.
	 * May be NULL. */
	int (*look)(void *ctx);
	void *ctx;
};

/*
 * Build all. 0 when every request is cached or built; else -1 with the first failure in e (each one's own is in its
 * result). ERR_CANCELLED after a stop was requested (util/cancel.h): no process and no half artefact is left then.
 * Finish `out` in either case.
 */
int build_all(const struct build_request *requests, size_t count, const struct build_options *o,
	      struct build_results *out, struct err *e);
void build_results_finish(struct build_results *r);

#endif
