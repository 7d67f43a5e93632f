/*
 * A run's folder: RUN/run.json (settings and plan, written first), RUN/journal.jsonl (append-only, one JSON object per
 * line, synced), one folder per session. The journal is the truth: every report is made from it alone.
 */
#ifndef RUNTEST_RESULT_JOURNAL_H
#define RUNTEST_RESULT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "result/model.h"
#include "util/err.h"

/* One planned session, as run.json keeps it. */
struct planned {
	const char *name; /* SESSION */
	const char *scenario, *variant, *board, *unit, *arch, *config;
	int repeat;
	struct expectation expected;
	const char *skip; /* why it will not run, or NULL */
};

/* Settings of the run, so that it can be resumed and reproduced. */
struct run_settings {
	const char *run;             /* RUN-ID */
	const char *started;         /* ISO 8601 */
	const char *version;         /* of runtest */
	const char *project;         /* its root */
	const char *const *command;  /* argv; NULL-terminated */
	int jobs;
	int64_t timeout_ms;          /* --timeout, 0: the scenarios' own */
	const char *qemu_version;    /* or NULL */
};

struct journal; /* an open run; opaque */

/* Make results/RUN-ID with a fresh id (or the given one), write run.json, open the journal, point `latest` at it.
 * ERR_IO with a hint when the folder cannot be written. */
struct journal *journal_create(const char *results, const struct run_settings *settings, const struct planned *plan,
			       size_t plan_count, struct err *e);

/* Open an existing run for going on: whole lines are kept, a torn last line is cut off. */
struct journal *journal_reopen(const char *run_dir, struct err *e);

/* Append and sync. The session's verdict is kept from the moment this returns. */
int journal_session_started(struct journal *j, const char *session, struct err *e);
int journal_session_ended(struct journal *j, const char *result_json, struct err *e);
int journal_run_ended(struct journal *j, int exit_status, struct err *e);

const char *journal_dir(const struct journal *j); /* absolute */
void journal_close(struct journal *j);            /* NULL is fine */

/* "20260131-235812-4f2a": UTC second and a random tail; sorts by time. */
void journal_new_id(char out[32]);

/* A whole run, read back. */
struct run_record {
	struct arena arena;
	const char *dir;                 /* absolute */
	struct run_settings settings;
	struct planned *plan;
	size_t plan_count;
	struct session_result *sessions; /* by place in the plan; verdict NONE: not ended (yet) */
	bool *started;                   /* by place in the plan */
	bool ended;                      /* the run came to its own end */
	int exit_status;                 /* when ended */
	bool torn;                       /* the last line was cut short */
};

/* ERR_USAGE when there is no such run; ERR_IO when run.json is damaged. A damaged journal line ends the reading there. */
int run_record_read(struct run_record *r, const char *run_dir, struct err *e);
void run_record_finish(struct run_record *r);

/* RUN as people write it ("latest", an id, a path) to an absolute folder, malloc'd; NULL with ERR_USAGE. */
char *run_resolve(const char *results, const char *run, struct err *e);

/* Exit status of a run by the table of docs/verdicts.md, from what the record holds. */
int run_exit_status(const struct run_record *r, bool allow_skipped);

#endif
