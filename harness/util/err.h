/*
 * What went wrong: what, where, the system's own error, and what to do about it.
 *
 * Library code returns 0, or a negative number with a `struct err` filled; it never prints and never exits.
 * The command at the top prints the error and turns its kind into the exit status.
 */
#ifndef RUNTEST_UTIL_ERR_H
#define RUNTEST_UTIL_ERR_H

#include <stddef.h>
#include <stdio.h>

enum err_kind {
	ERR_NONE = 0,
	ERR_USAGE,     /* the command line; exit 2 */
	ERR_CONFIG,    /* a YAML file of the project; exit 2 */
	ERR_IMAGE,     /* a boot image, ELF or report that is no such thing; exit 2 */
	ERR_BUILD,     /* a variant did not build; exit 1 */
	ERR_INFRA,     /* the lab: QEMU, power, console; exit 3 */
	ERR_IO,        /* the file system: not writable, full; exit 3 */
	ERR_CANCELLED, /* a signal; exit 130 or 143 */
	ERR_BUSY,      /* somebody else has it, and was waited for as long as was asked; exit 4 */
};

struct err {
	enum err_kind kind;
	int sys;         /* errno when it mattered, else 0 */
	int about;       /* what is to blame, as err_about() was told, else 0 */
	char what[768];  /* one sentence, no full stop, no newline */
	char where[320]; /* "file:line:column" or a path; may be empty */
	char hint[384];  /* what to do; may be empty */
};

/* Fill `e`, forgetting what it held. Always returns -1, so that callers can `return err_set(...)`. e may be NULL. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same with ": strerror(errno)" behind it; keeps errno in e->sys. */
int err_sys(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Say where (line and column from 1; 0 leaves them out). Returns -1. */
int err_at(struct err *e, const char *file, int line, int column);

/* Say what to do. Returns -1. */
int err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "WHERE: error: WHAT" and "  hint: HINT" on `out`; control characters are made harmless. */
void err_print(FILE *out, const struct err *e);

/* Say what is to blame: a number that means something to the rooms that use it (board/: an enum unit_part). Returns -1. */
int err_about(struct err *e, int about);

/* The exit status a command that stops on this error has. */
int err_exit_status(const struct err *e);

/* Several errors in the order found: configuration reports all of them in one go. */
struct err_list {
	struct err *items;
	size_t count, room;
};

void err_list_init(struct err_list *l);
void err_list_finish(struct err_list *l);
/* A fresh item at the end, zeroed; valid until the next add. */
struct err *err_list_add(struct err_list *l);
void err_list_print(FILE *out, const struct err_list *l);

#endif
