/*
 * Boards that a run leaves on because the process of a session was killed: the run is still there, so it switches them off
 * itself at its end, instead of leaving that to who has them next.
 */
#ifndef RUNTEST_CLI_LEFTBEHIND_H
#define RUNTEST_CLI_LEFTBEHIND_H

#include "plan/plan.h"

/* Units of the plan that are marked as powered by this run, and that nobody has: they are switched off, one after the
 * other, each said on stderr. One that cannot be keeps its mark, and who has it next sees to it. */
void left_behind_switch_off(const struct plan *plan, const char *run);

#endif
