/* Groups into Slurm's queue: a batch script and one call of sbatch for each. */
#ifndef RUNTEST_SLURM_SUBMIT_H
#define RUNTEST_SLURM_SUBMIT_H

#include "slurm/group.h"
#include "util/buf.h"

struct submit_spec {
	const char *run, *run_dir;      /* RUN-ID; absolute */
	const char *program, *root;     /* runtest and the project, absolute */
	const char *lab;                /* whose boards, or NULL */
	const char *database;           /* URL: no folder is shared, and results come by it (slurm/parcel.h); NULL: one is */
	int at_once;                    /* sessions of a group at a time; 0: as many as there is room for */
	const char *partition;          /* NULL: Slurm's default */
	const char *const *options;     /* further ones for sbatch, as they are; NULL-terminated, or NULL */
	void (*waiting)(void *ctx, const char *text); /* as in struct client_call */
	void *ctx;
};

/* One word for a shell, whatever is in it. */
void submit_quote(struct buf *out, const char *word);

/* The script of a group. */
void submit_script(struct buf *out, const struct submit_spec *spec, const struct slurm_group *g);

/* sbatch's words for it, from the arena; `script` is the path of the script. */
const char *const *submit_words(const struct submit_spec *spec, const struct slurm_group *g, const char *script,
				struct arena *a);

/* "RUN.g1": what the group's array is called in Slurm's queue; from the arena. */
const char *submit_job_name(const char *run, const struct slurm_group *g, struct arena *a);

/*
 * Into the queue, unless Slurm has it already: a submission that was cut short is taken up where it was. The group's job
 * id is known afterwards, here and in its file. ERR_USAGE what Slurm refuses, ERR_INFRA, ERR_IO, ERR_CANCELLED.
 */
int submit_group(const struct submit_spec *spec, struct slurm_group *g, struct arena *a, struct err *e);

#endif
