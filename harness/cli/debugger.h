/* gdb on a recorded boot. */
#ifndef RUNTEST_CLI_DEBUGGER_H
#define RUNTEST_CLI_DEBUGGER_H

#include "cli/sessions.h"
#include "replay/recording.h"

/*
 * Start the boot again, standing still before its first instruction, and gdb (gdb-multiarch) in the foreground with the
 * symbols of kernel, loader and monitor; `at` (or NULL) is where it goes first. The board's console is printed as it
 * comes. Returns the exit status, when gdb has ended; the replayed machine goes with it.
 */
int debugger_run(const struct recording *rec, const struct past_session *s, unsigned boot, const char *at);

#endif
