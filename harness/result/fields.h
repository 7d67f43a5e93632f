/*
 * Which member of a struct is which key of a JSON object, said once in a table: the same table writes the object and
 * reads it back. Reading is strict about types and lenient about keys: an unknown one is passed over, a missing one
 * leaves the member zero. A required one must be there and not null.
 */
#ifndef RUNTEST_RESULT_FIELDS_H
#define RUNTEST_RESULT_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"
#include "util/mem.h"

struct field;

/* How one sort of member travels. `base` is the struct; its member lies at base + f->at. */
struct field_type {
	const char *name; /* for the error: "a text", "a number" */
	json_t *(*write)(const void *base, const struct field *f, bool sparse);
	int (*read)(void *base, const struct field *f, const json_t *v, struct arena *a); /* -1: it is no such thing */
	bool null_tells; /* null is another value than the member's zero */
};

struct field_list {
	size_t size; /* of the struct */
	const struct field *fields;
	size_t count;
};

struct field {
	const char *key;
	const struct field_type *type;
	size_t at;
	size_t also;                 /* a second member: the count of an array */
	const struct field_list *of; /* of an object, or of an array's elements */
	bool required;
};

extern const struct field_type field_text;    /* const char *, NULL is null; made valid UTF-8 on the way out */
extern const struct field_type field_texts;   /* const char *const *, NULL-terminated; NULL is [] */
extern const struct field_type field_bool;    /* bool */
extern const struct field_type field_int;     /* int */
extern const struct field_type field_count;   /* unsigned */
extern const struct field_type field_int64;   /* int64_t */
extern const struct field_type field_uint64;  /* uint64_t; beyond INT64_MAX, which JSON readers lose, INT64_MAX */
extern const struct field_type field_address; /* uint64_t as "0x6024b000" */
extern const struct field_type field_verdict; /* enum verdict */
extern const struct field_type field_cause;   /* enum cause; CAUSE_NONE is null */
extern const struct field_type field_object;  /* a struct inside (or the same struct: at 0), described by `of` */
extern const struct field_type field_array;   /* pointer at `at`, size_t at `also`, elements described by `of` */

/* Entries of a table: AT a member; NEEDS one that must be there; PART is an object in JSON whose members stand in the
 * same struct; INSIDE is a struct within the struct; MANY are the elements of an array. */
#define AT(type_, key_, member_, sort_) {.key = key_, .type = &field_##sort_, .at = offsetof(struct type_, member_)}
#define NEEDS(type_, key_, member_, sort_) \
	{.key = key_, .type = &field_##sort_, .at = offsetof(struct type_, member_), .required = true}
#define PART(key_, list_) {.key = key_, .type = &field_object, .of = &(list_)}
#define INSIDE(type_, key_, member_, list_) \
	{.key = key_, .type = &field_object, .at = offsetof(struct type_, member_), .of = &(list_)}
#define MANY(type_, key_, member_, number_, list_) \
	{.key = key_, .type = &field_array, .at = offsetof(struct type_, member_), \
	 .also = offsetof(struct type_, number_), .of = &(list_)}
#define FIELDS(table_, type_) {sizeof(type_), table_, sizeof(table_) / sizeof(table_)[0]}

/* A text made valid UTF-8, null for NULL; for types that put their text together themselves. */
json_t *fields_text(const char *s);

/* A new object; the caller owns it. `sparse` leaves out what a missing key is read as: null, 0, false, empty lists. */
json_t *fields_write(const struct field_list *list, const void *base, bool sparse);

/* Fill *base, which is zeroed; texts and arrays come from the arena. ERR_IO names the key. */
int fields_read(const struct field_list *list, void *base, const json_t *object, struct arena *a, struct err *e);

#endif
