/* Who cleared the pages that the session lost: looked for on the replay of its own boot, once QEMU has ended. */
#include "replay/culprit.h"
#include "result/lost.h"
#include "session/state.h"
#include "util/mem.h"

enum { BUDGET_MS = 2000 };

static void keep(struct session *s, const struct culprits *found)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;

	ev->culprits = arena_alloc(a, (found->count + 1) * sizeof *ev->culprits);
	for (size_t i = 0; i < found->count; i++) {
		const struct culprit *c = &found->items[i];
		const char *const *calls = NULL;

		for (const char *const *line = c->lines; line && *line; line++)
			calls = arena_list_add(a, calls, arena_strdup(a, *line));
		ev->culprits[ev->culprit_count++] =
			(struct culprit_evidence){c->pc, calls, (unsigned)c->page_count, c->pages[0], c->found_ms};
	}
	if (found->found == found->watched)
		return;
	session_note(s, arena_printf(a,
				     found->over ? "%zu of %zu lost pages were not written to through the kernel's window (physical + 0x%llx): by "
						   "an unwatched mapping, then"
						 : "for %zu of %zu lost pages the culprit was not found in time (physical + 0x%llx was watched)",
				     found->watched - found->found, found->watched, (unsigned long long)found->window));
}

static bool is_wanted(const struct session *s)
{
	enum verdict v = s->result->verdict;

	return s->result->recording && (s->spec->culprit || v == VERDICT_FAIL || v == VERDICT_VACUOUS);
}

void session_blame(struct session *s)
{
	struct culprits found;
	struct lost_pages lost;
	struct recording rec;
	struct err e;
	int rc;

	if (!is_wanted(s))
		return;
	lost_pages_find(&lost, &s->result->evidence, &s->result->arena);
	if (!lost.count)
		return;
	board_await_off(&s->board); /* the record is whole then */
	rc = recording_read(&rec, s->dir, &e);
	if (rc == 0) {
		struct culprit_hunt hunt = {.boot = lost.boot < rec.boot_count ? lost.boot : 0, .pages = lost.pages,
					    .page_count = lost.count, .elfs = culprit_elfs(&s->result->arena, rec.image),
					    .budget_ms = BUDGET_MS};

		rc = culprit_find(&found, &rec, s->dir, &hunt, &e);
		if (rc == 0)
			keep(s, &found);
		culprits_finish(&found);
	}
	recording_finish(&rec);
	if (rc < 0)
		session_note(s, arena_printf(&s->result->arena, "the culprit was not looked for: %s", e.what));
}
