/* What may stand at a place of a command line, by the synopsis and the help of its command. Pure. */
#ifndef RUNTEST_MANUAL_CURSOR_H
#define RUNTEST_MANUAL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "manual/helptext.h"
#include "util/mem.h"

struct cursor {
	const char *prefix;       /* what is there already of the word, or of the option's value */
	const char *before;       /* what stands in front of that in the same word: "--board=", or "" */
	const char *option;       /* whose value it is: "--board"; NULL: it is a word of its own */
	const char *const *wants; /* "SCENARIO", "RUN/SESSION", "on", ...: in capitals what kind of word, else the word itself;
				     NULL-terminated; NULL: none */
	bool options;             /* names of options may stand there */
};

/*
 * `words` are those behind the command's name, the last of them the one that is being typed; count >= 1. `synopsis` is as
 * struct command has it. Lists and texts come from `a`, or are the caller's.
 */
void cursor_find(struct cursor *c, const char *synopsis, const struct help_words *help, char *const *words, size_t count,
		 struct arena *a);

#endif
