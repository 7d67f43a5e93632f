/* Numbers that a scenario leaves open: with a default, and set with `run --set NAME=N`. */
#ifndef RUNTEST_CONFIG_PARAMETER_H
#define RUNTEST_CONFIG_PARAMETER_H

#include "config/schema.h"

enum { PARAMETER_MAX = 1000000 };

struct parameter {
	const char *name;
	const char *about;
	int fallback, least, most;
	int line;
};

/* How often, or from which number on: a number, or a parameter's name. */
struct amount {
	int number;            /* when there is no parameter */
	const char *parameter; /* or NULL */
};

extern const struct schema schema_parameters; /* an array of struct parameter */
extern const struct schema schema_amount;     /* struct amount */

#endif
