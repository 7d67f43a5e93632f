#include "replay/execution.h"

#include <inttypes.h>
#include <string.h>

#include "gdb/target.h"
#include "replay/page.h"
#include "replay/trap.h"
#include "util/clock.h"

enum {
	TRAPS_MOST = 4000,  /* a fifth of a millisecond each: a system that talks a lot is not followed to its end */
	HEIR_STRIDE = 16,   /* instructions between looks for who runs after a fault: fewer than any user code needs to trap */
	HEIR_LOOKS = 1000,  /* 16,000 instructions: the kernel needs some thousand */
};

/* One protection domain while it is followed. */
struct follower {
	uint64_t space;      /* by which its traps are told; 0: it has not come yet */
};

struct watch {
	struct execution *out;
	const struct boot_image *img;
	const struct trap_regs *regs;
	struct probe probe;
	struct follower *followers; /* by pd */
	size_t follower_room;
	bool traps;                 /* faults are of interest in this run */
	uint64_t vector;            /* where a point is set; 0: none */
};

/* ---- whose frame ---- */

static struct execution_pd *add_pd(struct watch *w, const char *name)
{
	struct execution *out = w->out;

	out->pds = arena_grow(&out->arena, out->pds, &out->room, out->count + 1, sizeof *out->pds);
	w->followers = arena_grow(&out->arena, w->followers, &w->follower_room, out->count + 1, sizeof *w->followers);
	out->pds[out->count] = (struct execution_pd){.name = name};
	w->followers[out->count] = (struct follower){0};
	return &out->pds[out->count++];
}

static struct execution_pd *pd_named(struct watch *w, const char *name)
{
	for (size_t i = 0; i < w->out->count; i++)
		if (w->out->pds[i].name && strcmp(w->out->pds[i].name, name) == 0)
			return &w->out->pds[i];
	return NULL;
}

static void list_pds(struct watch *w)
{
	for (size_t i = 0; i < w->img->region_count; i++) {
		const struct region *r = &w->img->regions[i];

		if (r->owner == REGION_PD && r->pd && !pd_named(w, r->pd))
			add_pd(w, arena_strdup(&w->out->arena, r->pd));
	}
}

static const struct region *region_at(const struct watch *w, uint64_t paddr)
{
	for (size_t i = 0; i < w->img->region_count; i++) {
		const struct region *r = &w->img->regions[i];

		if (paddr >= r->paddr && paddr - r->paddr < r->size && r->owner != REGION_UNKNOWN)
			return r;
	}
	return NULL;
}

/* The part of an image's region that is mapped at the entry: none where its virtual address is not known, or elsewhere. */
static struct replay_page entry_page(const struct region *r)
{
	struct replay_page page = {.paddr = 0};

	if (r->owner != REGION_PD || !r->pd || r->vaddr > EXECUTION_ENTRY || EXECUTION_ENTRY - r->vaddr >= r->size)
		return page;
	page.bytes = r->bytes + (EXECUTION_ENTRY - r->vaddr);
	page.size = (uint32_t)(r->size - (EXECUTION_ENTRY - r->vaddr));
	page.size = page.size < REPLAY_PAGE ? page.size : REPLAY_PAGE;
	return page;
}

/* Whose code a copied frame holds; NULL: nobody's, or it could be several ones'. */
static const char *owner_by_contents(struct watch *w, uint64_t frame)
{
	const char *owner = NULL;

	for (size_t i = 0; i < w->img->region_count; i++) {
		struct replay_page page = entry_page(&w->img->regions[i]);

		page.paddr = frame;
		if (!page.bytes || !replay_page_is_right(&page, &w->probe.replay.machine))
			continue;
		if (owner && strcmp(owner, w->img->regions[i].pd) != 0)
			return NULL;
		owner = w->img->regions[i].pd;
	}
	return owner;
}

static struct execution_pd *pd_of_frame(struct watch *w, uint64_t frame)
{
	const struct region *r = region_at(w, frame);
	const char *copied = r ? NULL : owner_by_contents(w, frame);
	struct execution_pd *pd = r && r->pd ? pd_named(w, r->pd) : copied ? pd_named(w, copied) : NULL;

	for (size_t i = 0; !pd && i < w->out->count; i++)
		if (!w->out->pds[i].name && w->out->pds[i].frame == frame)
			pd = &w->out->pds[i];
	if (!pd)
		pd = add_pd(w, NULL);
	pd->copied = copied != NULL;
	return pd;
}

/* ---- stops ---- */

static int point(struct watch *w, bool set, uint64_t at, struct err *e)
{
	return gdb_point(&w->probe.gdb, set, GDB_POINT_HARDWARE, at, 4, w->probe.deadline_ms, e);
}

