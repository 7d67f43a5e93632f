/* Sessions that are not as demanded now, and were: since which run, and what they came to before. docs/history.md has the rules. */
#ifndef RUNTEST_HISTORY_WORSE_H
#define RUNTEST_HISTORY_WORSE_H

#include <jansson.h>

#include "history/runs.h"
#include "result/verdict.h"

struct worse_session {
	const char *session;         /* without its repeat */
	struct history_run good;     /* the last run in which it was as demanded */
	struct history_run since;    /* the first one after that in which it was not */
	struct history_run now;      /* the newest one that says anything of it */
	enum verdict before;         /* in `good`, the worst of its repeats */
	enum verdict verdict;        /* in `now`, likewise; whose repeat, cause, reason and quarantine these are */
	enum cause cause;
	int repeat;
	int since_repeat, good_repeat; /* likewise of those */
	const char *why, *quarantine; /* "": none */
	int runs;                    /* in so many it was not as demanded, from `since` to `now` */
	bool other_image;            /* in `since` than in `good` */
};

struct worse_list {
	struct arena arena;
	struct worse_session *items; /* the newest change first */
	size_t count, excused;       /* excused: of these, in quarantine */
	size_t sessions;             /* with results that say something of the software */
	size_t never_good;           /* of those: not as demanded in any of these runs */
	struct history_run from, to; /* in these; to.run NULL: there is none */
	size_t runs;
};

/* In the last 200 runs, those of mutants aside, or as many of them as have 100,000 sessions planned together. Filled by it, to
 * be finished even on error. */
int worse_find(struct history *h, struct worse_list *l, struct err *e);
void worse_finish(struct worse_list *l);

/* One session as an object. The caller has it. */
json_t *worse_json(const struct worse_session *w);

#endif
