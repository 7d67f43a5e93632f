/*
 * What became of every run: a database derived from the journals, which can be made again from them. SQLite in the
 * results' folder, or a farm's PostgreSQL server: docs/history.md. Importing the same run twice changes nothing, and
 * what an importer that was killed left undone the next one does.
 */
#ifndef RUNTEST_HISTORY_HISTORY_H
#define RUNTEST_HISTORY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

struct history; /* an open history; of one process and one thread */

/*
 * `url`: sqlite:PATH or postgresql://...; NULL: what RUNTEST_DATABASE says, else the file history.db in the folder
 * `results`. `write`: it is made when it is not there; otherwise ERR_USAGE with sys == ENOENT says that there is none.
 * A history of an older version of this program is brought up to date; one of a newer version is refused (ERR_USAGE).
 * ERR_INFRA: no server, or no module; ERR_IO: the file. NULL on error.
 */
struct history *history_open(const char *url, const char *results, bool write, struct err *e);
void history_close(struct history *h); /* NULL is fine */

/* What errors call it: the path, or the URL (which has no password in it). */
const char *history_name(const struct history *h);

/* ---- importing ---- */

struct history_imported {
	size_t runs, unchanged; /* runs that were read; that were there already, as they are */
	size_t sessions;        /* rows written */
};

/* A run's folder, whether the run has ended or not; counts are added to `sum` (may be NULL). */
int history_import_run(struct history *h, const char *run_dir, struct history_imported *sum, struct err *e);

/* Every run in a results' folder, by name. A run that cannot be read is told to `odd` (may be NULL), and passed over. */
int history_import_folder(struct history *h, const char *results, struct history_imported *sum,
			  void (*odd)(const struct err *e), struct err *e);

/* ---- hints for planning ---- */

struct history_hint {
	const char *session; /* SESSION without its repeat: SCENARIO.VARIANT.BOARD.CONFIG */
	int64_t expected_ms; /* mean duration of its recent results; 0: it never ran for any time */
	double failure_rate; /* of its recent results that say something about the software: 0 to 1 */
	int results;         /* how many those were */
};

struct history_hints {
	struct arena arena;
	struct history_hint *items; /* by session */
	size_t count;
};

/* Of all sessions of recent runs, in one query. `hints` is initialised by it and must be finished even on error. */
int history_hints(struct history *h, struct history_hints *hints, struct err *e);
const struct history_hint *history_hint_find(const struct history_hints *hints, const char *session); /* or NULL */
void history_hints_finish(struct history_hints *hints);

/* ---- results on their way from another host (docs/history.md) ---- */

struct history_transfer {
	const char *run, *session;
	int attempt;             /* from 1 */
	const char *result;      /* JSON, one line */
	const void *archive;     /* the session's folder, compressed; NULL: none */
	size_t archive_size;
};

/* Put one there; the same one again replaces it. */
int history_transfer_put(struct history *h, const struct history_transfer *t, struct err *e);

/* The oldest one of the run: 1 with *t filled from the arena, 0: there is none. It stays until it is dropped. */
int history_transfer_next(struct history *h, const char *run, struct arena *a, struct history_transfer *t, struct err *e);
int history_transfer_drop(struct history *h, const struct history_transfer *t, struct err *e);

#endif
