/* What a word of a command line could become: the names that the project and its results have. For shell completion. */
#ifndef RUNTEST_CLI_CANDIDATES_H
#define RUNTEST_CLI_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"
#include "util/mem.h"

struct candidate {
	const char *word;
	const char *about; /* one line, or NULL */
};

/* Words for the shell itself to complete: files, folders. */
#define CANDIDATES_FILES ":files"
#define CANDIDATES_FOLDERS ":folders"

struct candidates {
	struct arena *arena;
	const struct cli *cli;
	const char *results;  /* --results of the line, or NULL */
	bool mutants;         /* --mutants stands in the line: variants are mutants */
	struct candidate *list;
	size_t count, room;
};

void candidates_add(struct candidates *c, const char *word, const char *about);

/* Those of a kind of word ("SCENARIO", "RUN/SESSION"), or of the option's value ("--tag", or NULL), that begin with
 * `prefix`. Kinds that nobody can know (TIME, TEXT) have none. What cannot be read is passed over without a word. */
void candidates_of_kind(struct candidates *c, const char *kind, const char *option, const char *prefix);

#endif
