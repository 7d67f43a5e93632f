/*
 * Which part of a board is ill? One pure function from what a session with a known-good image came to (the scenario
 * `health`), and from what the board's unit offers, to a finding for each part. The image is not to blame here: what a
 * session would hold against the software is held against the board.
 */
#ifndef RUNTEST_HEALTH_JUDGE_H
#define RUNTEST_HEALTH_JUDGE_H

#include <stdbool.h>

#include "config/board.h"
#include "result/model.h"
#include "util/mem.h"

enum health_part {
	HEALTH_CONSOLE,  /* it opens, says what the board says, and brings every character through */
	HEALTH_POWER,    /* off when told so, and on */
	HEALTH_DELIVERY, /* the image gets there whole, and starts */
	HEALTH_BOOT,     /* the system comes up, and finds its own memory right */
	HEALTH_MEMORY,   /* what the board shows of its RAM is what the image has */
	HEALTH_PARTS
};

enum health_state {
	HEALTH_WELL,
	HEALTH_ILL,
	HEALTH_NOT_REACHED, /* another part was ill before it could be seen */
	HEALTH_NOT_OFFERED, /* the unit has no such part */
};

enum health_outcome {
	HEALTH_HEALTHY,   /* nothing that was offered is ill */
	HEALTH_SICK,      /* one part is */
	HEALTH_UNCHECKED, /* the board was not to be had, or the check itself broke off: nothing is known */
};

struct part_finding {
	enum health_state state;
	const char *text; /* what was seen, a few words or a sentence; never NULL */
};

struct health_finding {
	enum health_outcome outcome;
	enum health_part ill;           /* HEALTH_SICK: which; HEALTH_PARTS otherwise */
	const char *why;                /* one sentence, of a unit that is not healthy; else NULL */
	const char *const *notes;       /* what else the session says, hints among it; the result's; NULL-terminated, or NULL */
	struct part_finding parts[HEALTH_PARTS];
};

/* What the unit has for a check to look at. */
struct health_offer {
	bool console, power, delivery, memory;
	bool power_state; /* its switch can be asked */
};
struct health_offer health_offer_of(const struct board_unit *u);

/* Texts come from the arena, and from the result, which must outlive what is found. */
struct health_finding health_judge(const struct session_result *r, const struct health_offer *offer, struct arena *a);

/* Of a unit that had no session: why not. */
struct health_finding health_unchecked(const char *why);

const char *health_part_name(enum health_part p);       /* "console", "power", "delivery", "boot", "memory" */
const char *health_state_name(enum health_state s);     /* "well", "ill", "not-reached", "not-offered" */
const char *health_outcome_name(enum health_outcome o); /* "healthy", "ill", "unchecked" */

/* What to do about a part that is ill, in one sentence: what to look at first. */
const char *health_advice(enum health_part p);

#endif
