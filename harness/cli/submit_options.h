/* What `runtest submit` understands besides the words of `runtest run`. */
#ifndef RUNTEST_CLI_SUBMIT_OPTIONS_H
#define RUNTEST_CLI_SUBMIT_OPTIONS_H

#include <stdbool.h>

#include "cli/option_table.h"

struct submit_options {
	bool detach;
	const char *database;      /* postgresql://...: plan and results go by it; NULL: by a folder that all share */
	const char *partition;
	const char *const *sbatch; /* NULL-terminated, or NULL */
};

extern const struct option_table submit_option_table;

#endif
