/* The third witness, once QEMU has ended: what became of each protection domain, on the replay of the session's own boot. */
#include "replay/execution.h"

#include "replay/page.h"
#include "session/state.h"
#include "util/mem.h"
#include "witness/pages.h"

/* A guest that never sleeps is run again about as fast as it ran, one that polls a device ten times slower or worse; every
 * trap costs a moment more. */
static int64_t budget_ms(const struct session *s)
{
	enum { LEAST_MS = 15000, AS_LONG = 3 };

	return LEAST_MS + AS_LONG * session_ms(s);
}

static unsigned bit_of(enum execution_fate fate)
{
	static const unsigned bits[] = {[FATE_NEVER] = EXECUTION_NEVER,
					[FATE_RAN] = EXECUTION_RAN,
					[FATE_HANDLED] = EXECUTION_RAN,
					[FATE_FAULTED] = EXECUTION_FAULTED,
					[FATE_UNCLEAR] = EXECUTION_UNCLEAR};

	return bits[fate];
}

/* Where a protection domain is entered there is code, whoever it is: the page at the end, held against the image. */
static unsigned entry_memory(struct session *s, uint64_t frame)
{
	struct replay_page page = replay_page_of(frame, s->spec->image);
	const uint8_t *now = page.bytes ? machine_view(&s->board.machine, frame + page.offset, page.size) : NULL;

	if (!now)
		return 0;
	switch (page_classify(now, page.bytes, page.size)) {
	case PAGE_INTACT:
		return MEMORY_INTACT;
	case PAGE_CLEARED:
	case PAGE_PARTLY_CLEARED:
		return MEMORY_CODE_CLEARED;
	case PAGE_BLANK:
		return 0;
	default:
		return MEMORY_CHANGED;
	}
}

static void keep(struct session *s, const struct execution *x)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;

	ev->execution = arena_alloc(a, (x->count + 1) * sizeof *ev->execution);
	for (size_t i = 0; i < x->count; i++) {
		const struct execution_pd *pd = &x->pds[i];

		ev->execution[ev->execution_count++] = (struct execution_evidence){
			.pd = arena_strdup(a, pd->name), .fate = execution_fate_name(execution_fate(pd)), .frame = pd->frame,
			.entries = pd->entries, .instruction = pd->instruction, .text = execution_text(pd, a)};
		s->execution |= bit_of(execution_fate(pd));
		if (pd->frame)
			s->entered_memory |= entry_memory(s, pd->frame);
	}
	ev->execution_spoke = true;
	if (!x->count)
		s->execution |= EXECUTION_NEVER; /* nobody at all came to where protection domains are entered */
	if (s->execution != EXECUTION_RAN)
		s->execution &= ~(unsigned)EXECUTION_RAN;
	/* A page that is written to is translated anew, and counts as one more that came: then nobody may be said to be missing. */
	if (s->settled && (s->execution & EXECUTION_NEVER))
		s->execution ^= EXECUTION_NEVER | EXECUTION_EARLY;
	if (x->followed)
		return;
	session_note(s, arena_printf(a, "execution: entries were watched to the boot's end, faults up to instruction %llu of it "
					"(%u traps)", (unsigned long long)x->until, x->traps));
}

/* An entry that was not reached by where the replay was cut short may have been reached later. */
static bool is_whole(const struct execution *x)
{
	for (size_t i = 0; !x->over && i < x->count; i++)
		if (execution_fate(&x->pds[i]) == FATE_NEVER)
			return false;
	return x->over || x->count;
}

static int look(struct session *s, struct err *e)
{
	int64_t budget = budget_ms(s);
	struct recording rec;
	struct execution x;
	int rc = recording_read(&rec, s->dir, e);

	if (rc == 0) {
		rc = execution_find(&x, &rec, s->dir, (unsigned)rec.boot_count - 1, s->spec->image, budget, e);
		if (rc == 0 && !is_whole(&x))
			rc = err_set(e, ERR_INFRA, "the replay did not come to the boot's end in %lld s", (long long)budget / 1000);
		if (rc == 0)
			keep(s, &x);
		execution_finish(&x);
	}
	recording_finish(&rec);
	return rc;
}

void session_execution(struct session *s)
{
	struct arena *a = &s->result->arena;
	struct err e;

	if (!s->settles || s->ending == END_INFRA || s->ending == END_CANCELLED)
		return;
	if (!s->result->recording) {
		session_note(s, arena_printf(a, "execution was not looked at: the boot was not recorded (%s)",
					     s->result->unrecorded ? s->result->unrecorded : "it did not begin"));
		s->execution = EXECUTION_ABSENT;
		return;
	}
	board_await_off(&s->board); /* the record is whole then */
	if (look(s, &e) == 0)
		return;
	s->execution = EXECUTION_ABSENT;
	session_note(s, arena_printf(a, "execution could not be looked at: %s", e.what));
}
