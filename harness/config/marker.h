/*
 * What boot software prints, as boards/markers/NAME.yaml tells it: which text shows that the boot has come so far, which
 * one that the software has failed and how, which one that the lab is in trouble. Sessions recognise phases by them, so
 * that somebody who brings other software writes a table and no C. All of it lives in the project's arena.
 */
#ifndef RUNTEST_CONFIG_MARKER_H
#define RUNTEST_CONFIG_MARKER_H

#include <stdbool.h>
#include <stddef.h>

#include "config/cases.h"
#include "result/verdict.h"

/* What a text shows. */
enum marker_kind {
	MARKER_MARK,    /* progress: the phase of the boot called `mark` is reached */
	MARKER_CAUSE,   /* the software has failed */
	MARKER_TROUBLE, /* the lab is at fault */
	MARKER_TELLS,   /* where an untyped lies; looked up when memory was lost */
};

/* Is the phase passed by every boot? */
enum marker_comes {
	MARKER_COMES_ALWAYS,
	MARKER_COMES_SOMETIMES, /* never named as what was to come next */
};

/* What ends with it. */
enum marker_ends {
	MARKER_ENDS_NOTHING,
	MARKER_ENDS_BOOT, /* from here on the test runs */
};

/* The groups of a text that tells where an untyped lies; hexadecimal with 0x, or decimal. */
#define MARKER_START "start" /* physical address */
#define MARKER_END "end"     /* exclusive; or: */
#define MARKER_BITS "bits"   /* its size is 1 << bits */

struct marker {
	struct text_pattern text;
	const char *by;           /* who says it: "loader", "kernel" */
	enum marker_kind kind;
	const char *mark;         /* MARKER_MARK: name of the phase */
	enum marker_ends ends;
	enum marker_comes comes;
	const char *answer;       /* MARKER_MARK: typed when it comes, where the scenario leaves answers to the tables; or NULL */
	enum cause cause;         /* MARKER_CAUSE */
	const char *trouble;      /* MARKER_TROUBLE: what is wrong, a sentence */
	int tells;                /* MARKER_TELLS: 0, an untyped */
	int line;
};

enum marker_use {
	MARKER_USE_ALWAYS,     /* on every board whose kind does not choose its tables */
	MARKER_USE_WHEN_NAMED, /* only where a board kind or a scenario names it */
};

struct marker_table {
	const char *name;
	const char *about;             /* one line */
	enum marker_use use;
	const struct marker *markers;  /* where two fit the same place, the first one counts */
	size_t count;
	const char *file;
	int line;
};

#endif
