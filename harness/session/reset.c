/* Starting the board anew in the middle of a session. The console, its log, the watch and the clock go on. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "session/state.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

/* Whatever the board has said by now was said before; then it says nothing more. False: the session has ended. */
static bool quiet(struct session *s, int64_t deadline)
{
	if (s->board.memory && !s->board.memory->ops->after_reset && !session_stand_still(s, deadline))
		session_end(s, END_INFRA, CAUSE_NONE, "the machine did not stand still to be reset");
	if (!s->ended)
		session_drain(s);
	return !s->ended;
}

/* The console's log goes on, and so does what was typed: where one boot ends and the next begins is kept there. */
static void mark(struct session *s, const char *what)
{
	struct err e;

	if (typed_mark(&s->typed, session_now(s), what, &e) < 0)
		session_end_error(s, &e);
}

/* The next boot begins: texts are expected, moments named and images known as if it were the first. */
static void begin_boot(struct session *s)
{
	const struct boot_image *img = s->spec->image;

	s->boot_number++;
	before_forget(&s->before);
	s->checksummed = 0; /* what ran in the last boot says nothing of this one */
	for (size_t i = 0; i < img->pd_count; i++)
		versions_hold(&s->versions, img->pds[i].name, NULL); /* loaded again, updates are gone */
	watch_skip_to_end(s->watch);
	markers_boot(s);
	s->taken = s->log.size;
}

static int fill(struct session *s, uint64_t paddr, uint64_t size, struct err *e)
{
	struct memory *m = s->board.memory;
	char what[96];

	if (!m)
		return err_set(e, ERR_INFRA, "this board's memory cannot be filled before a reset");
	snprintf(what, sizeof what, "fill 0x%" PRIx64 " 0x%" PRIx64 " 0x%x", paddr, size, RAM_POISON);
	if (typed_mark(&s->typed, session_now(s), what, e) < 0)
		return -1;
	return m->ops->poison(m, paddr, size, RAM_POISON, e);
}

/* Where U-Boot alone can write to RAM, it does so before it loads. What no step asks for stays as it was left. */
static bool filled_by_uboot(const struct session *s)
{
	const struct board_kind *k = s->spec->unit->kind;

	return !k->qemu && k->uboot && (!s->board.memory || s->board.memory->ops->after_reset);
}

/*
 * Regions that are asked for, and where the files go by which they come: what a firmware loads anew must not be taken
 * for loaded because it is still there. QEMU puts back what it delivers by itself, whatever stands there.
 */
static bool poison(struct session *s, unsigned set)
{
	const struct boot_image *img = s->spec->image;
	const struct load_job *job = &s->boot.load;
	struct err e;
	int rc = 0;

	if (!s->spec->unit->kind->qemu)
		session_fill_at_prompt(s, filled_by_uboot(s) ? set : 0);
	if (!set || filled_by_uboot(s))
		return true;
	for (size_t i = 0; rc == 0 && i < img->region_count; i++)
		if (look_wants(set, &img->regions[i]))
			rc = fill(s, img->regions[i].paddr, img->regions[i].size, &e);
	/* Without a load address QEMU decides where it goes. */
	for (size_t i = 0; rc == 0 && s->spec->unit->kind->load_address && i < job->count; i++)
		rc = fill(s, job->files[i].address, (uint64_t)file_size(job->files[i].path), &e);
	if (rc < 0)
		session_end_error(s, &e);
	return rc == 0;
}

static bool reset_is_done(struct session *s, void *arg)
{
	(void)arg;
	return s->board.power->ops->reset_done(s->board.power);
}

/* By the switch, or by the debugger that the board has. */
static int request_reset(struct session *s, struct err *e)
{
	struct power *power = s->board.power;

	if (power->ops->request_reset)
		return power->ops->request_reset(power, e);
	err_set(e, ERR_INFRA, "this board cannot be reset without being switched off");
	return err_hint(e, "a section `reset` in its unit file says how");
}

bool session_restart_board(struct session *s, int64_t deadline, struct err *e)
{
	const char *by_debugger = board_reset_command(&s->board);
	int rc = by_debugger ? s->board.memory->ops->reset(s->board.memory, by_debugger, e) : request_reset(s, e);

	if (rc < 0)
		return false;
	if (by_debugger || reset_is_done(s, NULL) || session_pump(s, deadline, reset_is_done, NULL) != PUMP_DEADLINE)
		return true;
	err_set(e, ERR_INFRA, "the machine was asked to reset itself, and did not");
	return false;
}

/* The reset itself; a board that stood still still does. */
static bool reset(struct session *s, int64_t deadline)
{
	struct err e;

	if (!session_restart_board(s, deadline, &e) && !s->ended)
		session_end_about(s, PART_POWER, &e);
	return !s->ended;
}

void session_reset(struct session *s, unsigned regions, int64_t deadline)
{
	struct memory *m = s->board.memory;
	struct err e;

	if (!quiet(s, deadline))
		return;
	session_survival_reset(s);
	if (!poison(s, regions))
		return;
	mark(s, "reset");
	if (!reset(s, deadline))
		return;
	begin_boot(s);
	if (m && !m->ops->after_reset && m->ops->request_continue(m, &e) < 0)
		session_end_about(s, PART_MEMORY, &e);
	else
		session_load(s, deadline);
}

void session_power_cycle(struct session *s, int64_t deadline)
{
	struct err e;

	if (!quiet(s, deadline))
		return;
	mark(s, "power-cycle");
	session_record_end(s);
	session_survival_suspend(s);
	session_switch_off(s);
	if (s->ended)
		return;
	if (board_renew(&s->board, &e) < 0) {
		session_end_error(s, &e);
		return;
	}
	session_poison(s);
	if (!s->spec->unit->kind->qemu)
		session_fill_at_prompt(s, WITNESS_EVERYTHING);
	session_survival_power_cycle(s);
	session_hear_out(s);
	if (s->ended)
		return;
	begin_boot(s);
	session_record_boot(s);
	if (session_switch_on(s))
		session_load(s, deadline);
}
