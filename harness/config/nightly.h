/*
 * A nightly run, as a YAML file describes it: what is run, for how long, what is kept, and who is told. All strings live in
 * the project's arena; the file may stand anywhere.
 */
#ifndef RUNTEST_CONFIG_NIGHTLY_H
#define RUNTEST_CONFIG_NIGHTLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/http.h"
#include "config/project.h"

/* ---- who is told ---- */

enum tell_when { TELL_CHANGE, TELL_FAILURE, TELL_ALWAYS };
enum tell_by { TELL_WEBHOOK, TELL_MAIL };
enum webhook_body { WEBHOOK_TEXT, WEBHOOK_JSON };

struct webhook {
	struct secret url;           /* whole: in most services it is the key to the channel */
	enum webhook_body body;
	const char *ca;              /* or NULL, as in struct http_server */
	const struct http_login *login; /* or NULL */
};

struct mail {
	const char *const *to; /* addresses; NULL-terminated, at least one */
	const char *from;      /* address, or NULL: whoever runs it */
	const char *program;   /* sendmail: looked up in PATH, or absolute */
};

struct recipient {
	const char *name;
	enum tell_when when;
	enum tell_by by;
	const struct webhook *webhook; /* the other one is NULL */
	const struct mail *mail;
	int tries;           /* 1.. */
	int64_t pause_ms;    /* before the second try; each further one waits twice as long */
	int64_t deadline_ms; /* of each try */
	int line;
};

/* ---- what is run ---- */

enum nightly_where { NIGHTLY_LOCAL, NIGHTLY_SLURM };

struct nightly_parameter {
	const char *name;
	int value;
	int line;
};

struct nightly_job {
	const char *name;
	enum nightly_where where;
	const char *const *scenarios; /* globs; NULL: those that have the tags */
	const char *const *variants, *const *boards, *const *tags; /* globs; NULL: not said */
	const char *const *configs;   /* NULL: not said */
	const struct nightly_parameter *set;
	size_t set_count;
	int repeat;                   /* 1.. */
	const int *retries;           /* of what ended infra; NULL: as `runtest run` has it */
	int jobs;                     /* sessions at a time; 0: as `runtest run` has it */
	int64_t wait_ms;              /* for a board; 0: as long as it takes */
	int64_t budget_ms;            /* 0: a share of the night's */
	int mutants;                  /* 1: the mutants instead of the variants */
	int line;
};

struct nightly_keep {
	int nothing;    /* keeps the keys off the record's own address, by which it is told where it was written */
	int days, runs; /* 0: no limit */
	uint64_t size;  /* 0: no limit */
};

struct nightly {
	const char *name, *about;
	const struct nightly_job *jobs;
	size_t job_count;
	int64_t budget_ms;   /* of all jobs together; 0: none */
	int gate;            /* 1: ask first which units are well, and leave out the others */
	const struct nightly_keep *keep; /* NULL: nothing is removed */
	const struct recipient *tell;
	size_t tell_count;
	const char *file;
	int line;
};

/* Read FILE for a project that was loaded; texts come from its arena. -1 with one entry per mistake in errors. */
int nightly_load(struct nightly *n, struct project *p, const char *file, struct err_list *errors);

#endif
