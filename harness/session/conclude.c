/* What was seen becomes evidence, and evidence a verdict. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "session/evidence.h"
#include "session/findings.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

enum { TAIL_LINES = 20 };

static const char *default_why(struct session *s, const struct judgement *j)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;

	if (ev->denied_count && s->ending == END_DENIED)
		return arena_printf(a, "denied text \"%s\" came after %" PRId64 " ms (%s)", ev->denied[0].text,
				    ev->denied[0].at_ms, ev->denied[0].where);
	if (j->verdict == VERDICT_PASS)
		return arena_printf(a, "all %u expected texts came, %u looks at memory found nothing wrong",
				    ev->seen_total, s->looks.total);
	return arena_strdup(a, j->ground);
}

static bool is_whole(const struct region_pages *p)
{
	return p->judged && p->count[PAGE_INTACT] &&
	       !(p->count[PAGE_CLEARED] + p->count[PAGE_PARTLY_CLEARED] + p->count[PAGE_CHANGED]);
}

/* Was the invocation table looked at when all was over, and found whole? */
static bool table_stands(const struct looks *looks)
{
	bool stands = false;

	for (size_t i = 0; i < looks->count; i++)
		for (size_t k = 0; strcmp(looks->items[i].moment, "end") == 0 && k < looks->items[i].region_count; k++)
			if (looks->items[i].regions[k].region->owner == REGION_TABLE)
				stands = is_whole(&looks->items[i].regions[k]);
	return stands;
}

/*
 * Without ELFs nobody knows which pages of a protection domain are its own to write, or even where it is. The pages that
 * they were entered in hold code; those that are as the image has them speak, too; cleared ones only where execution says
 * that code is gone.
 */
static unsigned untold_memory(const struct session *s)
{
	unsigned intact, cleared, wrong = s->entered_memory & ~(unsigned)MEMORY_INTACT;

	findings_untold(&s->looks, &intact, &cleared);
	if (wrong)
		return wrong;
	if (cleared)
		return s->execution & (EXECUTION_FAULTED | EXECUTION_NEVER) ? MEMORY_CODE_CLEARED : MEMORY_DOUBTFUL;
	return intact ? MEMORY_INTACT : s->entered_memory;
}

static unsigned memory_seen(const struct session *s)
{
	unsigned seen = s->memory, stands = table_stands(&s->looks) ? MEMORY_TABLE_STANDS : 0;

	if (!s->board.memory)
		return MEMORY_ABSENT;
	if (seen & MEMORY_HEARSAY)
		return seen;
	if (s->settles && !(seen & ~(unsigned)MEMORY_EMPTY) && untold_memory(s))
		seen = untold_memory(s);
	else if (s->settles)
		seen |= untold_memory(s) & (MEMORY_CODE_CLEARED | MEMORY_CHANGED);
	if (s->looks_missed)
		seen |= MEMORY_UNSEEN;
	if (!(seen & ~(unsigned)MEMORY_INTACT))
		return seen | stands;
	return (seen & ~(unsigned)MEMORY_INTACT) | stands;
}

/* Has every protection domain of which the image knows a checksum said its own? Those that did are right. */
static bool all_checksummed(const struct session *s)
{
	const struct boot_image *img = s->spec->image;
	uint64_t wanted = 0;

	for (size_t i = 0; i < img->pd_count; i++) {
		if (!img->pds[i].has_crc)
			continue;
		if (i >= CHECKSUMS_MOST)
			return false;
		wanted |= UINT64_C(1) << i;
	}
	return wanted && !(wanted & ~s->checksummed);
}

/* The first line that QEMU said of something else than our own arrangements; its length. */
static const char *first_words(const char *said, size_t *n)
{
	for (;; said += *n + 1) {
		*n = strcspn(said, "\n");
		if (!said[*n] || !memmem(said, *n, MACHINE_TICK, strlen(MACHINE_TICK)))
			return said;
	}
}

/* When the lab broke, what the board's own tools said is the best hint there is. */
static void note_board_log(struct session *s)
{
	struct arena *a = &s->result->arena;
	const char *words;
	struct buf said;
	size_t n;

	buf_init(&said);
	if (s->result->qemu_log &&
	    file_read(arena_printf(a, "%s/%s", s->dir, s->result->qemu_log), &said, NULL) == 0 && said.len) {
		words = first_words(said.data, &n);
		if (n)
			session_note(s, arena_printf(a, "QEMU said: %.*s", (int)n, words));
	}
	buf_finish(&said);
}

static void note_console(struct session *s)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;

	ev->seen = sightings_copy(&s->seen, a);
	ev->seen_count = s->seen.count;
	ev->seen_total = s->seen.total;
	ev->facts = facts_copy(&s->facts, a);
	ev->fact_count = s->facts.count;
	ev->awaited = arena_strdup(a, s->awaited);
	ev->awaited_where = s->awaited ? arena_printf(a, "%s:%d", s->awaited_file, s->awaited_line) : NULL;
}

/* Was it the boot that took too long, or the test? */
static void tell_progress(struct session *s)
{
	const char *progress = markers_progress(s);

	s->result->evidence.timed_out = markers_running(s);
	if (clock_stood_still_ms())
		session_note(s, arena_printf(&s->result->arena, "the machine kept this session from running for %" PRId64 " ms, which "
					     "its deadlines do not count", clock_stood_still_ms()));
	if (progress)
		s->result->why = arena_printf(&s->result->arena, "%s, %s", s->result->why, progress);
}

void session_conclude(struct session *s)
{
	struct session_result *r = s->result;
	struct observations seen = {.ending = s->ending, .console_cause = s->console_cause, .memory = memory_seen(s),
				    .execution = s->execution, .checksummed = all_checksummed(s),
				    .booted = s->markers.booted};
	struct judgement j = judge(&seen);
	char *tail;

	r->verdict = verdict_against(s->spec->want, j.verdict, j.cause);
	r->cause = j.cause;
	r->part = r->verdict == VERDICT_INFRA ? unit_part_name(s->ill) : NULL;
	r->evidence.ground = arena_strdup(&r->arena, j.ground);
	r->evidence.console_spoke = s->log.size > s->stale;
	r->evidence.memory_spoke = s->looks.total > 0;
	note_console(s);
	if (s->typed.index_fd >= 0) {
		r->typed = "typed.log";
		r->typed_index = "typed.idx";
	}
	evidence_of_looks(&r->evidence, &s->looks, s->spec->scenario->file, &r->arena);
	session_name_pages(s);
	session_untypeds(s);
	r->machine_us = s->board.machine.cpu_us;
	r->boot_us = s->power_on_us ? clock_us() - s->power_on_us : 0;
	if (r->verdict == VERDICT_INFRA)
		note_board_log(s);
	if (!r->why)
		r->why = default_why(s, &j);
	if (s->ending == END_TIMEOUT)
		tell_progress(s);
	if (r->verdict != VERDICT_PASS) {
		tail = conlog_tail(&s->log, TAIL_LINES);
		r->evidence.tail = arena_strdup(&r->arena, tail);
		free(tail);
	}
}
