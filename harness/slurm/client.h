/*
 * Slurm's own commands, run as programs. A controller that does not answer is waited for: it is being restarted, or its
 * network is; what Slurm refuses is an error at once.
 */
#ifndef RUNTEST_SLURM_CLIENT_H
#define RUNTEST_SLURM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"

struct client_call {
	const char *const *argv; /* NULL-terminated */
	int64_t patience_ms;     /* how long a controller that does not answer is waited for; 0: not at all; INT64_MAX: for ever */
	bool despite_signals;    /* a signal that ends the program does not end this: jobs are being cancelled; a second one
				  * ends the waiting for a controller that does not answer */
	/* Called once, when the controller does not answer. May be NULL. */
	void (*waiting)(void *ctx, const char *text);
	void *ctx;
};

/* Its output (with what it says on stderr) into `out`, which is cleared. 0, or -1: ERR_USAGE where there is no Slurm or it
 * refuses (in its own words), ERR_INFRA with e->sys EAGAIN where the controller did not answer in time; ERR_CANCELLED. */
int client_call(const struct client_call *call, struct buf *out, struct err *e);

/* Is this what a command says when the controller cannot be reached just now? */
bool client_is_unreachable(const char *text);

/* Slurm's MaxArraySize: an array has fewer tasks than that. */
int client_max_array(size_t *most, struct err *e);

#endif
