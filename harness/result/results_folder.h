/* The folder that holds all runs: RUN-ID folders, and the link `latest` at the newest. */
#ifndef RUNTEST_RESULT_RESULTS_FOLDER_H
#define RUNTEST_RESULT_RESULTS_FOLDER_H

#include "util/err.h"

/* ERR_IO with errno, the path, and what to do about results that cannot be written there. Returns -1. */
int results_error(struct err *e, const char *path, const char *doing);

/* The same advice for an error that util/file.h has filled. Returns -1. */
int results_hint(struct err *e, const char *folder);

/* A folder for a new run: called `run`, or by a fresh id when run is NULL. Returns its id, malloc'd, or NULL. */
char *results_make_run(const char *results, const char *run, struct err *e);

/* `latest` at the run, never missing in between. */
int results_point_latest(const char *results, const char *run, struct err *e);

/* Make what was created or renamed in a folder outlast a power cut. */
int results_sync(const char *folder, struct err *e);

#endif
