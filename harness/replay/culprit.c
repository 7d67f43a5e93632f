#include "replay/culprit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/target.h"
#include "replay/explain.h"
#include "replay/instant.h"
#include "util/clock.h"
#include "util/file.h"

/* A page while it is looked for. */
struct quarry {
	struct replay_page page;
	uint64_t watch_at;         /* physical: what of it is watched */
	size_t watch_size;
	bool found, touched;
	bool unwatched;            /* not watched any more: it is looked for by time */
	uint64_t pc;               /* of the last store to it */
	const char *const *lines;  /* its chain; explained once for each place */
	uint8_t end[REPLAY_PAGE];  /* what it held when the boot had ended */
};

struct hunt {
	struct culprits *out;
	const struct culprit_hunt *what;
	const struct recording *rec;
	const char *dir;
	struct explainer explainer;
	struct quarry *pages;
	bool over;               /* the boot came to its recorded end */
	int64_t begun_ms, deadline_ms;
};

int culprit_window(const char *arch, const char *entry, uint64_t *offset)
{
	static const struct {
		const char *arch, *entry; /* entry NULL: any */
		uint64_t offset;
	} windows[] = {{"aarch64", "el2", UINT64_C(0x8000000000)},
		       {"aarch64", "el1", UINT64_C(0xffffff8000000000)},
		       {"riscv64", NULL, UINT64_C(0xffffffc000000000)}};

	for (size_t i = 0; arch && i < sizeof windows / sizeof windows[0]; i++)
		if (strcmp(windows[i].arch, arch) == 0 &&
		    (!windows[i].entry || (entry && strcmp(windows[i].entry, entry) == 0))) {
			*offset = windows[i].offset;
			return 0;
		}
	return -1;
}

/* Protection domains are left out: all of them have the same addresses, so their names would be guesses. */
const char *const *culprit_elfs(struct arena *a, const struct recording *rec)
{
	static const char *const names[] = {"kernel.elf", "sel4.elf", "monitor.elf", "loader.elf"};
	const char *slash = rec->image ? strrchr(rec->image, '/') : NULL;
	const char *const *list = NULL;

	for (size_t i = 0; i < rec->with.elf_count; i++)
		if (rec->with.elfs[i].owner != REGION_PD)
			list = arena_list_add(a, list, rec->with.elfs[i].path);
	for (size_t i = 0; slash && i < sizeof names / sizeof names[0]; i++) {
		const char *path = arena_printf(a, "%.*s/%s", (int)(slash - rec->image), rec->image, names[i]);

		if (file_exists(path))
			list = arena_list_add(a, list, path);
	}
	return list;
}

const char *culprit_how_name(enum culprit_how how)
{
	static const char *const names[] = {
		[CULPRIT_WATCHED] = "window", [CULPRIT_FIRST] = "first", [CULPRIT_BY_TIME] = "time"};

	return names[how];
}

/* ---- what was found ---- */

static struct culprit *culprit_of(struct hunt *h, enum culprit_how how, uint64_t pc, const char *const *lines)
{
	struct culprits *out = h->out;

	for (size_t i = 0; i < out->count; i++)
		if (out->items[i].how == how && explain_same_chain(out->items[i].lines, lines))
			return &out->items[i];
	out->items = arena_grow(&out->arena, out->items, &out->room, out->count + 1, sizeof *out->items);
	out->items[out->count] =
		(struct culprit){.how = how, .pc = pc, .lines = lines, .found_ms = clock_ms() - h->begun_ms};
	return &out->items[out->count++];
}

static void accuse(struct hunt *h, struct quarry *q, const struct culprit *like)
{
	struct culprits *out = h->out;
	struct culprit *c = culprit_of(h, like->how, like->pc, like->lines);

	if (!c->page_count) {
		c->level = like->level;
		c->instruction = like->instruction;
	}
	c->pages = arena_grow(&out->arena, c->pages, &c->page_room, c->page_count + 1, sizeof *c->pages);
	c->pages[c->page_count++] = q->page.paddr;
	q->found = true;
	out->found++;
	if (c->page_count == 1 && h->what->found)
		h->what->found(h->what->ctx, c);
}

