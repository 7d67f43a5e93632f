#include "cli/station.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "match/pattern.h"
#include "replay/culprit.h"
#include "replay/place.h"
#include "result/lost.h"
#include "util/clock.h"
#include "util/file.h"

enum { SEARCH_MS = 120000 };

struct request {
	const struct past_session *session;
	const struct recording *rec;
	long boot; /* as asked for, from 1; 0: any */
	struct arena *a;
	struct station *out;
};

static bool is_asked_for(const struct request *q, unsigned boot)
{
	return !q->boot || q->boot == (long)boot + 1;
}

static const char *join(struct arena *a, const char *list, const char *name)
{
	return list ? arena_printf(a, "%s, %s", list, name) : name;
}

static int search(struct request *q, struct place what, struct err *e)
{
	struct place_search how = {.rec = q->rec, .dir = q->session->dir, .boot = q->out->boot,
				   .deadline_ms = clock_ms() + SEARCH_MS};

	return place_find(&how, &what, &q->out->instruction, e);
}

/* ---- the console ---- */

/* Where it has brought so many bytes, counted in console.log. */
static int at_console(struct request *q, uint64_t offset, struct err *e)
{
	uint64_t bytes = offset - q->rec->boots[q->out->boot].console;

	int rc = 0; /* no bytes: before the first instruction */

	if (bytes)
		rc = search(q, (struct place){.kind = PLACE_CONSOLE, .value = bytes}, e);
	if (rc <= 0)
		return rc;
	return err_set(e, ERR_INFRA, "the replay did not bring %" PRIu64 " bytes on the console, which the boot did", bytes);
}

/* The last boot that began before that byte came. False: that one is not asked for. */
static bool find_boot(struct request *q, uint64_t offset)
{
	for (unsigned i = 0; i < q->rec->boot_count; i++)
		if (q->rec->boots[i].console <= offset && offset <= q->rec->boots[i].console_end)
			q->out->boot = i;
	return is_asked_for(q, q->out->boot);
}

static int unknown_phase(const struct request *q, const char *name, struct err *e)
{
	const struct session_result *r = q->session->result;
	const char *names = NULL;

	for (size_t i = 0; i < r->phase_count; i++)
		if (r->phases[i].outcome != PHASE_NOT_REACHED)
			names = join(q->a, names, r->phases[i].name);
	err_set(e, ERR_USAGE, "the session came to no phase '%s'", name);
	return err_hint(e, "it came to %s", names ? names : "none");
}

static int at_phase(struct request *q, const char *name, struct err *e)
{
	const struct session_result *r = q->session->result;

	for (size_t i = 0; i < r->phase_count; i++) {
		const struct phase_result *p = &r->phases[i];

		if (strcmp(p->name, name) != 0 || p->outcome == PHASE_NOT_REACHED)
			continue;
		if (!find_boot(q, p->offset))
			return err_set(e, ERR_USAGE, "the phase '%s' begins in boot %u", name, q->out->boot + 1);
		q->out->why = arena_printf(q->a, "the phase '%s' begins, at byte %" PRIu64 " of console.log", name, p->offset);
		return at_console(q, p->offset, e);
	}
	return unknown_phase(q, name, e);
}

static int unknown_mark(const struct request *q, const char *name, struct err *e)
{
	const struct session_result *r = q->session->result;
	const char *names = NULL;

	for (size_t i = 0; i < r->mark_count; i++)
		if (is_asked_for(q, r->marks[i].boot - 1))
			names = join(q->a, names, r->marks[i].mark);
	err_set(e, ERR_USAGE, "the boot has no mark '%s'", name);
	return err_hint(e, "it has %s", names ? names : "none");
}

static int at_mark(struct request *q, const char *name, struct err *e)
{
	const struct session_result *r = q->session->result;

	for (size_t i = 0; i < r->mark_count; i++) {
		const struct session_mark *m = &r->marks[i];

		if (strcmp(m->mark, name) != 0 || !find_boot(q, m->offset + 1))
			continue;
		q->out->why = arena_printf(q->a, "the mark '%s' has begun to come, at byte %" PRIu64 " of console.log", name,
					   m->offset);
		return at_console(q, m->offset + 1, e);
	}
	return unknown_mark(q, name, e);
}

/* The first match in one boot: where it ends in console.log. 1: there is none. */
static int match_in_boot(const struct recorded_boot *b, struct pattern *p, const struct buf *log, uint64_t *end, struct err *e)
{
	struct pattern_span span;
	const char *why = NULL;

	if (b->console > log->len || b->console_end > log->len || b->console > b->console_end)
		return err_set(e, ERR_IO, "the console's log is shorter than when it was recorded");
	switch (pattern_find(p, log->data + b->console, b->console_end - b->console, 0, PATTERN_ENDED, &span, &why)) {
	case PATTERN_FOUND:
		*end = b->console + span.end;
		return 0;
	case PATTERN_FAILED:
		return err_set(e, ERR_USAGE, "the text was given up on: %s", why);
	default:
		return 1;
	}
}

static int match_console(struct request *q, struct pattern *p, uint64_t *end, struct err *e)
{
	const char *path = arena_printf(q->a, "%s/console.log", q->session->dir);
	struct buf log;
	int rc;

	buf_init(&log);
	rc = file_read(path, &log, e) < 0 ? -1 : 1;
	for (unsigned i = 0; rc == 1 && i < q->rec->boot_count; i++)
		if (is_asked_for(q, i)) {
			q->out->boot = i;
			rc = match_in_boot(&q->rec->boots[i], p, &log, end, e);
		}
	buf_finish(&log);
	return rc;
}

