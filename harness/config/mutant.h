/* Mutants: what their file has beyond that of the variants. */
#ifndef RUNTEST_CONFIG_MUTANT_H
#define RUNTEST_CONFIG_MUTANT_H

struct schema;

/* A mapping from scenarios to the verdict with which they must catch a mutant: an array of struct mutant_demand. */
extern const struct schema schema_caught_by;

#endif
