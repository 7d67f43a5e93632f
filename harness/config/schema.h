/*
 * How a YAML file is described: one table per kind of file, from which come its reading and every check of its form
 * (read.h), the JSON Schema for editors (jsonschema.h) and the reference for people (reference.h).
 *
 * A `struct schema` describes a value and the C object it becomes. Descriptions are constant and refer to each other;
 * they form no cycles but for keys marked `again`.
 */
#ifndef RUNTEST_CONFIG_SCHEMA_H
#define RUNTEST_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/yaml.h"

struct reader;
struct schema;

enum schema_shape {
	SCHEMA_SCALAR, /* a text, a number, a word: `parse` makes it the C object */
	SCHEMA_LIST,   /* elements of one sort: becomes a pointer to an array, one zeroed element behind the last */
	SCHEMA_SET,    /* a list of words, each at most once: becomes an unsigned with a bit 1 << NUMBER for each */
	SCHEMA_RECORD, /* a mapping with the keys of a table: becomes a struct */
	SCHEMA_NAMED,  /* a mapping from names of the user's to values of one sort: becomes an array like a list's */
	SCHEMA_EITHER, /* a bare word or a record, both becoming the same C object */
};

/* One key of a record. Tables end with an entry without a name. */
struct schema_key {
	const char *name;
	const char *doc;                /* one line; ends without a full stop */
	const struct schema *value;
	size_t at;                      /* offset of the field it becomes */
	size_t count_at;                /* lists: offset of the size_t with the number of elements; 0: not kept */
	bool boxed;                     /* the field is a pointer to the object, NULL when the key is not there */
	bool required;
	const char *unless;             /* not required where this key is there, from which it is inherited then */
	const char *fallback;           /* scalar that stands in when the key is not there */
	bool choice;                    /* of the keys so marked exactly one is there ... */
	int chosen;                     /* ... and its number goes to the record's choice_at */
	const char *const *beside;      /* allowed only beside one of these keys; NULL-terminated; NULL: always */
	const char *again;              /* its value contains this record in turn: where a JSON Schema has that described */
	const char *elsewhere;          /* not a key of this record, but often put here by mistake: where it belongs */
};

struct schema {
	enum schema_shape shape;
	const char *name;     /* what it is called in the reference: "duration", "phase" */
	const char *expected; /* as it ends the sentence "expected ..." */
	const char *doc;      /* more about it for the reference, one or two sentences; may be NULL */
	size_t size;          /* of the C object */

	/* scalars; `parse` sets *out or reports by reader_refuse() and the like */
	void (*parse)(struct reader *r, const struct schema *s, const struct yaml *n, void *out);
	const char *pattern;           /* ECMA 262 regular expression, for editors; NULL: any text */
	const char *const *words;      /* the words allowed, if there are few; NULL-terminated */
	const char *(*word_at)(int i); /* the same where the words belong to somebody else; NULL behind the last */
	int first;                     /* the number that the first word stands for */
	bool number;                   /* a number: an integer from min to max, or (with a pattern) a text as well */
	int min, max;

	/* lists and the named: what is in them, and at least how many */
	const struct schema *item;
	size_t least;

	/* records */
	const struct schema_key *keys;
	bool choice;                   /* some keys are marked as a choice */
	size_t choice_at;              /* offset of the int that says which */
	size_t line_at, file_at;       /* offsets of the fields that say where it was written; 0: none */
	/* what the table cannot say; fields may be unset after mistakes */
	void (*check)(struct reader *r, void *record);

	/* the named: what a name is, and an element of the array: its size, and where in it name, value and line are */
	const struct schema *key;
	size_t element_size, key_at, value_at, element_line_at;

	/* either: a word of a few, or any scalar where `word` has none */
	const struct schema *word, *record;
};

/* One kind of file. */
struct schema_file {
	const char *name;  /* "board-kind", as `runtest check --schema` takes it */
	const char *where; /* "boards/kinds/NAME.yaml" */
	const char *about; /* a sentence or two */
	const struct schema *root;
};

/* Every kind of file, in the order in which they are read. */
extern const struct schema_file schema_files[];
extern const size_t schema_file_count;

const struct schema_file *schema_file_find(const char *name); /* NULL: no such kind of file */

/* The i-th word of a scalar, or NULL. */
const char *schema_word(const struct schema *s, int i);

/* The number of the word, or -1 (words are few; numbers are never negative). */
int schema_word_number(const struct schema *s, const char *word);

#endif