/* The machine stands at a point, and would for ever: one step beyond it. */
static int pass(struct watch *w, uint64_t at, struct err *e)
{
	int rc;

	if (point(w, false, at, e) < 0)
		return -1;
	rc = probe_run(&w->probe, GDB_GO_STEP, e);
	if (rc == PROBE_HALTED && point(w, true, at, e) < 0)
		return -1;
	return rc;
}

/* From the first protection domain on, traps are of interest. */
static int watch_traps(struct watch *w, struct err *e)
{
	if (w->vector || !w->traps)
		return 0;
	return trap_vector(&w->probe, w->regs, &w->vector, e) < 0 ? -1 : point(w, true, w->vector, e);
}

static int at_entry(struct watch *w, struct err *e)
{
	uint64_t paddr = 0, space = 0, instruction = 0;
	struct execution_pd *pd;
	bool user;
	int rc;

	if (trap_in_user_mode(&w->probe, w->regs, &user, e) < 0)
		return -1;
	if (!user)
		return 0;
	rc = probe_physical(&w->probe, EXECUTION_ENTRY, &paddr, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (trap_space(&w->probe, w->regs, &space, e) < 0 || probe_instruction(&w->probe, &instruction, e) < 0)
		return -1;
	pd = pd_of_frame(w, paddr & ~UINT64_C(4095));
	if (!pd->entries++) {
		pd->frame = paddr & ~UINT64_C(4095);
		pd->instruction = instruction;
	}
	pd->back |= pd->faults && instruction > pd->fault_at;
	w->followers[pd - w->out->pds].space = space;
	return watch_traps(w, e);
}

static struct execution_pd *pd_in_space(struct watch *w, uint64_t space)
{
	for (size_t i = 0; i < w->out->count; i++)
		if (w->followers[i].space == space)
			return &w->out->pds[i];
	return NULL;
}

/* ---- who ran after a fault ---- */

/* In user mode, or back at a point: whose code it is. 1: the same protection domain's, so the kernel has dealt with it. */
static int name_heir(struct watch *w, struct execution_pd *pd, uint64_t space, struct err *e)
{
	const struct region *r;
	uint64_t pc, paddr;
	int rc;

	if (w->followers[pd - w->out->pds].space == space)
		return 1;
	if (gdb_register(&w->probe.gdb, "pc", &pc, w->probe.deadline_ms, e) < 0)
		return -1;
	rc = probe_physical(&w->probe, pc, &paddr, e);
	if (rc < 0)
		return -1;
	/* Whoever begins just now is nobody's fault handler: it was ready anyway. */
	if (pc == EXECUTION_ENTRY) {
		pd->heir = HEIR_UNKNOWN;
		return 0;
	}
	r = rc == 0 ? region_at(w, paddr) : NULL;
	pd->heir = r && r->owner == REGION_MONITOR ? HEIR_MONITOR : r && r->pd ? HEIR_PD : HEIR_UNKNOWN;
	pd->heir_pd = r && r->pd ? arena_strdup(&w->out->arena, r->pd) : NULL;
	if (pd->heir == HEIR_UNKNOWN && pd_in_space(w, space)) {
		pd->heir = HEIR_PD;
		pd->heir_pd = pd_in_space(w, space)->name;
	}
	return 0;
}

/* Stop every few instructions until user code runs. 1: the kernel has dealt with the fault itself. */
static int find_heir(struct watch *w, struct execution_pd *pd, struct err *e)
{
	uint64_t at, space;
	bool user = false;
	int rc = probe_instruction(&w->probe, &at, e);

	pd->heir = HEIR_NOBODY;
	for (int i = 0; rc == 0 && !user && i < HEIR_LOOKS; i++) {
		at += HEIR_STRIDE;
		if (probe_stop_at(&w->probe, at, e) < 0)
			return -1;
		rc = probe_run(&w->probe, GDB_GO_CONTINUE, e);
		if (rc != PROBE_HALTED)
			return rc < 0 ? -1 : 0;
		rc = trap_in_user_mode(&w->probe, w->regs, &user, e);
	}
	if (rc < 0 || !user)
		return rc;
	if (trap_space(&w->probe, w->regs, &space, e) < 0)
		return -1;
	return name_heir(w, pd, space, e);
}

/* A protection domain has faulted, unless the kernel deals with it without anybody (it hands out the floating point unit at
 * its first use). */
static int take_fault(struct watch *w, struct execution_pd *pd, const struct trap *t, struct err *e)
{
	struct execution_pd before = *pd;
	int rc = probe_instruction(&w->probe, &pd->fault_at, e);

	if (rc < 0)
		return -1;
	pd->faults++;
	pd->fault = t->what;
	pd->fault_pc = t->pc;
	pd->fault_address = t->address;
	pd->heir_pd = NULL;
	pd->back = false;
	rc = find_heir(w, pd, e);
	if (rc == 1)
		*pd = before;
	return rc < 0 ? -1 : 0;
}

static int at_vector(struct watch *w, struct err *e)
{
	struct execution_pd *pd;
	struct trap t;
	int rc;

	w->out->traps++;
	if (trap_read(&w->probe, w->regs, &t, e) < 0)
		return -1;
	pd = pd_in_space(w, t.space);
	rc = pass(w, w->vector, e);
	if (rc != PROBE_HALTED || !t.fault || !pd)
		return rc;
	return take_fault(w, pd, &t, e) < 0 ? -1 : w->probe.gdb.state == GDB_HALTED ? PROBE_HALTED : PROBE_OVER;
}

/* ---- the boot ---- */

/* It stands still somewhere. What probe_run says of what comes next. */
static int at_stop(struct watch *w, uint64_t pc, struct err *e)
{
	if (w->vector && pc == w->vector)
		return at_vector(w, e);
	return at_entry(w, e) < 0 ? -1 : pass(w, EXECUTION_ENTRY, e);
}

/* Enough was seen of traps; entries go on being watched. */
static int leave_traps(struct watch *w, struct err *e)
{
	if (probe_instruction(&w->probe, &w->out->until, e) < 0 || point(w, false, w->vector, e) < 0)
		return -1;
	w->vector = 0;
	w->traps = w->out->followed = false;
	return 0;
}

static int follow(struct watch *w, struct err *e)
{
	int rc = point(w, true, EXECUTION_ENTRY, e) < 0 ? -1 : PROBE_HALTED;

	while (rc == PROBE_HALTED) {
		uint64_t pc = 0;

		if (w->vector && w->out->traps >= TRAPS_MOST && leave_traps(w, e) < 0)
			return -1;
		/* A step beyond one point may have ended on the other, which is to be looked at before it is left. */
		if (gdb_register(&w->probe.gdb, "pc", &pc, w->probe.deadline_ms, e) < 0)
			return -1;
		if (pc == EXECUTION_ENTRY || (w->vector && pc == w->vector))
			rc = at_stop(w, pc, e);
		else
			rc = probe_run(&w->probe, GDB_GO_CONTINUE, e);
	}
	return rc;
}

/* From power-on to the end. What follow says. */
static int run(struct watch *w, const struct recording *rec, const char *dir, unsigned boot, bool traps, int64_t deadline_ms,
	       struct err *e)
{
	int rc;

	w->traps = traps;
	w->vector = 0;
	for (size_t i = 0; i < w->out->count; i++)
		w->out->pds[i].entries = 0;
	rc = probe_start(&w->probe, rec, dir, boot, deadline_ms, e);
	if (rc == 0)
		rc = follow(w, e);
	if (rc == PROBE_ASLEEP) {
		w->out->followed = false;
		if (probe_instruction(&w->probe, &w->out->until, e) < 0)
			rc = -1;
	}
	probe_finish(&w->probe);
	w->out->over = rc == PROBE_OVER;
	return rc;
}

static int run_all(struct watch *w, const struct recording *rec, const char *dir, unsigned boot, int64_t deadline_ms,
		   struct err *e)
{
	int rc = run(w, rec, dir, boot, true, deadline_ms, e);

	/* Without a point in the kernel it goes on to its end. */
	if (rc == PROBE_ASLEEP)
		rc = run(w, rec, dir, boot, false, deadline_ms, e);
	if (rc >= 0)
		return 0;
	/* Out of time while QEMU was being talked to: what has been seen by then stands. */
	w->out->followed = false;
	return e->kind == ERR_INFRA && clock_ms() >= deadline_ms ? 0 : -1;
}

int execution_find(struct execution *out, const struct recording *rec, const char *dir, unsigned boot,
		   const struct boot_image *img, int64_t budget_ms, struct err *e)
{
	struct watch w = {.out = out, .img = img, .regs = trap_regs_of(rec)};

	memset(out, 0, sizeof *out);
	arena_init(&out->arena);
	out->followed = true;
	if (!w.regs)
		return err_set(e, ERR_USAGE, "nobody knows how a kernel on %s, entered at %s, is trapped into", rec->arch ? rec->arch : "?",
			       rec->entry ? rec->entry : "?");
	if (boot >= rec->boot_count)
		return err_set(e, ERR_USAGE, "the session has %zu recorded boots, and boot %u is asked for", rec->boot_count, boot + 1);
	list_pds(&w);
	return run_all(&w, rec, dir, boot, clock_ms() + budget_ms, e);
}

void execution_finish(struct execution *x)
{
	arena_finish(&x->arena);
}
