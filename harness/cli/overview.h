/* What `runtest --help` and the manual page runtest(1) say of all commands together; and what is said of one. */
#ifndef RUNTEST_CLI_OVERVIEW_H
#define RUNTEST_CLI_OVERVIEW_H

#include "cli/command.h"
#include "util/buf.h"

extern const char overview_synopsis[]; /* one way in each line */
extern const char overview_about[];    /* one line, for the page's name */

/* What stands between the synopsis and the list of commands, and below that. */
void overview_head(struct buf *out);
void overview_tail(struct buf *out);

/* What `runtest COMMAND --help` says below the command's line of purpose. */
void overview_of_command(const struct command *c, struct buf *out);

#endif