/* ---- by watchpoints ---- */

/*
 * Of a page whose contents are known, from its first byte other than zero to its last: clearing what is zero loses nothing,
 * and hundreds of such stores would have to be stepped over. Whatever else loses the page there is found by time.
 */
static void choose_watch(struct quarry *q)
{
	const struct replay_page *page = &q->page;
	uint32_t from = 0, to = page->bytes ? page->size : 0;

	while (from < to && !page->bytes[from])
		from++;
	while (to > from && !page->bytes[to - 1])
		to--;
	q->watch_at = page->paddr;
	q->watch_size = REPLAY_PAGE;
	if (from == to)
		return;
	q->watch_at += (page->offset + from) & ~7u;
	q->watch_size = page->paddr + ((page->offset + to + 7) & ~7u) - q->watch_at;
}

static int watch(struct hunt *h, struct probe *p, const struct quarry *q, bool set, struct err *e)
{
	return gdb_point(&p->gdb, set, GDB_POINT_WRITE, q->watch_at + h->out->window, q->watch_size, h->deadline_ms, e);
}

/* The page whose watch has stopped the boot, or NULL. */
static struct quarry *hit(struct hunt *h, const struct probe *p)
{
	for (size_t i = 0; p->gdb.stop.reason == GDB_REASON_WATCH && i < h->out->watched; i++)
		if (!h->pages[i].found && !h->pages[i].unwatched && h->pages[i].watch_at + h->out->window == p->gdb.stop.address)
			return &h->pages[i];
	return NULL;
}

/* In front of a store. The place is explained now, while the registers are those of the store. */
static int note_store(struct hunt *h, struct probe *p, struct quarry *q, struct err *e)
{
	uint64_t pc;

	if (gdb_register(&p->gdb, "pc", &pc, h->deadline_ms, e) < 0)
		return -1;
	if (!q->lines || q->pc != pc)
		q->lines = explain(&h->explainer, p, pc, &h->out->arena);
	q->pc = pc;
	q->touched = true;
	return 0;
}

/* The store to a page whose contents are known goes through, alone. 1: the page is as it was before it. */
static int let_through(struct hunt *h, struct probe *p, struct quarry *q, struct err *e)
{
	int rc = probe_run(p, GDB_GO_STEP, e);

	if (rc != PROBE_HALTED)
		return rc < 0 ? -1 : 0; /* the boot's last instruction: what it lost is seen at its end */
	if (!replay_page_is_right(&q->page, &p->replay.machine))
		return 0;
	return watch(h, p, q, true, e) < 0 ? -1 : 1;
}

/*
 * The machine stands in front of a store to the page. It is the one that lost the page if that was right before and is not
 * afterwards. What is written before the page is as the image has it is nobody's fault: a kernel clears a frame before
 * somebody fills it. Such a page is looked for by time, because hundreds of stores may be to come.
 */
static int judge_store(struct hunt *h, struct probe *p, struct quarry *q, struct err *e)
{
	struct culprit c = {.how = q->page.bytes ? CULPRIT_WATCHED : CULPRIT_FIRST};
	bool right = replay_page_is_right(&q->page, &p->replay.machine);
	int rc = 0;

	if (note_store(h, p, q, e) < 0)
		return -1;
	c.pc = q->pc;
	c.lines = q->lines;
	c.level = probe_level(p);
	/* QEMU stops in front of the store, again and again: without the page's watch it goes through. */
	if (watch(h, p, q, false, e) < 0)
		return -1;
	q->unwatched = q->page.bytes && !right;
	if (q->unwatched)
		return 0;
	if (probe_instruction(p, &c.instruction, e) < 0)
		return -1;
	if (q->page.bytes)
		rc = let_through(h, p, q, e);
	if (rc == 0)
		accuse(h, q, &c);
	return rc < 0 ? -1 : 0;
}

