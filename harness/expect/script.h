/*
 * An expect(1) script that holds the console: the scenario's step `script: login.exp`. See docs/scripts.md for what a
 * script may do and how it says that something is wrong.
 */
#ifndef RUNTEST_EXPECT_SCRIPT_H
#define RUNTEST_EXPECT_SCRIPT_H

#include "expect/dialogue.h"

/*
 * Start the interpreter on the script (an absolute path) and wait until it is up, at most ready_ms. What the script
 * prints (puts, send_user, its errors, and the dialogue it holds) goes to the descriptor `log`.
 *
 * ERR_CONFIG: the script cannot be read; ERR_INFRA: expect is not there or does not come up; ERR_CANCELLED. Its exit
 * status (dialogue_ended, dialogue_end) is 0 when all went well; an error in the script makes it 1.
 */
struct dialogue *script_start(const char *path, int log, int ready_ms, struct err *e);

#endif