static int at_text(struct request *q, const char *regex, struct err *e)
{
	struct pattern *p = pattern_create(regex, e);
	uint64_t end = 0;
	int rc;

	if (!p)
		return -1;
	rc = match_console(q, p, &end, e);
	pattern_destroy(p);
	if (rc == 1) {
		err_set(e, ERR_USAGE, "nothing on the console matches '%s'", regex);
		return err_hint(e, "all that came is in %s/console.log", q->session->dir);
	}
	q->out->why = arena_printf(q->a, "'%s' has come whole, up to byte %" PRIu64 " of console.log", regex, end);
	return rc < 0 ? -1 : at_console(q, end, e);
}

/* ---- memory ---- */

static bool number(const char *text, const char *ends, uint64_t *value, const char **rest)
{
	char *end;

	*value = strtoull(text, &end, 0);
	*rest = end;
	return *text >= '0' && *text <= '9' && (!*end || strchr(ends, *end));
}

static int at_change(struct request *q, const char *text, struct err *e)
{
	struct place what = {.kind = PLACE_CHANGE};
	const char *rest;
	int rc;

	if (!number(text, ",", &what.value, &rest) || (*rest && !number(rest + 1, "", &what.after, &rest)))
		return err_set(e, ERR_USAGE, "change: takes a physical address, and maybe ',INSTRUCTION', not '%s'", text);
	what.value &= ~UINT64_C(7);
	rc = search(q, what, e);
	if (rc == 1)
		return err_set(e, ERR_USAGE, "the 8 bytes at 0x%" PRIx64 " do not change in boot %u%s", what.value, q->out->boot + 1,
			       what.after ? " after that" : "");
	q->out->why = arena_printf(q->a, "the next instruction changes the 8 bytes at physical 0x%" PRIx64, what.value);
	return rc;
}

/* The session's own evidence; 0: it has none. */
static uint64_t known_culprit(const struct request *q)
{
	const struct session_evidence *ev = &q->session->result->evidence;
	uint64_t first = 0;

	for (size_t i = 0; i < ev->culprit_count; i++)
		if (ev->culprits[i].instruction && (!first || ev->culprits[i].instruction < first))
			first = ev->culprits[i].instruction;
	return first;
}

static int hunt(struct request *q, const struct lost_pages *lost, struct err *e)
{
	struct replay_page *pages = arena_alloc(q->a, lost->count * sizeof *pages);
	struct culprit_hunt what = {.boot = lost->boot, .pages = pages, .page_count = lost->count,
				    .elfs = culprit_elfs(q->a, q->rec), .budget_ms = SEARCH_MS};
	struct culprits found;
	struct boot_image img;
	int rc = recording_open_image(q->rec, &img, e);

	if (rc < 0)
		return -1;
	what.image = &img;
	for (size_t i = 0; i < lost->count; i++)
		pages[i] = replay_page_of(lost->pages[i], &img);
	rc = culprit_find(&found, q->rec, q->session->dir, &what, e);
	for (size_t i = 0; rc == 0 && i < found.count; i++)
		if (!i || found.items[i].instruction < q->out->instruction)
			q->out->instruction = found.items[i].instruction;
	if (rc == 0 && !found.count)
		rc = err_set(e, ERR_USAGE, "nobody was found who lost a page: `runtest culprit` says more");
	culprits_finish(&found);
	boot_image_close(&img);
	return rc;
}

static int at_culprit(struct request *q, struct err *e)
{
	struct lost_pages lost = {0};

	lost_pages_find(&lost, &q->session->result->evidence, q->a);
	if (!lost.count)
		return err_set(e, ERR_USAGE, "the session lost no page that was judged, so there is no culprit");
	q->out->boot = lost.boot;
	if (!is_asked_for(q, lost.boot) || lost.boot >= q->rec->boot_count)
		return err_set(e, ERR_USAGE, "the pages were lost in boot %u", lost.boot + 1);
	q->out->why = "the next instruction is the one that lost the first page";
	q->out->instruction = known_culprit(q);
	return q->out->instruction ? 0 : hunt(q, &lost, e);
}

/* ---- by number ---- */

static int at_instruction(struct request *q, const char *text, struct err *e)
{
	const char *rest;

	if (!number(text, "", &q->out->instruction, &rest))
		return err_set(e, ERR_USAGE, "instruction: takes a number, not '%s'", text);
	q->out->why = "as asked for";
	return 0;
}

static int at_end(struct request *q, struct err *e)
{
	q->out->why = "the record has no more";
	return search(q, (struct place){.kind = PLACE_END}, e);
}

int station_find(const struct past_session *s, const struct recording *rec, long boot, const char *at, struct arena *a,
		 struct station *out, struct err *e)
{
	static const struct {
		const char *begins;
		int (*find)(struct request *q, const char *rest, struct err *e);
	} kinds[] = {{"phase:", at_phase}, {"mark:", at_mark}, {"console:", at_text}, {"change:", at_change},
		     {"instruction:", at_instruction}};
	struct request q = {s, rec, boot, a, out};

	*out = (struct station){.boot = boot ? (unsigned)boot - 1 : 0};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strncmp(at, kinds[i].begins, strlen(kinds[i].begins)) == 0)
			return kinds[i].find(&q, at + strlen(kinds[i].begins), e);
	if (strcmp(at, "culprit") == 0)
		return at_culprit(&q, e);
	return strcmp(at, "end") == 0 ? at_end(&q, e) : 1;
}
