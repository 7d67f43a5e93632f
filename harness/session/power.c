/*
 * The power of hardware. A board on a shelf belongs to whoever has its lock, is marked as powered on the disk before it
 * is, and is off for certain before the session and after it: switched, read back where the switch can tell, and silent.
 * That it was really off shows when it is next switched on: then it says what only a fresh start says.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "board/power/verify.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

/* Whoever started this session may start another one meanwhile. */
static void tell_waits(struct session *s, bool still)
{
	if (s->spec->waits && s->waits != still)
		s->spec->waits(s->spec->ctx, still);
	s->waits = still;
}

static void say_waiting(void *ctx, const struct lock_holder *h)
{
	struct session *s = ctx;
	char *who = holder_text(h);

	tell_waits(s, true);
	fprintf(stderr, "%s: waiting for %s: %s\n", s->spec->name, h->unit, who);
	free(who);
}

/* It was on when the last who had it went away, and may still be. */
static void tell_left_on(struct session *s)
{
	struct powered left;
	struct err e;
	char *text;

	if (powered_by(s->spec->unit->name, &left, &e) <= 0)
		return;
	text = powered_text(&left);
	session_note(s, arena_printf(&s->result->arena, "the board was found %s, and was switched off first", text));
	s->powered = true;
	free(text);
	powered_finish(&left);
}

static int64_t patience_ends_ms(const struct session *s)
{
	return s->spec->wait_ms < 0 ? INT64_MAX : clock_ms() + s->spec->wait_ms;
}

/* The board is somebody else's, and stays so: the run says that, and neither the board nor the software is at fault. */
static void give_up(struct session *s, const struct err *e)
{
	if (e->sys == EBUSY)
		s->result->not_run = NOT_RUN_NO_BOARD;
	if (s->result->not_run)
		session_end(s, END_CANCELLED, CAUSE_NONE, e->what);
	else
		session_end_error(s, e);
}

static const char **names_of_units(const struct session_spec *spec, struct arena *a)
{
	const char **names = arena_alloc(a, (spec->unit_count + 1) * sizeof *names);

	for (size_t i = 0; i < spec->unit_count; i++)
		names[i] = spec->units[i]->name;
	return names;
}

/* Whichever is free first. From here on the session knows that one alone. */
static int claim_any(struct session *s, const struct lock_purpose *why, struct err *e)
{
	const char **names = names_of_units(s->spec, &s->result->arena);
	size_t which = 0;

	if (unit_lock_take_any(&s->lock, names, s->spec->unit_count, why, patience_ends_ms(s), say_waiting, s, &which, e) < 0)
		return -1;
	s->own.unit = s->spec->units[which];
	s->result->unit = arena_strdup(&s->result->arena, s->spec->unit->name);
	return 0;
}

/* The machines of a QEMU kind are nobody's, unless somebody has reserved them. */
static int await_machine(struct session *s, struct err *e)
{
	struct lease_pass pass = lease_own_pass(false, &s->result->arena);

	return lease_await(s->spec->unit->name, &pass, patience_ends_ms(s), say_waiting, s, &s->lease, e);
}

static bool has_lock(const struct board_unit *u)
{
	return !u->kind->qemu || u->qemu_serial;
}

bool session_claim(struct session *s)
{
	struct lock_purpose why = {
		.what = "runtest run",
		.run = s->spec->run,
		.session = s->spec->name,
		.console_log = arena_printf(&s->result->arena, "%s/%s", s->dir, s->result->console),
	};
	int64_t begun = clock_us();
	struct err e;

	if ((has_lock(s->spec->unit) ? claim_any(s, &why, &e) : await_machine(s, &e)) < 0)
		give_up(s, &e);
	else if (has_lock(s->spec->unit))
		tell_left_on(s);
	tell_waits(s, false);
	glance_unit(s->spec->glance, s->spec->unit->name);
	s->waited_us = clock_us() - begun;
	return !s->ended;
}

/* ---- off ---- */

static const struct unit_power *switch_of(const struct session *s)
{
	return s->spec->unit->power;
}

/* What speaks against it: the session has ended. */
static void refuse(struct session *s, const struct off_finding *found)
{
	struct err e;

	err_set(&e, ERR_INFRA, "%s: %s", s->spec->unit->name, found->text);
	if (found->hint)
		err_hint(&e, "%s", found->hint);
	session_end_error(s, &e);
}

/* The mark stays where nobody can tell: who has the board next switches it off once more. */
static void forget_powered(struct session *s, bool certain)
{
	struct err e;

	if (certain && s->powered && powered_clear(&s->lock, &e) < 0)
		session_end_error(s, &e);
	s->powered = s->powered && !certain;
}

static void verify_off(struct session *s)
{
	bool confirmed = s->board.power->ops->state; /* `off` has read it back */
	enum hearing heard = session_hear_off(s, switch_of(s)->silence_ms);
	struct off_signs signs = {.state = confirmed ? POWER_OFF : POWER_UNKNOWN, .talked = heard == HEARD_TALK};
	struct off_finding found = off_verify(&signs);

	if (found.outcome == OFF_REFUTED) {
		refuse(s, &found);
		return;
	}
	if (heard == HEARD_NOTHING && !confirmed)
		session_note(s, "whether the board is off could not be heard: its console is dead, and the switch cannot be asked");
	forget_powered(s, heard == HEARD_SILENCE || confirmed);
}

static void switch_off(struct session *s)
{
	struct err e;

	s->is_off = true; /* or as good as it gets: the session has ended otherwise */
	if (board_power_off(&s->board, &e) < 0) {
		session_end_error(s, &e);
		return;
	}
	s->off_ms = clock_ms();
	verify_off(s);
}

void session_switch_off(struct session *s)
{
	enum unit_part before = session_works_on(s, PART_POWER);
	struct err e;

	if (session_board_is_lost(s))
		return;
	if (!board_is_switched(&s->board)) {
		if (board_power_off(&s->board, &e) < 0)
			session_end_error(s, &e);
	} else if (s->powered && !s->is_off) {
		switch_off(s);
	}
	session_works_on(s, before);
}

/* ---- on ---- */

bool session_begin_off(struct session *s)
{
	enum power_state state;
	struct err e;

	if (!board_is_switched(&s->board) || s->is_off)
		return !s->ended;
	session_works_on(s, PART_POWER);
	if (power_state(s->board.power, &state, &e) < 0)
		session_end_error(s, &e);
	else if (state == POWER_OFF && !s->powered)
		s->is_off = true;
	else
		switch_off(s);
	return !s->ended;
}

bool session_switch_on(struct session *s)
{
	bool switched = board_is_switched(&s->board);
	struct err e;

	session_works_on(s, PART_POWER);
	if (switched && powered_mark(&s->lock, s->spec->run, &e) < 0) {
		session_end_error(s, &e);
		return false;
	}
	s->powered = switched;
	s->is_off = false;
	if (board_power_on(&s->board, &e) == 0)
		return true;
	session_end_error(s, &e);
	return false;
}
