/*
 * Test results that guest software prints for a machine to read, in one of the formats of cases_format_name(). A pure
 * codec: lines of a console go in, cases and faults come out; no I/O.
 *
 * A *case* is one test's result. A *fault* is what is wrong with the output itself: a plan that was not kept, a number
 * that came twice, an end that never came. With a fault the output proves nothing, however many cases passed.
 *
 * The console is shared: lines of others in between are passed over. A line that another speaker cut in two is put
 * together again where it can be told (cases_options.others); where it cannot, something is missing, and that is a
 * fault. Whatever is printed, memory stays bounded by the enum below.
 *
 * Order of calls: init, line for every line, end when no more comes, then read; finish frees everything.
 */
#ifndef RUNTEST_PROTO_CASES_H
#define RUNTEST_PROTO_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/speaker.h"
#include "util/buf.h"

enum {
	CASES_MAX = 10000,      /* cases of one output; more are a fault, and reading stops */
	CASES_NAME_MAX = 256,   /* bytes of a name with the names of its parents; the rest is left out */
	CASES_TEXT_MAX = 1024,  /* bytes of diagnostics that are kept of a case */
	CASES_FAULTS_KEPT = 16, /* of more faults only the number is known */
};

enum case_outcome {
	CASE_PASS,
	CASE_FAIL,
	CASE_SKIP, /* it was not run, says the guest */
	CASE_TODO, /* it is known not to pass yet, says the guest */
	CASE_OUTCOMES
};
const char *case_outcome_name(enum case_outcome o); /* "pass", "fail", "skip", "todo" */

/* When a line came: milliseconds since power-on, and its first byte in the console's log. */
struct cases_place {
	int64_t at_ms;
	uint64_t offset;
};

struct test_case {
	char *name; /* "suite/case" when tests are nested; never empty */
	enum case_outcome outcome;
	int number;      /* as the guest counts; 0: it does not */
	int64_t time_us; /* how long it took, as the guest says; -1: it does not */
	struct buf text; /* reason and diagnostics, lines that end in LF; may be empty */
	struct cases_place place; /* of the line that gave its result */
};

struct cases_options {
	const char *format;        /* a name of cases_format_name(); NULL: whichever begins first */
	const char *prefix;        /* what stands before every line of it; NULL: nothing */
	const char *const *others; /* how lines of other speakers begin; NULL-terminated; NULL: not known */
};

struct cases_format;

struct cases {
	const struct cases_format *format; /* NULL: not known yet */
	struct test_case *items;           /* in the order in which they came */
	size_t count, room;
	unsigned outcomes[CASE_OUTCOMES]; /* how many there are of each */
	int planned;                      /* results that it promised at its outermost level; -1: none */
	int came;                         /* results that came at its outermost level */
	char *faults[CASES_FAULTS_KEPT];  /* the first ones, one sentence each */
	unsigned fault_count;
	bool begun;    /* something of it has come */
	bool complete; /* it has come to the end that it promised; what still follows is read all the same */
	bool over;     /* reading on is useless: it gave up, or there was too much of it */

	struct speaker speaker;
	struct cases_place place; /* of the line being read */
	void *state;              /* the format's */
};

const char *cases_format_name(int i); /* the i-th format's name; NULL behind the last */

const char *cases_format_of(const struct cases *c); /* the one it is in; NULL: not known yet */

/* The options' texts are borrowed until finish. The format, if named, exists. */
void cases_init(struct cases *c, const struct cases_options *o);
void cases_finish(struct cases *c);

/* One line without its end, cleaned of escapes. True when it was the output's, or a piece of it. */
bool cases_line(struct cases *c, const char *line, size_t n, struct cases_place place);

/* No more lines: whatever is missing becomes a fault. `cut` says why they stop too early; NULL: they just end. */
void cases_end(struct cases *c, const char *cut);

/* Nothing failed, nothing is at fault, and something passed. After cases_end(). */
bool cases_passed(const struct cases *c);

/* The first case that failed, or NULL. */
const struct test_case *cases_first_failed(const struct cases *c);

#endif
