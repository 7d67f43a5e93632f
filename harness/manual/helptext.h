/*
 * The text of `runtest COMMAND --help`, taken apart: manual pages and shell completion are made from it, so that what is
 * said in one place is said in all. The layout that it is read by is the one that people see:
 *
 *   Heading:                      one line, and what stands below it is indented
 *     --option VALUE   its text   a word, two spaces, a text whose further lines begin below its first
 *     a command to type           indented, and no text behind it: shown as it is
 *   Anything else is a paragraph.
 */
#ifndef RUNTEST_MANUAL_HELPTEXT_H
#define RUNTEST_MANUAL_HELPTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/mem.h"

enum help_kind {
	HELP_HEADING,   /* text: without its colon */
	HELP_PARAGRAPH, /* text: its lines joined */
	HELP_ENTRY,     /* tag, and text, whose lines stay lines where they are indented further */
	HELP_LITERAL,   /* text: lines as they are, without their common indentation */
};

struct help_item {
	enum help_kind kind;
	const char *tag; /* of an entry: "-v, --verbose", "--board GLOB", "on, off" */
	const char *text;
};

struct help {
	struct help_item *items;
	size_t count;
};

/* All of it comes from `a`. Any text can be taken apart. */
void help_parse(struct help *h, const char *text, struct arena *a);

/* One word of an entry's tag: "--board GLOB" has the name "--board" and the value "GLOB". */
struct help_word {
	const char *name;
	const char *value; /* NULL: it takes none */
	const char *text;  /* the entry's */
};

struct help_words {
	struct help_word *words;
	size_t count;
};

/* Every word of every entry, options or others, in their order; from `a`. */
struct help_words help_words(const struct help *h, struct arena *a);

/* The option of that name ("--board", "-v"), or NULL. */
const struct help_word *help_option(const struct help_words *w, const char *name);

#endif
