#include "health/sweep.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "board/console/console.h"
#include "board/power/verify.h"
#include "farm/lease.h"
#include "farm/powered.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/text.h"

/* ---- whose it is ---- */

/* Since when, in seconds of the wall clock; 0: the mark does not say. */
static time_t made_at(const char *since)
{
	struct tm tm = {.tm_sec = 0};
	const char *rest = since ? strptime(since, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return rest && (*rest == '.' || *rest == 'Z') ? timegm(&tm) : 0;
}

static bool is_reserved(const struct board_unit *u)
{
	struct lease l;

	if (lease_read(u->name, &l, NULL) != 1)
		return false;
	lease_finish(&l);
	return true;
}

/* A damaged mark, and one of who knows when, is nobody's. One from the future was made before the clock was set. */
static bool is_a_persons(const struct board_unit *u, const struct powered *p, int64_t hand_limit_ms)
{
	time_t since = made_at(p->since);

	if (strcmp(p->by, POWERED_BY_HAND) != 0 || !since)
		return false;
	return is_reserved(u) || (int64_t)(time(NULL) - since) * 1000 < hand_limit_ms;
}

/* ---- is it off? ---- */

enum { CHUNK = 4096 };
enum heard { HEARD_NOBODY /* there is no console to listen to */, HEARD_SILENT, HEARD_TALKING };

/*
 * What is on the line before is old; so long after off, a board that talks is on. Silent is one that was listened to when the
 * time was over: who was kept from running meanwhile has heard nothing either, and such a time is none in which it talked.
 */
static enum heard hear(struct console *c, int64_t silence_ms)
{
	int64_t until = clock_ms() + silence_ms, limit = until + silence_ms + 1000, looked_ms;
	bool over = false;
	char chunk[CHUNK];
	ssize_t n;

	while (!over && until <= limit) {
		struct pollfd p = {.fd = c->fd, .events = POLLIN};

		looked_ms = clock_ms();
		over = looked_ms >= until;
		poll(&p, 1, clock_poll_timeout(until));
		clock_woke(looked_ms, until);
		n = console_read(c, chunk, sizeof chunk, NULL);
		if (n > 0) {
			until = clock_ms() + silence_ms;
			over = false;
		} else if (n != -1) {
			return HEARD_NOBODY;
		}
	}
	return until <= limit ? HEARD_SILENT : HEARD_TALKING;
}

static enum heard listen_to(const struct board_unit *u)
{
	enum heard heard = HEARD_NOBODY;
	struct console *c;

	if (!u->console)
		return HEARD_NOBODY;
	c = console_create(u->console);
	if (!c->ops->late && console_open(c, NULL) == 0)
		heard = hear(c, u->power->silence_ms);
	console_destroy(c);
	return heard;
}

/* The unit's lock is held, and the switch was told. */
static enum sweep_end see_off(const struct board_unit *u, const struct power *p, const struct unit_lock *l, struct err *e)
{
	enum heard heard = listen_to(u);
	struct off_signs signs = {.state = p->ops->state ? POWER_OFF : POWER_UNKNOWN, .talked = heard == HEARD_TALKING};
	struct off_finding found = off_verify(&signs);

	if (found.outcome == OFF_REFUTED) {
		err_set(e, ERR_INFRA, "%s", found.text);
		if (found.hint)
			err_hint(e, "%s", found.hint);
		return SWEEP_FAILED;
	}
	if (heard == HEARD_NOBODY && !p->ops->state)
		return SWEEP_UNSURE;
	return powered_clear(l, e) < 0 ? SWEEP_FAILED : SWEEP_OFF;
}

/* ---- one unit ---- */

static enum sweep_end switch_off(const struct board_unit *u, const struct unit_lock *l, struct err *e)
{
	struct power *p = power_create(u);
	enum sweep_end end = p->ops->off(p, e) < 0 ? SWEEP_FAILED : see_off(u, p, l, e);

	power_destroy(p);
	return end;
}

static const char *const said[] = {
	[SWEEP_BUSY] = "is marked as %s, and somebody has it",
	[SWEEP_BY_HAND] = "is left on: %s",
	[SWEEP_NO_SWITCH] = "is marked as %s, and has no power section to switch it off with",
	[SWEEP_OFF] = "was left on, %s: it is off now",
	[SWEEP_UNSURE] = "was left on, %s: told to go off; neither its switch nor its console tells that it did, so it stays marked",
	[SWEEP_FAILED] = NULL,
};

static char *say(enum sweep_end end, const struct powered *p)
{
	static const char slot[] = "%s";
	const char *words = said[end], *at;
	char *who, *text;

	if (!words)
		return NULL;
	at = strstr(words, slot);
	who = powered_text(p);
	text = xasprintf("%.*s%s%s", (int)(at - words), words, who, at + sizeof slot - 1);
	free(who);
	return text;
}

/* By the mark alone; SWEEP_OFF: it is to be switched off. */
static enum sweep_end judge_mark(const struct board_unit *u, const struct powered *p, int64_t hand_limit_ms)
{
	if (is_a_persons(u, p, hand_limit_ms))
		return SWEEP_BY_HAND;
	return u->power ? SWEEP_OFF : SWEEP_NO_SWITCH;
}

/* With its lock: who had it before may have switched it off, or on by hand. */
static enum sweep_end sweep_ours(const struct board_unit *u, const struct unit_lock *l, int64_t hand_limit_ms, char **text,
				 struct err *e)
{
	struct powered p;
	int marked = powered_by(u->name, &p, e);
	enum sweep_end end;

	if (marked <= 0)
		return marked < 0 ? SWEEP_FAILED : SWEEP_NOTHING;
	end = judge_mark(u, &p, hand_limit_ms);
	if (end == SWEEP_OFF)
		end = switch_off(u, l, e);
	*text = say(end, &p);
	powered_finish(&p);
	return end;
}

static enum sweep_end sweep_marked(const struct board_unit *u, const struct powered *p, int64_t hand_limit_ms, int64_t deadline_ms,
				   char **text, struct err *e)
{
	static const struct lock_purpose why = {.what = "runtest health --left-on", .switches_off = true};
	enum sweep_end end = judge_mark(u, p, hand_limit_ms);
	struct unit_lock l;

	if (end != SWEEP_OFF) {
		*text = say(end, p);
		return end;
	}
	if (unit_lock_take(&l, u->name, &why, deadline_ms, NULL, NULL, e) < 0) {
		if (e->sys != EBUSY)
			return SWEEP_FAILED;
		*text = say(SWEEP_BUSY, p);
		return SWEEP_BUSY;
	}
	end = sweep_ours(u, &l, hand_limit_ms, text, e);
	unit_lock_release(&l);
	return end;
}

enum sweep_end sweep_unit(const struct board_unit *u, int64_t hand_limit_ms, int64_t deadline_ms, char **text, struct err *e)
{
	struct powered p;
	int marked = powered_by(u->name, &p, e);
	enum sweep_end end;

	*text = NULL;
	if (marked <= 0)
		return marked < 0 ? SWEEP_FAILED : SWEEP_NOTHING;
	end = sweep_marked(u, &p, hand_limit_ms, deadline_ms, text, e);
	powered_finish(&p);
	return end;
}
