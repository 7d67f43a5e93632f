/*
 * The words of a command line as a table: what each is called, what it takes, where that goes, and its help. Commands
 * that understand the same words (`run`, `submit`) share a table, and add one of their own.
 */
#ifndef RUNTEST_CLI_OPTION_TABLE_H
#define RUNTEST_CLI_OPTION_TABLE_H

#include <stddef.h>

#include "cli/command.h"
#include "util/buf.h"
#include "util/mem.h"

enum option_kind {
	OPTION_HEADING, /* no word: `help` stands alone above those that follow */
	OPTION_FLAG,    /* takes no value: sets a bool */
	OPTION_TEXT,    /* const char *: the last one counts */
	OPTION_ONCE,    /* const char *: a second one is a mistake */
	OPTION_TEXTS,   /* const char *const *: a NULL-terminated list, in their order */
	OPTION_COUNT,   /* int, from `least` to `most` */
	OPTION_TIME,    /* int64_t: milliseconds, from `least` */
	OPTION_OWN,     /* `take` does it */
};

struct option_row {
	enum option_kind kind;
	char letter;       /* -v too, or 0 */
	const char *name;  /* without its dashes */
	const char *value; /* what the help calls it; NULL: none is taken */
	size_t at;         /* offsetof() in the table's struct */
	long least, most;
	/* 0, or the exit status (2) after what is wrong was reported. `into` is the table's struct. */
	int (*take)(const struct command *c, void *into, struct arena *a, const char *value);
	const char *help;  /* its lines are put below each other */
};

struct option_table {
	const struct option_row *rows;
	size_t count;
};

/* A table, and the struct that its values go into. */
struct option_place {
	const struct option_table *table;
	void *into;
};

/* All options of the command line, from one of `count` places; optind stands at the first other word then. 0, or the
 * exit status (2) after what is wrong was reported. Lists come from `a`; texts are the command line's own. */
int option_places_parse(const struct command *c, const struct option_place *places, size_t count, int argc, char **argv,
			struct arena *a);

/* As `--help` shows it. */
void option_table_text(const struct option_table *table, struct buf *out);

#endif
