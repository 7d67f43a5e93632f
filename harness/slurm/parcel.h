/*
 * Files on their way between machines that share no folder, through the farm's database (history/history.h): the plan of a
 * run to its nodes, and what a node has journalled and kept of a session back to whoever follows the run.
 *
 * A parcel is an archive of files below the run's folder, which the node has for itself: parts/GROUP/SESSION.jsonl,
 * SESSION/N/..., slurm/GROUP.N.out. The archive is tar(1)'s, compressed.
 */
#ifndef RUNTEST_SLURM_PARCEL_H
#define RUNTEST_SLURM_PARCEL_H

#include "util/err.h"

#define DATABASE_FILE "database" /* in RUN/slurm: the URL that the run's parcels go by; none: the folder is shared */

/* Run.json and the groups, for the nodes; the same again replaces it. ERR_USAGE, ERR_INFRA, ERR_IO. */
int parcel_put_plan(const char *url, const char *run_dir, const char *run, struct err *e);

/* Into `dir`, which is made. ERR_USAGE: there is no such run (any more). */
int parcel_get_plan(const char *url, const char *run, const char *dir, struct err *e);

/* Whether the run goes by a database, noted in its folder: RUN/slurm/database. */
int parcel_note_url(const char *run_dir, const char *url, struct err *e);
char *parcel_read_url(const char *run_dir); /* malloc'd; NULL: its folder is shared */

/* When the run has ended. */
int parcel_drop_plan(const char *url, const char *run, struct err *e);

/* What is to go back: written beside the files, so that somebody else can send them once the job's process is gone. */
struct parcel {
	const char *url, *run, *session;
	int restart; /* how often Slurm had put the job back before: each has a parcel of its own */
};

/* Note in `dir` what is sent from there, and that this process will do it: until it ends. The descriptor, or -1. */
int parcel_begin(const struct parcel *p, const char *dir, struct err *e);

/* Send everything in `dir` but the plan; the same again replaces it. Then `dir` goes away. */
int parcel_send(const struct parcel *p, const char *dir, struct err *e);

/* What processes that are gone have left in folders below `folder`. How many were sent; -1 for the first that could not
 * be: it stays, and so do all others where the database does not answer (ERR_INFRA). No such folder: none. */
int parcel_send_left(const char *folder, struct err *e);

/*
 * All that is there of the run, into its folder: how many parcels, or -1 with ERR_INFRA where the database does not answer.
 * Each is dropped once it is on this disk; one that comes again changes nothing.
 */
int parcel_receive(const char *url, const char *run, const char *run_dir, struct err *e);

#endif
