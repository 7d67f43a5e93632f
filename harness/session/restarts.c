/*
 * A board that starts anew in the middle of a session, though nobody switched or reset it. QEMU tells when its guest does
 * that; of hardware the console shows it, by the text with which its U-Boot begins. Without that a second boot of the same
 * image could meet the demands that the first one left open. Whose doing it was (the software's, a watchdog's, the power
 * supply's) the console does not show, so nobody is accused.
 */
#include <inttypes.h>

#include "session/state.h"
#include "util/mem.h"

int session_watch_restarts(struct session *s)
{
	const struct uboot_board *u = s->spec->unit->kind->uboot;
	struct err e;

	if (!board_is_switched(&s->board) || !u)
		return 0;
	if (watch_deny(s->watch, arena_printf(&s->result->arena, "\\Q%s\\E", u->banner), RESTARTS_ID, &e) == 0)
		return 0;
	session_end_error(s, &e);
	return -1;
}

void session_started_anew(struct session *s)
{
	struct err e;

	if (s->lent || s->ended)
		return; /* U-Boot is being talked to: it may start */
	err_set(&e, ERR_INFRA, "the board started anew by itself, %" PRId64 " ms after power-on: its U-Boot's \"%s\" came although nobody had "
			       "switched or reset it", session_ms(s), s->spec->unit->kind->uboot->banner);
	err_hint(&e, "look at what it said just before: a watchdog that nobody feeds, a power supply that is too weak, or the software "
		     "itself may have done that");
	session_end_about(s, PART_POWER, &e);
}