/* What the pages hold now that the boot is over. */
static void keep_ends(struct hunt *h, const struct probe *p)
{
	for (size_t i = 0; i < h->out->watched; i++) {
		const uint8_t *now = machine_view(&p->replay.machine, h->pages[i].page.paddr, REPLAY_PAGE);

		if (now)
			memcpy(h->pages[i].end, now, REPLAY_PAGE);
	}
}

static int follow_stores(struct hunt *h, struct probe *p, struct err *e)
{
	enum { STRAYS = 16 };
	unsigned strays = 0;

	/* Those that are looked for by time need the boot's end, too. */
	while (h->out->found < h->out->watched) {
		struct quarry *q;
		int rc = probe_run(p, GDB_GO_CONTINUE, e);

		if (rc < 0)
			return -1;
		h->over = rc == PROBE_OVER;
		if (h->over)
			keep_ends(h, p);
		if (rc != PROBE_HALTED)
			return rc;
		q = hit(h, p);
		if (!q && ++strays > STRAYS)
			return err_set(e, ERR_INFRA, "the boot stops again and again where nothing is watched (signal %d, 0x%" PRIx64 ")",
				       p->gdb.stop.signal, p->gdb.stop.address);
		if (q && judge_store(h, p, q, e) < 0)
			return -1;
		if (p->gdb.state != GDB_HALTED)
			return PROBE_LATE;
	}
	return PROBE_HALTED;
}

/* Out of time while QEMU was being talked to: what has been found by then stands. */
static int unless_late(const struct hunt *h, int rc, const struct err *e)
{
	return rc < 0 && e->kind == ERR_INFRA && clock_ms() >= h->deadline_ms ? 0 : rc;
}

/* What probe_run says last. */
static int follow_boot(struct hunt *h, bool *fell, struct err *e)
{
	struct probe p;
	int rc = probe_start(&p, h->rec, h->dir, h->what->boot, h->deadline_ms, e);

	for (size_t i = 0; rc == 0 && i < h->out->watched; i++)
		if (!h->pages[i].found && !h->pages[i].unwatched)
			rc = watch(h, &p, &h->pages[i], true, e);
	if (rc == 0)
		rc = follow_stores(h, &p, e);
	if (rc < 0 && probe_after_error(&p, e) == PROBE_OVER) {
		h->over = true;
		keep_ends(h, &p);
		rc = PROBE_OVER;
	}
	*fell = rc < 0 && p.fell;
	probe_finish(&p);
	return rc;
}

static int hunt_by_watches(struct hunt *h, struct err *e)
{
	enum { TRIES = 3 };
	int rc = PROBE_STUCK;
	bool fell = false;

	explainer_open(&h->explainer, h->what->elfs, h->what->image, &h->rec->with);
	for (int i = 0; (rc == PROBE_STUCK || fell) && i < TRIES; i++)
		rc = follow_boot(h, &fell, e);
	return unless_late(h, rc < 0 ? -1 : 0, e);
}

/* ---- by time ---- */

static bool is_lost(const struct quarry *q)
{
	return q->page.bytes && memcmp(q->end + q->page.offset, q->page.bytes, q->page.size) != 0;
}

static struct quarry *quarry_at(struct hunt *h, uint64_t paddr)
{
	for (size_t i = 0; i < h->out->watched; i++)
		if (h->pages[i].page.paddr == paddr)
			return &h->pages[i];
	return NULL;
}

static int found_by_time(void *ctx, struct probe *p, const struct instant *at, struct err *e)
{
	struct hunt *h = ctx;
	struct culprit c = {.how = CULPRIT_BY_TIME, .instruction = at->from};
	struct quarry *q = quarry_at(h, at->page.paddr);

	if (gdb_register(&p->gdb, "pc", &c.pc, h->deadline_ms, e) < 0)
		return -1;
	c.lines = explain(&h->explainer, p, c.pc, &h->out->arena);
	c.level = probe_level(p);
	if (q)
		accuse(h, q, &c);
	return 0;
}

