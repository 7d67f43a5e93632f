/*
 * What a page carries of each session besides its result: a page of very many sessions cannot have everything. Decided
 * before anything is packed, from the files' sizes alone, so that packing needs no order. Sessions that are not ok come
 * first; of the others the page has only what a small run has.
 */
#ifndef RUNTEST_HTML_CHOICE_H
#define RUNTEST_HTML_CHOICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/journal.h"

/* Files that are larger are left to their folder, each in bytes. */
enum {
	CHOICE_OF_CONSOLE = 64 << 20, /* its last part stays */
	CHOICE_OF_INDEX = 32 << 20,   /* likewise */
	CHOICE_OF_FILE = 4 << 20,
};

struct html_carried {
	bool well;       /* ok or skipped */
	bool told;       /* its failure, as in the terminal */
	bool whole;      /* all of its result, as the journal has it */
	bool console;
	bool map;        /* the survival map */
	bool memory;     /* differences of memory */
	uint64_t before; /* bytes of the console that are left out: its beginning */
	int build;       /* place in `builds`; -1: none */
};

struct html_choice {
	struct html_carried *of; /* by place in the plan */
	size_t *consoles;        /* places of those whose consoles are carried */
	size_t console_count;
	json_t *builds;          /* array: manifests of the images */
};

/* Must be finished. */
void html_choose(struct html_choice *c, const struct run_record *r);
void html_choice_finish(struct html_choice *c);

/* A session's file, malloc'd; NULL: it has none. */
char *html_path_of(const struct run_record *r, const struct session_result *s, const char *file);

#endif
