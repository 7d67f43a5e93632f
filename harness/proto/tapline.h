/*
 * One line of TAP or KTAP, taken apart. Which of its parts count is the format's business.
 *
 * Sources: testanything.org/tap-version-13-specification.html and tap-version-14-specification.html (TAP);
 * Documentation/dev-tools/ktap.rst of the Linux kernel (KTAP).
 */
#ifndef RUNTEST_PROTO_TAPLINE_H
#define RUNTEST_PROTO_TAPLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/speaker.h"

enum tap_kind {
	TAP_OTHER,   /* no line of TAP: somebody else's */
	TAP_BLANK,
	TAP_VERSION, /* "TAP version 14", "KTAP version 1" */
	TAP_PLAN,    /* "1..N", with a reason behind "#" */
	TAP_POINT,   /* "ok", "not ok": a result */
	TAP_BAIL,    /* "Bail out!", with a reason */
	TAP_PRAGMA,  /* "pragma +strict" */
	TAP_SUBTEST, /* "# Subtest: NAME" */
	TAP_COMMENT, /* any other "# ..." */
};

enum tap_directive {
	TAP_PLAIN, /* none that is known */
	TAP_SKIP,
	TAP_TODO,
	TAP_XFAIL,   /* this and the following in KTAP only */
	TAP_TIMEOUT,
	TAP_ERROR,
};

struct tap_text {
	const char *at; /* into the line */
	size_t len;
};

struct tap_line {
	enum tap_kind kind;
	size_t indent;        /* blanks before it */
	bool ktap;            /* of a version: KTAP's */
	bool ok;              /* of a result */
	int number;           /* of a result: 0 none; of a plan: N. INT_MAX when it is too large to be true */
	struct tap_text text; /* description, reason, name, or the comment with its "#" */
	enum tap_directive directive;
	struct tap_text reason; /* behind the directive, or behind a "#" with no directive */
	int64_t time_us;        /* of a result with "# time=5ms"; -1: none */
};

void tap_line_read(struct tap_line *l, const char *line, size_t n);

/* What a piece of a line is by itself: "# SKIP" could be a comment, or the end of a result. */
enum speaker_piece tap_line_what(const char *line, size_t n);

#endif
