/*
 * The last look of a board whose RAM can only be seen after a reset, by its U-Boot. The system is gone by then, and what
 * the reset, caches and the firmware have done to RAM since is not known. So what is found is believed only
 *
 * - as an accusation, never as an acquittal: a pass needs the running protection domains' own checksums;
 * - where the console has shown a failure already: a system that ran well to its end is not accused by what a reset left;
 * - where something that the image put into RAM is still there: else the reset, or the firmware, wiped it.
 */
#include <string.h>

#include "board/memory/uboot.h"
#include "session/findings.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

#define MOMENT "after-reset"

/* Everything that the image put into RAM: what of it is left says what the reset did. */
static const struct witness_spec all = {
	.moment = MOMENT,
	.stop = WITNESS_STOP_MACHINE,
	.regions = WITNESS_ALL,
	.demand = DEMAND_REPORT,
};

static void expect_image(struct session *s)
{
	const struct boot_image *img = s->spec->image;

	for (size_t i = 0; i < img->region_count; i++)
		memory_uboot_expect(s->board.memory, img->regions[i].paddr, img->regions[i].bytes,
				    (size_t)img->regions[i].size);
}

static const struct look *last_look(const struct session *s)
{
	return s->looks.count ? &s->looks.items[s->looks.count - 1] : NULL;
}

/* U-Boot is at its prompt. */
static void look(struct session *s, const struct witness_spec *specs, size_t count)
{
	bool failed = s->ended, kept;
	unsigned found = 0;

	if (!session_take_look(s, &all))
		return;
	kept = findings_image_is_there(last_look(s));
	for (size_t i = 0; i < count; i++) {
		struct witness_spec w = specs[i];

		w.moment = MOMENT; /* not the one that the scenario means */
		if (!session_take_look(s, &w))
			return;
		if (w.demand != DEMAND_REPORT)
			found |= findings(s->spec->image, last_look(s), &w);
	}
	s->memory |= findings_after_reset(found, failed, kept);
	if (!kept)
		session_note(s, "nothing of what was loaded is in RAM after the reset: that says nothing of what was there before");
	else if (!failed && findings_after_reset(found, true, kept))
		session_note(s, "RAM after the reset is not as the image has it, though the system ran well to its end: what a reset "
				"or a firmware does to RAM accuses nobody");
}

static void ask(struct session *s, const struct witness_spec *specs, size_t count, int64_t deadline_ms)
{
	struct memory *m = s->board.memory;
	struct lent_line line;
	enum load_end end;
	struct err e;

	session_lend(s, &line);
	end = memory_uboot_begin(m, &line.base, deadline_ms, &e);
	if (end == LOAD_DONE) {
		expect_image(s);
		look(s, specs, count);
	} else if (end == LOAD_FAILED) {
		session_note(s, arena_printf(&s->result->arena, "RAM could not be looked at after a reset: %s", e.what));
	}
	memory_uboot_end(m);
	session_take_back(s, &line);
}

void session_look_after_reset(struct session *s, const struct witness_spec *specs, size_t count)
{
	int64_t deadline = clock_ms() + s->spec->unit->memory->uboot->deadline_ms;
	struct err e;

	s->memory |= MEMORY_HEARSAY;
	if (s->ended && (s->ending == END_INFRA || s->ending == END_CANCELLED))
		return;
	session_note(s, "this board's RAM can be seen only after a reset, by U-Boot: it may accuse, and never acquits");
	s->aside = true;
	if (session_restart_board(s, deadline, &e))
		ask(s, specs, count, deadline);
	else
		session_note(s, arena_printf(&s->result->arena, "RAM could not be looked at: %s", e.what));
}
