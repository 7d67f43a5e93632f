/*
 * Reading a YAML tree into the C object that a description promises. All mistakes are reported, each at its place; a
 * value with a mistake stays zeroed, and a list keeps one element per element written, so that reading can go on.
 */
#ifndef RUNTEST_CONFIG_READ_H
#define RUNTEST_CONFIG_READ_H

#include "config/mistake.h"
#include "config/schema.h"
#include "util/mem.h"
#include "util/names.h"

struct project;

/* Where the value of a field was written. */
struct place {
	const void *field;
	const struct yaml *node;
};

struct reader {
	struct arena *arena;           /* of the project: everything read lives there */
	struct mistakes mistakes;
	const char *folder;            /* absolute folder of the file: relative paths in it start there */
	const char *stem;              /* the file's name without folder and suffix */
	const struct project *project; /* what has been read before, for references; boards first, scenarios last */
	struct place *places;
	size_t place_count, place_room;
};

/* `file` is relative to the project's root and outlives the reader. */
void reader_init(struct reader *r, const struct project *p, struct arena *a, const char *file,
		 struct err_list *errors);
void reader_finish(struct reader *r);

/* Read the whole tree into *out (s->size zeroed bytes). */
void reader_read(struct reader *r, const struct schema *s, const struct yaml *root, void *out);

/* For parse functions: "KEY: expected EXPECTED, found THIS" at the node. */
void reader_refuse(struct reader *r, const struct schema *s, const struct yaml *n);

/* For parse functions: any other mistake at the node. */
void reader_refuse_text(struct reader *r, const struct yaml *n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* For record checks: a mistake where `field` (an address inside the record) was written. */
void reader_mistake(struct reader *r, const void *field, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* What to do about the last one. */
void reader_hint(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "did you mean ...?" as the hint when one of the names is near `word`, else `otherwise` (may be NULL). */
void reader_hint_nearest(struct reader *r, const char *word, struct names names, const char *otherwise);

/* Was the field written in the file, well or ill? */
bool reader_has(const struct reader *r, const void *field);

#endif
