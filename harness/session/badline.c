/*
 * A text that did not come, or a number that is wrong, may be the line's doing and not the software's. So where the
 * console alone accuses, on a board whose serial line is a real one, the line is put to the test: the board is started
 * anew, and its U-Boot is typed at. A line that damages characters accuses nobody: that is the lab's affair. Denied texts
 * that came stand, and so does what memory shows. A scenario whose purpose it is asks for the test in any case (line-test).
 */
#include <inttypes.h>
#include <string.h>

#include "board/load/linetest.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

enum { TEST_MS = 12000, TESTS = 3 }; /* of one, and how many: a damaged banner is no fresh start */

#define MEMORY_ACCUSES                                                                                               \
	((unsigned)(MEMORY_NOT_LOADED | MEMORY_CODE_CLEARED | MEMORY_DATA_CLEARED | MEMORY_TABLE_CLEARED | MEMORY_CHANGED | \
		    MEMORY_SYSTEM_WRONG | MEMORY_LOADED_WRONG | MEMORY_STALE | MEMORY_PARTIAL | MEMORY_OTHER_VERSION |      \
		    MEMORY_MIXED | MEMORY_REMAINDER))

static bool is_doubtful(const struct session *s)
{
	static const bool by_absence[END_COUNT] = {
		[END_MISMATCH] = true, [END_TESTS_FAILED] = true, [END_SCRIPT_FAILED] = true, [END_TIMEOUT] = true};

	return s->ended && (by_absence[s->ending] || (s->ending == END_DENIED && s->forestalled)) &&
	       !(s->memory & MEMORY_ACCUSES) && s->console_cause != CAUSE_IMAGE_NOT_LOADED;
}

/* A debugger holds it still since the last look, if there was one. */
static bool let_go(struct session *s, struct err *e)
{
	struct memory *m = s->board.memory;

	return !m || m->ops->after_reset || !m->ops->stopped(m) || m->ops->request_continue(m, e) == 0;
}

static void accuse_line(struct session *s, const struct line_test *t)
{
	struct arena *a = &s->result->arena;
	const char *was = s->result->why;

	if (was)
		session_note(s, arena_printf(a, "before the line was tested: %s", was));
	s->ended = true;
	s->ending = END_INFRA;
	s->ill = PART_CONSOLE;
	s->console_cause = CAUSE_NONE;
	s->result->why = arena_printf(a, "the serial line damages characters: of %u that were typed at U-Boot's prompt after the session, "
				      "some came back otherwise, so that what the console lacks accuses nobody", t->typed);
	session_note(s, "look at the line's ground and length, at its baud rate on both ends, at flow control, and for a second "
			"program that reads the same port");
}

/* Start the board anew, and type at it. */
static enum load_end test(struct session *s, struct line_test *t, struct err *e)
{
	int64_t deadline = clock_ms() + TEST_MS;
	struct lent_line line;
	enum load_end end;

	if (!session_restart_board(s, deadline, e) || !let_go(s, e))
		return LOAD_FAILED;
	session_lend(s, &line);
	end = load_line_test(&line.base, s->spec->unit->kind->uboot, deadline, t, e);
	session_take_back(s, &line);
	return end;
}

/* The scenario asks for it where all is well; and where the image did not get through, which the line may be to blame for. */
static bool is_asked_for(const struct session *s)
{
	return s->spec->scenario->line_test == LINE_TEST_ALWAYS && (!s->ended || (s->ending == END_INFRA && s->ill == PART_DELIVERY));
}

static bool can_be_tested(const struct session *s)
{
	return board_is_switched(&s->board) && s->spec->unit->kind->uboot && s->spec->unit->reset && !s->console_ended &&
	       (!s->unstarted || is_asked_for(s));
}

void session_test_line(struct session *s)
{
	enum load_end end = LOAD_FAILED;
	struct line_test t = {0};
	struct err e;

	if (!can_be_tested(s) || !(is_doubtful(s) || is_asked_for(s)))
		return;
	s->aside = true;
	for (int i = 0; i < TESTS && end == LOAD_FAILED; i++)
		end = test(s, &t, &e);
	if (end == LOAD_FAILED)
		session_note(s, arena_printf(&s->result->arena, "the serial line could not be tested: %s", e.what));
	else if (end == LOAD_DONE && t.damaged)
		accuse_line(s, &t);
	else if (end == LOAD_DONE)
		session_note(s, arena_printf(&s->result->arena, "the serial line was tested afterwards: of %u characters typed at U-Boot's "
					     "prompt, all came back", t.typed));
}
