/* Names by their numbers: every name stands once in the database, and is asked for once. */
#ifndef RUNTEST_HISTORY_WORDS_H
#define RUNTEST_HISTORY_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "history/db.h"
#include "util/mem.h"

struct word_entry {
	const char *text; /* NULL: free */
	int64_t id;
};

/* A table from texts to numbers. */
struct word_map {
	struct arena arena;
	struct word_entry *entries;
	size_t count, room; /* room: a power of two, or 0 */
};

int64_t word_map_get(const struct word_map *m, const char *text); /* 0: not there */
void word_map_put(struct word_map *m, const char *text, int64_t id);

/* What a session without its repeat is called, and what that is made of. */
struct series_name {
	const char *name, *scenario, *variant, *board, *config, *arch;
};

struct words {
	struct db *db;
	struct word_map words, series;
	struct db_statement *add_word, *find_word, *add_series, *find_series, *read_word, *read_series;
};

void words_init(struct words *w, struct db *db);
void words_finish(struct words *w);

/* Numbers that a transaction gave out are void when it was rolled back. */
void words_forget(struct words *w);

/* The number of a name, inside a transaction that writes. NULL is the empty word. */
int words_id(struct words *w, const char *word, int64_t *id, struct err *e);
int words_series(struct words *w, const struct series_name *n, int64_t *id, struct err *e);

/* The other way round, into the arena: "" for 0. */
int words_text(struct words *w, int64_t id, struct arena *a, const char **word, struct err *e);
int words_series_name(struct words *w, int64_t series, struct arena *a, const char **name, struct err *e);

#endif
