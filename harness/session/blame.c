/* Who cleared the pages that the session lost: looked for on the replay of its own boot, once QEMU has ended. */
#include "replay/culprit.h"
#include "result/lost.h"
#include "session/state.h"
#include "util/mem.h"

enum { BUDGET_MS = 30000 }; /* a tenth of a second, as a rule; as much as the command has */

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
		ev->culprits[ev->culprit_count++] = (struct culprit_evidence){
			.how = culprit_how_name(c->how), .pc = c->pc, .level = c->level, .instruction = c->instruction, .calls = calls,
			.pages = (unsigned)c->page_count, .first_page = c->pages[0], .found_ms = c->found_ms};
	}
	for (const char *const *remark = culprits_remarks(found, a); remark && *remark; remark++)
		session_note(s, arena_printf(a, "culprit: %s", *remark));
}

static bool is_wanted(const struct session *s)
{
	enum verdict v = s->result->verdict;

	return s->result->recording && (s->spec->culprit || v == VERDICT_FAIL || v == VERDICT_VACUOUS);
}

static int hunt(struct session *s, const struct lost_pages *lost, const struct recording *rec, struct err *e)
{
	struct arena *a = &s->result->arena;
	struct replay_page *pages = arena_alloc(a, lost->count * sizeof *pages);
	struct culprit_hunt what = {.boot = lost->boot, .pages = pages, .page_count = lost->count,
				    .elfs = culprit_elfs(a, rec), .image = s->spec->image, .budget_ms = BUDGET_MS};
	struct culprits found;
	int rc;

	for (size_t i = 0; i < lost->count; i++)
		pages[i] = replay_page_of(lost->pages[i], s->spec->image);
	rc = culprit_find(&found, rec, s->dir, &what, e);
	if (rc == 0)
		keep(s, &found);
	culprits_finish(&found);
	return rc;
}

void session_blame(struct session *s)
{
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
	if (rc == 0)
		rc = hunt(s, &lost, &rec, &e);
	recording_finish(&rec);
	if (rc < 0)
		session_note(s, arena_printf(&s->result->arena, "the culprit was not found: %s", e.what));
}
