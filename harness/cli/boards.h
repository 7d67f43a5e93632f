/* The boards of a project as `runtest list boards` shows them: what there is, where it hangs, and who has it. */
#ifndef RUNTEST_CLI_BOARDS_H
#define RUNTEST_CLI_BOARDS_H

#include "config/project.h"
#include "util/buf.h"

/* One row for each unit, and for each kind of which there is none. */
void boards_table(const struct project *p, struct buf *out);

/* The same as a JSON array, with a line end. */
void boards_json(const struct project *p, struct buf *out);

#endif
