/*
 * What the placements of protection domains' images give up and keep, from the sessions of a run: a table of placement
 * by property, each cell from sessions that can be opened. Placements come from the project's variants, properties from
 * the scenarios by their tags.
 */
#ifndef RUNTEST_CLI_COMPARISON_H
#define RUNTEST_CLI_COMPARISON_H

#include <stddef.h>

#include "config/project.h"
#include "result/journal.h"
#include "util/buf.h"
#include "util/mem.h"

struct property {
	const char *name;  /* "reload" */
	const char *title; /* "a restart reloads" */
	const char *tag;   /* scenarios with this tag tell */
	const char *fact;  /* what they kept under this name is the outcome; NULL: the verdict is */
	const char *unit;  /* behind a fact */
};

extern const struct property properties[];
extern const size_t property_count;

/* Sessions that came to the same. */
struct outcome {
	const char *text; /* "yes", "no: pd-code-cleared", "41672 bytes" */
	const struct session_result **sessions;
	size_t count, room;
};

struct comparison_cell {
	struct outcome *outcomes; /* what is demanded of the design first, then what fails; none: no session */
	size_t count, room;
};

struct comparison {
	struct arena arena;
	const char *run;
	const char **placements; /* in the order in which variants.yaml first names them */
	size_t placement_count;
	struct comparison_cell *cells; /* placement after placement, one for each property */
};

/* Both must outlive it. */
void comparison_make(struct comparison *c, const struct project *p, const struct run_record *r);
void comparison_finish(struct comparison *c);

/* The table, and behind it the sessions of every outcome with what their variants are. */
void comparison_text(const struct comparison *c, const struct project *p, struct buf *out);
void comparison_json(const struct comparison *c, struct buf *out);

#endif
