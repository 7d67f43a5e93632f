#include "replay/execution.h"

#include <inttypes.h>
#include <string.h>

#include "gdb/target.h"
#include "replay/frame.h"
#include "replay/probe.h"
#include "replay/trap.h"
#include "util/clock.h"

enum {
	TRAPS_MOST = 1000,  /* about half a millisecond each: a system that talks a lot is not followed to its end */
	HEIR_STRIDE = 16,   /* instructions between looks for who runs after a fault: fewer than any user code needs to trap */
	HEIR_LOOKS = 1000,  /* 16,000 instructions: the kernel needs some thousand */
};

/* One protection domain while it is followed. */
struct follower {
	uint64_t space;      /* by which its traps are told; 0: it has not come yet */
	uint64_t heir_space; /* of whoever ran after its last fault */
	uint64_t parent_space; /* of one after whom it came back: it takes care of faults; 0: none did */
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

static struct execution_pd *pd_of_frame(struct watch *w, uint64_t frame)
{
	bool copied;
	const char *owner = frame_owner(w->img, &w->probe.replay.machine, frame, &copied);
	struct execution_pd *pd = owner ? pd_named(w, owner) : NULL;

	for (size_t i = 0; !pd && i < w->out->count; i++)
		if (!w->out->pds[i].name && w->out->pds[i].frame == frame)
			pd = &w->out->pds[i];
	if (!pd)
		pd = add_pd(w, NULL);
	pd->copied = copied && owner;
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
	return trap_vector(&w->probe.gdb, w->regs, &w->vector, w->probe.deadline_ms, e) < 0 ? -1 : point(w, true, w->vector, e);
}

static int at_entry(struct watch *w, struct err *e)
{
	uint64_t paddr = 0, space = 0, instruction = 0;
	struct execution_pd *pd;
	bool user;
	int rc;

	if (trap_in_user_mode(&w->probe.gdb, w->regs, &user, w->probe.deadline_ms, e) < 0)
		return -1;
	if (!user)
		return 0;
	rc = probe_physical(&w->probe, FRAME_ENTRY, &paddr, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (trap_space(&w->probe.gdb, w->regs, &space, w->probe.deadline_ms, e) < 0 || probe_instruction(&w->probe, &instruction, e) < 0)
		return -1;
	pd = pd_of_frame(w, paddr & ~UINT64_C(4095));
	if (!pd->entries++) {
		pd->frame = paddr & ~UINT64_C(4095);
		pd->instruction = instruction;
	}
	if (pd->faults && instruction > pd->fault_at && !pd->back) {
		pd->back = true;
		w->followers[pd - w->out->pds].parent_space = w->followers[pd - w->out->pds].heir_space;
	}
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

static void set_heir(struct watch *w, struct execution_pd *pd, enum execution_heir heir, const char *name)
{
	pd->heir = heir;
	pd->heir_pd = arena_strdup(&w->out->arena, name);
}

/* By the space it runs in: one that came to its entry before. False: none of those, or it could be the monitor. */
static bool heir_by_space(struct watch *w, struct execution_pd *pd, uint64_t space)
{
	const struct execution_pd *other = pd_in_space(w, space);

	if (other && other->name)
		set_heir(w, pd, strcmp(other->name, "monitor") == 0 && w->img->format->capdl ? HEIR_MONITOR : HEIR_PD, other->name);
	else if (space == w->followers[pd - w->out->pds].parent_space || (other && !w->img->format->capdl))
		set_heir(w, pd, HEIR_PD, other ? other->name : NULL);
	else
		return false;
	return true;
}

/* By the place of its code. What a capDL initialiser holds may be anybody's. */
static void heir_by_place(struct watch *w, struct execution_pd *pd, const struct region *r)
{
	bool anybodys = w->img->format->capdl && r && r->owner == REGION_MONITOR;

	if (frame_is_monitors(r) && !anybodys)
		set_heir(w, pd, HEIR_MONITOR, NULL);
	else
		set_heir(w, pd, r && r->pd ? HEIR_PD : HEIR_UNKNOWN, r ? r->pd : NULL);
}

/* In user mode: whose code it is. 1: the same protection domain's, so the kernel has dealt with it. */
static int name_heir(struct watch *w, struct execution_pd *pd, uint64_t space, struct err *e)
{
	uint64_t pc, paddr;
	int rc;

	if (w->followers[pd - w->out->pds].space == space)
		return 1;
	w->followers[pd - w->out->pds].heir_space = space;
	if (gdb_register(&w->probe.gdb, "pc", &pc, w->probe.deadline_ms, e) < 0)
		return -1;
	/* Whoever begins just now is nobody's fault handler: it was ready anyway. */
	if (pc == FRAME_ENTRY)
		set_heir(w, pd, HEIR_UNKNOWN, NULL);
	else if (!heir_by_space(w, pd, space)) {
		rc = probe_physical(&w->probe, pc, &paddr, e);
		if (rc < 0)
			return -1;
		heir_by_place(w, pd, rc == 0 ? frame_region(w->img, paddr) : NULL);
	}
	return 0;
}

/* Stop every few instructions until user code runs, or somebody stands at a point. What probe_run says, last. */
static int run_to_user(struct watch *w, bool *user, struct err *e)
{
	int rc = PROBE_HALTED;

	*user = false;
	for (int i = 0; rc == PROBE_HALTED && !*user && i < HEIR_LOOKS; i++) {
		uint64_t at;

		if (probe_instruction(&w->probe, &at, e) < 0 || probe_stop_at(&w->probe, at + HEIR_STRIDE, e) < 0)
			return -1;
		rc = probe_run(&w->probe, GDB_GO_CONTINUE, e);
		if (rc == PROBE_HALTED && trap_in_user_mode(&w->probe.gdb, w->regs, user, w->probe.deadline_ms, e) < 0)
			return -1;
	}
	if (rc == PROBE_HALTED && probe_stop_nowhere(&w->probe, e) < 0)
		return -1;
	return rc;
}

/* 1: the kernel has dealt with the fault itself. */
static int find_heir(struct watch *w, struct execution_pd *pd, struct err *e)
{
	uint64_t space;
	bool user;
	int rc = run_to_user(w, &user, e);

	pd->heir = HEIR_NOBODY;
	if (rc < 0 || !user)
		return rc < 0 ? -1 : 0;
	if (trap_space(&w->probe.gdb, w->regs, &space, w->probe.deadline_ms, e) < 0)
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
	if (trap_read(&w->probe.gdb, w->regs, &t, w->probe.deadline_ms, e) < 0)
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
	return at_entry(w, e) < 0 ? -1 : pass(w, FRAME_ENTRY, e);
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
	int rc = point(w, true, FRAME_ENTRY, e) < 0 ? -1 : PROBE_HALTED;

	while (rc == PROBE_HALTED) {
		uint64_t pc = 0;

		if (w->vector && w->out->traps >= TRAPS_MOST && leave_traps(w, e) < 0)
			return -1;
		/* A step beyond one point may have ended on the other, which is to be looked at before it is left. */
		if (gdb_register(&w->probe.gdb, "pc", &pc, w->probe.deadline_ms, e) < 0)
			return -1;
		if (pc == FRAME_ENTRY || (w->vector && pc == w->vector))
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
	if (rc < 0)
		rc = probe_after_error(&w->probe, e);
	if (rc == PROBE_STUCK) {
		w->out->followed = false;
		if (probe_instruction(&w->probe, &w->out->until, e) < 0)
			rc = -1;
	}
	probe_finish(&w->probe);
	w->out->over = rc == PROBE_OVER;
	return rc;
}

/* What was seen of each in a run that was cut short is forgotten, but for who it is. */
static void forget(struct watch *w)
{
	for (size_t i = 0; w->followers && i < w->out->count; i++) {
		struct execution_pd *pd = &w->out->pds[i];

		*pd = (struct execution_pd){.name = pd->name, .frame = pd->name ? 0 : pd->frame};
		w->followers[i] = (struct follower){0};
	}
	w->out->traps = 0;
	w->out->followed = true;
}

static int run_all(struct watch *w, const struct recording *rec, const char *dir, unsigned boot, int64_t deadline_ms,
		   struct err *e)
{
	enum { TRIES = 3, TRIES_WITH_TRAPS = 2 }; /* on riscv64 these end where the kernel idles */
	int rc = PROBE_STUCK;

	for (int i = 0; (rc == PROBE_STUCK || (rc < 0 && w->probe.fell)) && i < TRIES_WITH_TRAPS; i++) {
		forget(w);
		rc = run(w, rec, dir, boot, true, deadline_ms, e);
	}
	/* Without a point in the kernel it goes on to its end. */
	for (int i = 0; (rc == PROBE_STUCK || (rc < 0 && w->probe.fell)) && i < TRIES; i++)
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
	struct watch w = {.out = out, .img = img, .regs = trap_regs_of(rec->arch, rec->entry)};

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
