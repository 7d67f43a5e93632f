/* What a list of runs says of each: read from its journal once, and kept in the scratch folder until the journal changes. */
#ifndef RUNTEST_SERVE_SUMMARY_H
#define RUNTEST_SERVE_SUMMARY_H

#include <jansson.h>

#include "result/verdict.h"
#include "serve/source.h"
#include "util/mem.h"

enum run_state { RUN_GOES_ON, RUN_OK, RUN_BAD, RUN_CUT_SHORT, RUN_UNREADABLE };

struct summary {
	const char *run, *started, *ended; /* ended: NULL unless it has */
	const char *command;               /* as one types it */
	enum run_state state;
	int exit_status;                   /* when ended */
	int64_t elapsed_ms;
	unsigned planned, done, excused;
	unsigned count[VERDICT_COUNT];     /* of those that are done */
	const char *const *running;        /* sessions that have begun and not ended; NULL-terminated, never NULL */
	const char *problem;               /* RUN_UNREADABLE: why */
};

/* Of the run in results/RUN; texts from the arena. Never fails: what cannot be read is told as that. */
void summary_read(struct summary *m, const struct source *s, const char *run, struct arena *a);

/* RUN-IDs in the results' folder, newest first, at most `most`, those before `before` (NULL: from the newest on); *more: there
 * are further ones. NULL-terminated, from the arena; NULL with ERR_IO. */
const char *const *summary_runs(const struct source *s, const char *before, size_t most, bool *more, struct arena *a,
				struct err *e);

json_t *summary_json(const struct summary *m);
const char *run_state_name(enum run_state s); /* "going on", "ok", "not ok", "cut short", "unreadable" */

/* Is somebody writing its journal? To be asked before it is read: what is read then is complete where nobody was. */
bool summary_goes_on(const char *dir);

/* Which journal it is, and how far it has come; another text when anything is added. false: there is none. */
enum { SUMMARY_STAMP = 96 };
bool summary_stamp(const char *dir, char out[SUMMARY_STAMP]);

/* Is there such a run below results/? Its folder, malloc'd; NULL with ERR_USAGE. Only names, no paths. */
char *summary_run_folder(const struct source *s, const char *run, struct err *e);

#endif
