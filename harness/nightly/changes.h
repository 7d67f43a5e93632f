/*
 * What is other than last time: the outcomes of two runs, or of a run and of what was told last, held against each other.
 * A session that was skipped, cancelled or left out says nothing: what is known of it stays.
 */
#ifndef RUNTEST_NIGHTLY_CHANGES_H
#define RUNTEST_NIGHTLY_CHANGES_H

#include "nightly/outcome.h"

/* In the order in which people want to read them. */
enum change_kind {
	CHANGE_FAILING,   /* fail, timeout, vacuous; before: as demanded, or nothing was known */
	CHANGE_OTHERWISE, /* it failed before, too, but with another verdict or cause */
	CHANGE_FLAKY,     /* it passed only on a retry; before: something else */
	CHANGE_LAB,       /* infra; before: something else */
	CHANGE_PASSING,   /* as demanded; before: it failed, or was flaky */
	CHANGE_LAB_WELL,  /* as demanded; before: infra */
	CHANGE_NEWS,      /* so many kinds are news */
	STILL_FAILING = CHANGE_NEWS,
	STILL_FLAKY,
	STILL_LAB,
	QUARANTINED,      /* at fault, and in quarantine, whatever was before */
	CHANGE_KINDS
};

const char *change_kind_name(enum change_kind k); /* "newly-failing", ...: as the JSON has it */
const char *change_kind_title(enum change_kind k); /* "newly failing", ...: for people */

struct change {
	enum change_kind kind;
	const struct outcome *now, *before; /* before: NULL when nothing was known */
};

struct changes {
	struct change *items; /* sorted by kind, then by session */
	size_t count, room;
	size_t of[CHANGE_KINDS];
};

/* `before` may be NULL: nothing is known. Both outlive the changes, which come from the arena. */
void changes_find(struct changes *c, const struct outcomes *before, const struct outcomes *now, struct arena *a);

size_t changes_news(const struct changes *c); /* how many are news */
bool changes_bad_news(const struct changes *c); /* is any of them worse than before? */

/* What is known when `now` has been told: `now`, and of what says nothing now, what was known before. */
void outcomes_known(struct outcomes *known, const struct outcomes *before, const struct outcomes *now, struct arena *a);

#endif
