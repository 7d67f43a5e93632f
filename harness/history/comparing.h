/* What the parts of a comparison of runs share. */
#ifndef RUNTEST_HISTORY_COMPARING_H
#define RUNTEST_HISTORY_COMPARING_H

#include "history/regressions.h"
#include "history/window.h"

struct comparing {
	struct history *h;
	struct regressions *out;
	struct arena scratch;  /* rows */
	struct window now;     /* runs[0]: the run that is judged; then those since, whose boot times count with its own */
	struct window before;  /* runs[0]: what it is compared with; then the ones before */
	size_t room;           /* of out->items */
};

/* Which verdict says most about several repeats: 0: it says nothing about the software, 1: as demanded, more: it is not. */
int comparing_weight(enum verdict v);

/* Another change, with its session's name. NULL: the database did not tell it. */
struct session_change *comparing_add(struct comparing *c, enum change change, int64_t series, struct err *e);

/* Boot times: adds CHANGE_SLOWER, and fills what `out` says of all sessions together (slower.c). */
int comparing_times(struct comparing *c, struct err *e);

/* Which part of the boot has grown most (growth.c). */
int comparing_growth(struct comparing *c, int64_t series, struct slowness *s, struct err *e);

#endif
