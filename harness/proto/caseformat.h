/* What a format of test results brings (one file each: tap.c, ktap.c, sel4test.c), and what it may do to the cases. */
#ifndef RUNTEST_PROTO_CASEFORMAT_H
#define RUNTEST_PROTO_CASEFORMAT_H

#include "proto/cases.h"

struct cases_format {
	const char *name;
	bool (*opens)(const char *line, size_t n); /* output of this format begins with such a line, and no other's */
	speaker_language *what;                    /* what a piece of a line is by itself */
	void *(*create)(void);                     /* the state that goes with one output */
	void (*destroy)(void *state);
	bool (*line)(struct cases *c, const char *line, size_t n); /* true: it is part of the output */
	void (*end)(struct cases *c);
};

extern const struct cases_format cases_tap, cases_ktap, cases_sel4test;

/*
 * A case whose result has come. The name is cut to what may be kept; an empty one becomes "test NUMBER". NULL when
 * there are too many, which is a fault.
 */
struct test_case *cases_add(struct cases *c, const char *name, size_t n, enum case_outcome outcome, int number);

/* Its outcome is another one after all. */
void cases_change(struct cases *c, struct test_case *t, enum case_outcome outcome);

/* Another line of diagnostics for a text that keeps at most CASES_TEXT_MAX bytes. */
void cases_say(struct buf *text, const char *line, size_t n);

/* The cases from the first-th on belong to this parent: its name goes before theirs. */
void cases_adopt(struct cases *c, size_t first, const char *parent);

/* What is wrong with the output, one sentence. */
void cases_fault(struct cases *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "12.5" to millionths of the unit (0.5 s is 500000); -1: no decimal number. Stops behind it: *end, if not NULL. */
int64_t cases_decimal(const char *text, size_t n, size_t *end);

#endif
