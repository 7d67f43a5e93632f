/* One build, from the clean copy to the cache entry, in a child process of its own. */
#ifndef RUNTEST_BUILD_WORKER_H
#define RUNTEST_BUILD_WORKER_H

#include <sys/types.h>

#include "build/builder.h"
#include "build/recipe.h"

struct worker_order {
	const struct recipe *recipe;
	const char *root;   /* the project's folder */
	const char *entry;  /* the cache entry that is to be */
	const char *work;   /* the claimed work folder */
	const char *failed; /* where the log (FAILED.log) and what differs (FAILED/) go when it failed */
	int lock;           /* the claim on the work folder: the worker's from here on */
	int output;         /* as in build_options */
	int makes;          /* compilers that one make may run at once */
	bool build;         /* build and put the entry in place */
	bool verify;        /* build (once more) and compare with the entry */
};

/* What the worker says at its end, in one write on its pipe. */
struct worker_report {
	int rc;
	struct err err;
};

/* Fork the worker. Its process id, with the reading end of the pipe in *report; or -1 (ERR_INFRA). */
pid_t worker_start(const struct worker_order *o, int *report, struct err *e);

#endif
