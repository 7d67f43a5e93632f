/* The step that reads the guest's own test results, as a scenario describes it. */
#ifndef RUNTEST_CONFIG_CASES_H
#define RUNTEST_CONFIG_CASES_H

#include "config/schema.h"

/* A text to look for: a PCRE2 regular expression over the console with ANSI escapes, NULs and CRs taken out. */
struct text_pattern {
	const char *regex;
	const char *file; /* where it was written: every evidence points back at its line */
	int line;
};

struct step_cases {
	const char *format;        /* a name of cases_format_name() in proto/cases.h; NULL: whichever begins first */
	const char *from;          /* the protection domain that prints them; NULL: not said */
	const char *prefix;        /* stands before every line of it; NULL: nothing */
	const char *const *others; /* how lines of other speakers begin; NULL-terminated or NULL */
	struct text_pattern until; /* the line with this text is the last one; regex NULL: the plan tells the end */
};

extern const struct schema schema_cases; /* struct step_cases */

#endif