/* The pages that were lost behind the watches' back. */
static int hunt_by_time(struct hunt *h, struct instant *lost, size_t *count, struct err *e)
{
	struct instant_search search = {.rec = h->rec, .dir = h->dir, .boot = h->what->boot, .deadline_ms = h->deadline_ms,
					.found = found_by_time, .ctx = h};
	int rc;

	for (size_t i = 0; h->over && i < h->out->watched; i++)
		if (!h->pages[i].found && h->pages[i].page.bytes) {
			lost[*count].page = h->pages[i].page;
			lost[*count].lost = is_lost(&h->pages[i]);
			memcpy(lost[(*count)++].end, h->pages[i].end, REPLAY_PAGE);
		}
	if (!*count)
		return 0;
	rc = instant_find(&search, lost, *count, e);
	return unless_late(h, rc, e);
}

/* ---- what is left ---- */

static struct culprit_open_page state_of(const struct hunt *h, const struct quarry *q, const struct instant *lost, size_t count)
{
	struct culprit_open_page page = {.page = q->page.paddr, .how = OPEN_LATE};

	if (h->over && !q->page.bytes)
		page.how = OPEN_UNKNOWN;
	else if (h->over && !is_lost(q))
		page.how = q->touched ? OPEN_RESTORED : OPEN_UNTOUCHED;
	else if (h->over)
		page.how = OPEN_ELSEWHERE;
	for (size_t i = 0; page.how != OPEN_LATE && i < count; i++) {
		const struct instant *at = &lost[i];

		if (at->page.paddr != page.page || (!at->to && !at->unwritten))
			continue;
		page.how = at->unwritten ? OPEN_UNWRITTEN : at->was_right ? OPEN_NARROWED : OPEN_NEVER;
		page.from = at->from;
		page.to = at->to;
	}
	return page;
}

static void list_open(struct hunt *h, const struct instant *lost, size_t count)
{
	struct culprits *out = h->out;

	out->open = arena_alloc(&out->arena, (out->watched + 1) * sizeof *out->open);
	for (size_t i = 0; i < out->watched; i++)
		if (!h->pages[i].found)
			out->open[out->open_count++] = state_of(h, &h->pages[i], lost, count);
}

static int hunt_all(struct hunt *h, struct err *e)
{
	struct culprits *out = h->out;
	struct instant *lost;
	size_t count = 0;
	int rc;

	h->pages = xcalloc(out->watched, sizeof *h->pages);
	lost = xcalloc(out->watched, sizeof *lost);
	for (size_t i = 0; i < out->watched; i++) {
		h->pages[i].page = h->what->pages[i];
		choose_watch(&h->pages[i]);
	}
	rc = hunt_by_watches(h, e);
	if (rc == 0)
		rc = hunt_by_time(h, lost, &count, e);
	if (rc == 0)
		list_open(h, lost, count);
	explainer_close(&h->explainer);
	free(lost);
	free(h->pages);
	return rc;
}

int culprit_find(struct culprits *out, const struct recording *rec, const char *dir, const struct culprit_hunt *what,
		 struct err *e)
{
	struct hunt h = {.out = out, .what = what, .rec = rec, .dir = dir, .begun_ms = clock_ms()};

	memset(out, 0, sizeof *out);
	arena_init(&out->arena);
	h.deadline_ms = h.begun_ms + what->budget_ms;
	out->wanted = what->page_count;
	out->watched = what->page_count < CULPRIT_PAGES ? what->page_count : CULPRIT_PAGES;
	if (what->boot >= rec->boot_count)
		return err_set(e, ERR_USAGE, "the pages were lost in boot %u of the session, and %zu were recorded", what->boot + 1,
			       rec->boot_count);
	if (culprit_window(rec->arch, rec->entry, &out->window) < 0)
		return err_set(e, ERR_USAGE, "nobody knows at which addresses a kernel on %s, entered at %s, sees memory",
			       rec->arch ? rec->arch : "?", rec->entry ? rec->entry : "?");
	return hunt_all(&h, e);
}

void culprits_finish(struct culprits *c)
{
	arena_finish(&c->arena);
}
