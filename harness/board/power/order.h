/*
 * Commands that switch something: programs of this machine, and command lines on a lab host. One has done it when it ends
 * with status 0; what it leaves running is nobody's business here, and may keep its output.
 */
#ifndef RUNTEST_BOARD_POWER_ORDER_H
#define RUNTEST_BOARD_POWER_ORDER_H

#include "board/power/switch.h"
#include "config/power.h"
#include "util/buf.h"

enum { ORDER_OUTPUT_MAX = 64 * 1024 }; /* bytes that are kept: the first ones */

/* Its output (both kinds) goes to `out`. ERR_INFRA with its last words, or ERR_CANCELLED. */
int order_here(const char *const *argv, const struct switch_wait *wait, struct buf *out, struct err *e);
int order_there(const struct ssh_host *host, const char *command, const struct switch_wait *wait, struct buf *out,
		struct err *e);

/* What such an output says; ERR_INFRA when it is neither of the two, or both. `by` is what printed it. */
int order_reading(const struct buf *out, const struct text_pattern *on, const struct text_pattern *off, const char *by,
		  enum power_state *state, struct err *e);

#endif
