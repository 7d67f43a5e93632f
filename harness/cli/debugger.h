/* gdb on a recorded boot. */
#ifndef RUNTEST_CLI_DEBUGGER_H
#define RUNTEST_CLI_DEBUGGER_H

#include "cli/sessions.h"
#include "replay/recording.h"

/*
 * Start the boot again and gdb (gdb-multiarch) in the foreground with the symbols of kernel, loader and monitor, at the place
 * that `at` names (cli/station.h, or one of gdb's own), before the first instruction without one. `boot` from 1; 0: that in
 * which the place is, or the first. The board's console is printed as it comes. gdb can go back in time. Returns the exit
 * status, when gdb has ended; the replayed machine goes with it.
 */
int debugger_run(const struct recording *rec, const struct past_session *s, long boot, const char *at);

#endif
