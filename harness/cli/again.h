/* This program once more, as a child: what a command does by means of other commands. */
#ifndef RUNTEST_CLI_AGAIN_H
#define RUNTEST_CLI_AGAIN_H

#include "cli/command.h"
#include "util/buf.h"

/*
 * `runtest WORDS` for the same project and lab. Its output is ours; with `said` (may be NULL) what goes to standard output is
 * kept there instead. A signal that ends us is passed on, and it has two minutes then to leave everything in order. Returns
 * its exit status, 128 + signal when it was killed, or -1: it could not be started.
 */
int again_run(const struct cli *cli, const char *root, const char *const *words, struct buf *said, struct err *e);

#endif
