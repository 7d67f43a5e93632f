/*
 * What has changed from one run to another: sessions that fail, are vacuous or flaky and were not, those that pass again,
 * those without a result, and those that take longer, with the statistics that say so. docs/history.md has the rules.
 */
#ifndef RUNTEST_HISTORY_REGRESSIONS_H
#define RUNTEST_HISTORY_REGRESSIONS_H

#include "history/runs.h"
#include "history/stats.h"
#include "result/verdict.h"

/* The first four are regressions. */
enum change { CHANGE_FAILING, CHANGE_VACUOUS, CHANGE_FLAKY, CHANGE_SLOWER, CHANGE_PASSING, CHANGE_MISSING, CHANGES };
const char *session_change_name(enum change c);  /* "newly-failing", as in JSON */
bool change_is_regression(enum change c);

/* All repeats of one session in one run. */
struct outcome {
	int results;          /* that say something about the software; 0: there are none */
	int bad;              /* of those, not as demanded */
	enum verdict verdict; /* the worst */
	const char *cause;    /* of that; "": none */
};

/* How long its boots take, microseconds from power-on to the verdict. */
struct slowness {
	size_t before, now;                /* how many there are */
	double before_us, now_us;          /* medians */
	struct stats_interval shift;       /* of `now` against the median before: 0.1 is 10 % longer */
	double p;                          /* Mann-Whitney, one-sided */
	const char *mark;                  /* the part of the boot that has grown most ends with it; "": not known */
	double mark_us;                    /* by so much */
};

struct session_change {
	enum change change;
	const char *session; /* without its repeat */
	struct outcome before, now;
	const char *before_run; /* the run that `before` is of; "": it is new */
	const char *why;     /* of a bad result now; "" */
	const char *quarantine; /* the entry that excuses it; "": none */
	bool other_image;    /* than before */
	const char *parameters; /* how they differ from those before: "n=7 before, n=9 now"; "": they do not */
	struct slowness slow; /* CHANGE_SLOWER */
};

/* All sessions together. */
struct slowness_overall {
	size_t sessions; /* with boot times before and now */
	double ratio;    /* median of how much longer each takes: 1.0: as before */
	double p;        /* sign test, one-sided */
	bool slower;     /* that much, and that sure: a regression by itself */
};

struct regressions {
	struct arena arena;
	struct history_run now, before;
	bool chosen;               /* `before` was not given, but found */
	size_t sessions, common;   /* of the run; of those, with something before to compare with */
	size_t still_bad;          /* not as demanded, as before */
	size_t tested;             /* for their boot times */
	size_t too_few;            /* not tested: no outcome could be significant */
	size_t window;             /* runs that boot times before come from */
	struct session_change *items; /* by change, then by session */
	size_t count;
	size_t by_change[CHANGES], excused; /* excused: regressions in quarantine */
	struct slowness_overall overall;
};

/* At least so much longer, and significant with so many false alarms expected, counts as slower. */
#define REGRESSIONS_EFFECT 0.10
#define REGRESSIONS_FALSE 0.05

/*
 * `run`, or the latest one (NULL), against `since`; NULL: the last run before it that is like it. Filled by it, to be
 * finished even on error. ERR_USAGE: no such run, or nothing to compare with.
 */
int regressions_find(struct history *h, const char *run, const char *since, struct regressions *r, struct err *e);
void regressions_finish(struct regressions *r);

/* Is there any that no quarantine excuses? */
bool regressions_any(const struct regressions *r);

#endif
