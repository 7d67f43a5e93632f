/*
 * A run's folder: RUN/run.json (settings and plan, written first), RUN/journal.jsonl (append-only, one JSON object per
 * line, synced), one folder per session. The journal is the truth: every report is made from it alone.
 */
#ifndef RUNTEST_RESULT_JOURNAL_H
#define RUNTEST_RESULT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/model.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/jsoncut.h"

/* One planned session, as run.json keeps it. */
struct planned {
	const char *name; /* SESSION */
	const char *scenario, *variant, *board, *unit, *arch, *config;
	int repeat;
	struct expectation expected;
	const char *skip; /* why it will not run, or NULL */
	const char *const *units; /* any of these will do, `unit` is the first of them; NULL: it alone. NULL-terminated */
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
	const char *const *set;      /* NAME=N of every --set; NULL-terminated or NULL */
	const char *qemu_version;    /* or NULL */
	bool allow_skipped;          /* --allow-skipped: a run in which everything was skipped exits 0 */
	const char *image;           /* --image: absolute path of an image that somebody else built; NULL: variants are run */
	const char *image_sha256;    /* of its file, hex */
	const char *image_report;    /* --report: absolute path; or NULL */
	const char *const *image_elfs; /* NAME=FILE of every --elf, absolute; NULL-terminated or NULL */
	bool mutants;                /* --mutants: the plan's variants are mutants, which must be caught */
	const char *const *expired;  /* quarantine entries whose end has come and that cover a planned session, each "FILE:LINE:
					what"; NULL-terminated or NULL. The run fails */
	bool flaky_exit;             /* --flaky-exit: exit status 5 when a session passed only on a retry */
};

struct journal; /* an open run; opaque */

/* Make results/RUN-ID (with a fresh id when settings->run is NULL), write and sync run.json, open the journal, point
 * `latest` at it. ERR_IO with a hint when the folder cannot be written; ERR_USAGE when there is such a run already. */
struct journal *journal_create(const char *results, const struct run_settings *settings, const struct planned *plan,
			       size_t plan_count, struct err *e);

/* Open an existing run for going on: whole lines are kept, a torn last line is cut off, and what stands behind a line
 * that cannot be read is moved to journal.damaged. ERR_USAGE when there is no such run, or it is still going on. */
struct journal *journal_reopen(const char *run_dir, struct err *e);

/*
 * A part of a run's journal, which another process, on another machine perhaps, writes for one session: run_dir/PART, with
 * its folder. It is a journal like the run's, mended in the same way; its events are the run's once they have been merged
 * into that. ERR_USAGE when somebody else writes it; ERR_IO.
 */
struct journal *journal_open_part(const char *run_dir, const char *run, const char *part, struct err *e);

/* In a part: who writes what follows, a JSON object on one line. Synced. */
int journal_part_begun(struct journal *j, const char *writer_json, struct err *e);

/*
 * Append. A session's verdict, that of an attempt, and the run's end, are synced to the disk: they are kept from the moment this returns.
 * A start is only written: should the machine lose it, the session counts as one that did not begin. When a line cannot
 * be kept whole (ERR_IO), what was written of it is taken back, so that the journal stays readable.
 */
int journal_session_started(struct journal *j, const char *session, struct err *e);
int journal_session_ended(struct journal *j, const char *result_json, struct err *e);
int journal_session_tried(struct journal *j, const char *result_json, struct err *e); /* another attempt follows */
int journal_run_ended(struct journal *j, int exit_status, struct err *e);

/*
 * From now on results are only written as they come, and kept from the moment that journal_sync() returns: those that
 * came at about the same time wait for the disk once. When they cannot be kept (ERR_IO), all since the last time are
 * taken back. Ends with journal_ungroup(), which syncs, too.
 */
void journal_group(struct journal *j);
int journal_sync(struct journal *j, struct err *e); /* cheap when nothing waits for it */
int journal_ungroup(struct journal *j, struct err *e);

const char *journal_dir(const struct journal *j); /* absolute */
const char *journal_run(const struct journal *j); /* RUN-ID */
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
	struct session_result *sessions; /* by place in the plan; verdict NONE: not ended (yet); name and why are set */
	bool *started;                   /* by place in the plan */
	bool ended;                      /* the run came to its own end */
	int exit_status;                 /* when ended */
	const char *ended_at;            /* ISO 8601; NULL unless ended */
	const char *last_at;             /* time of the last line; NULL when there is none */
	bool torn;                       /* the last line was cut short */
	const char *damage;              /* "journal.jsonl:12: ...": what could not be read, or NULL */
};

/*
 * ERR_USAGE when there is no such run; ERR_IO when run.json is damaged. A journal line that is no JSON ends the reading
 * there; one that says nothing usable is passed over. Of two results of one session (a resumed run) the last counts.
 * `r` is initialised by it and must be finished even on error.
 */
int run_record_read(struct run_record *r, const char *run_dir, struct err *e);
void run_record_finish(struct run_record *r);

/*
 * A run of very many sessions, read for a list of them: sessions come without phases, marks, evidence and tests of the
 * guest's own, which take nearly all of the time.
 */
struct run_brief {
	struct run_record r;
	struct buf journal;          /* its text */
	struct jsoncut_span *whole;  /* by place in the plan: the whole result, JSON inside of it; empty: it has none yet */
};

/* As run_record_read(), but for what lies in what was left out: that is not read, and so not judged. */
int run_brief_read(struct run_brief *b, const char *run_dir, struct err *e);
void run_brief_finish(struct run_brief *b);

/* One session in full. It is initialised by it and must be finished even on error; texts of the plan are b's.
 * ERR_IO: what was left out cannot be read; s is then as brief as b has it. */
int run_brief_session(const struct run_brief *b, size_t place, struct session_result *s, struct err *e);

/* RUN as people write it ("latest", an id, a path) to an absolute folder, malloc'd; NULL with ERR_USAGE. */
char *run_resolve(const char *results, const char *run, struct err *e);

/* The verdict that counts: a session that has none, because the run was cut short, is cancelled. */
enum verdict session_verdict(const struct session_result *s);

/* Is it at fault, and in quarantine? Then it does not fail the run. A broken lab is excused by nothing. */
bool session_is_excused(const struct session_result *s);

struct run_totals {
	unsigned count[VERDICT_COUNT]; /* sessions per verdict, by session_verdict() */
	unsigned excused;              /* of those, by session_is_excused() */
};
struct run_totals run_totals(const struct run_record *r);

/* Exit status of a run by the table of docs/verdicts.md, from what the record holds. */
int run_exit_status(const struct run_record *r, bool allow_skipped);

/* What it exited with, or would exit with if it ended now. */
int run_final_status(const struct run_record *r);

/* Wall-clock milliseconds from the run's start to its end (or its last sign of life); -1 when that is not known. */
int64_t run_elapsed_ms(const struct run_record *r);

#endif
