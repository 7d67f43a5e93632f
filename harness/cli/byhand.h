/*
 * A board unit that a person works on: found by its name, and its lock held, so that no session has it meanwhile.
 *
 * Working by hand does not switch off what it finds powered: the person may be looking for why it hangs. Who switches a
 * unit on by hand leaves a mark that says so (powered_mark with POWERED_BY_HAND), before power goes on as always, and
 * takes it away after an off that was verified; the next session finds it and begins by switching off.
 */
#ifndef RUNTEST_CLI_BYHAND_H
#define RUNTEST_CLI_BYHAND_H

#include <stdbool.h>

#include "cli/command.h"
#include "config/project.h"
#include "farm/lock.h"

struct by_hand {
	const struct command *command;
	struct project project;
	const struct board_unit *unit;
	struct unit_lock lock;
};

/* The project's boards and the unit among them; mistakes in other boards' files are printed and stop nothing. Errors are printed: 0, or the exit status (2), with a hint at the nearest name.
 * by_hand_end in either case. */
int by_hand_find(struct by_hand *h, const struct command *c, const struct cli *cli, const char *unit);

#define BY_HAND_FOR_EVER (-1)

/* Its lock, for "by hand: runtest COMMAND"; `console_log` as in struct lock_purpose. Somebody else's hold or reservation is
 * told on stderr and waited for, for so long (0: not at all); a signal ends that (cancel_init() first). 0, or the exit
 * status, printed: 4 when the board was not to be had in time. */
int by_hand_take(struct by_hand *h, int64_t wait_ms, const char *console_log);

/* The time of unit_lock_take() at which a wait that begins now ends. */
int64_t by_hand_patience(int64_t wait_ms);

/* For unit_lock_take(): tells on stderr whom one waits for. */
void by_hand_tell_waiting(void *ctx, const struct lock_holder *holder);

/* Another console.log to follow than by_hand_take was told; NULL: none. */
void by_hand_tell(struct by_hand *h, const char *console_log);

/* The lock is given back. Safe whatever was done before. */
void by_hand_end(struct by_hand *h);

#endif
