/*
 * A project: the folder with boards/, scenarios/ and images/, and all that its YAML files say, read in one go.
 * Loading reports every error of every file, not only the first.
 */
#ifndef RUNTEST_CONFIG_PROJECT_H
#define RUNTEST_CONFIG_PROJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/board.h"
#include "config/labs.h"
#include "config/quarantine.h"
#include "config/scenario.h"
#include "config/variant.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/names.h"

struct project {
	struct arena arena;
	const char *root; /* absolute, no trailing slash */
	struct marker_table *markers;
	size_t marker_count;
	struct board_kind *kinds;
	size_t kind_count;
	struct board_unit *units; /* implied ones included */
	size_t unit_count;
	struct variant *variants;
	size_t variant_count;
	struct scenario *scenarios;
	size_t scenario_count;
	struct quarantine *quarantine;
	size_t quarantine_count;
	struct variant *mutants; /* variants with a planted mistake; listed and run only where they are asked for */
	size_t mutant_count;
	size_t file_count; /* YAML files read */
	struct labs labs; /* virtual labs that live */
};

/* The project's folder: `start` or the nearest folder above it that has images/variants.yaml and scenarios/.
 * malloc'd; NULL with ERR_USAGE when there is none. */
char *project_find(const char *start, struct err *e);

/* Read everything below root. 0, or -1 with one entry per mistake in errors; p is to be finished either way.
 * Marker tables, kinds, units, variants, scenarios, quarantine and mutants are sorted by name. */
int project_load(struct project *p, const char *root, struct err_list *errors);

/*
 * Of that only boards/: what is done to boards by hand, or to leave none on, must not stop at a mistake in a scenario. The
 * same errors. p has no variants and no scenarios.
 */
int project_load_boards(struct project *p, const char *root, struct err_list *errors);

/* Is none of the errors (of loading p) in the unit's own file, or in its kind's? Then it can be worked on all the same. */
bool project_unit_is_sound(const struct board_unit *u, const struct err_list *errors);

/* The mutants besides, into a project that was loaded: only those who want them read them. The same errors. */
int project_load_mutants(struct project *p, struct err_list *errors);

/*
 * The units of a virtual lab that lives besides, into a project that was loaded. id: which one; NULL: the only one, if
 * there is just one. ERR_USAGE in e when that lab does not live; the same errors for its files.
 */
int project_load_lab(struct project *p, const char *id, struct err_list *errors);

/* Why there is no board that one of the globs means, where that has to do with labs: ERR_USAGE, or 0. */
int project_check_labs(const struct project *p, const char *const *globs, struct err *e);
/* Read one more file of the user's, NAME.yaml, wherever it stands, into *out (s->size zeroed bytes); what it refers to is
 * the project's. ERR_USAGE when it is not there; the same errors. */
struct schema;
int project_load_file(struct project *p, const struct schema *s, const char *file, void *out, struct err_list *errors);

/* Read boards/examples/, units that nobody can use: what others copy must be free of mistakes. The same errors. */
int project_check_examples(struct project *p, struct err_list *errors);
void project_finish(struct project *p);

/* By exact name, or NULL. */
const struct marker_table *project_marker_table(const struct project *p, const char *name);
const struct board_kind *project_kind(const struct project *p, const char *name);
const struct board_unit *project_unit(const struct project *p, const char *name);
const struct variant *project_variant(const struct project *p, const char *name);
const struct scenario *project_scenario(const struct project *p, const char *name);
const struct variant *project_mutant(const struct project *p, const char *name);

/* What they are called, for "did you mean ...?"; boards are units and kinds. */
struct names project_marker_names(const struct project *p);
struct names project_kind_names(const struct project *p);
struct names project_board_names(const struct project *p);
struct names project_variant_names(const struct project *p);
struct names project_scenario_names(const struct project *p);
struct names project_mutant_names(const struct project *p);

/* Every glob that somebody asked for (NULL-terminated; NULL: none) must mean one of the names: one that does not is
 * more likely a slip than a wish for nothing. ERR_USAGE "no WHAT is called GLOB", with the nearest name as hint. */
int project_check_globs(const char *const *globs, const char *what, struct names names, struct err *e);

#endif
