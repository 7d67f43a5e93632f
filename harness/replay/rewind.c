#include "replay/rewind.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/target.h"
#include "util/mem.h"

enum {
	FIRST_STRIDE = 1 << 12, /* instructions: so far back it is looked first ... */
	STRIDE_GROWS = 8,       /* ... and so many times as far each time that there is nothing */
};

static bool is_same(const struct rewind_point *a, const struct rewind_point *b)
{
	return a->kind == b->kind && a->address == b->address && a->size == b->size;
}

void rewind_add_point(struct rewind_points *p, const struct rewind_point *point)
{
	rewind_remove_point(p, point);
	p->items = xgrow(p->items, &p->room, p->count + 1, sizeof *p->items);
	p->items[p->count++] = *point;
}

void rewind_remove_point(struct rewind_points *p, const struct rewind_point *point)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++)
		if (!is_same(&p->items[i], point))
			p->items[kept++] = p->items[i];
	p->count = kept;
}

void rewind_points_finish(struct rewind_points *p)
{
	free(p->items);
	memset(p, 0, sizeof *p);
}

static int set_all(struct probe *p, const struct rewind_points *points, bool set, struct err *e)
{
	for (size_t i = 0; i < points->count; i++) {
		const struct rewind_point *at = &points->items[i];

		if (gdb_point(&p->gdb, set, at->kind, at->address, at->size, p->deadline_ms, e) < 0)
			return -1;
	}
	return 0;
}

static int must_stand(int rc, uint64_t count, struct err *e)
{
	if (rc < 0 || rc == PROBE_HALTED)
		return rc < 0 ? -1 : 0;
	return err_set(e, ERR_INFRA, "the boot did not come to instruction %" PRIu64 " again", count);
}

int rewind_to(struct probe *p, const struct rewind_points *points, uint64_t count, struct err *e)
{
	int rc = probe_again(p, count, e);

	return must_stand(rc, count, e) < 0 ? -1 : set_all(p, points, true, e);
}

/* Past the point where it stands: one instruction with no point set. */
static int step_over(struct probe *p, const struct rewind_points *points, uint64_t count, struct err *e)
{
	if (set_all(p, points, false, e) < 0)
		return -1;
	if (must_stand(probe_run(p, GDB_GO_STEP, e), count + 1, e) < 0)
		return -1;
	return set_all(p, points, true, e);
}

/* The last stop from here to in front of instruction `to`. 1: there is none. */
static int last_stop(struct probe *p, const struct rewind_points *points, uint64_t to, uint64_t *count, struct gdb_stop *stop,
		     struct err *e)
{
	bool found = false;
	uint64_t at = 0;
	int rc = probe_instruction(p, &at, e);

	while (rc == 0 && at < to) {
		rc = probe_stop_at(p, to, e);
		if (rc == 0)
			rc = must_stand(probe_run(p, GDB_GO_CONTINUE, e), to, e);
		if (rc == 0)
			rc = probe_instruction(p, &at, e);
		if (rc < 0 || at >= to)
			break;
		found = true;
		*count = at;
		*stop = p->gdb.stop;
		rc = step_over(p, points, at, e);
		at++;
	}
	return rc < 0 ? -1 : !found;
}

int rewind_back(struct probe *p, const struct rewind_points *points, uint64_t count, struct gdb_stop *stop, struct err *e)
{
	uint64_t stride = FIRST_STRIDE, to = count, at = 0;
	int rc = 1;

	while (rc == 1 && to > 0 && points->count) {
		uint64_t from = to > stride ? to - stride : 0;

		rc = rewind_to(p, points, from, e) < 0 ? -1 : last_stop(p, points, to, &at, stop, e);
		to = from;
		stride *= STRIDE_GROWS;
	}
	if (rc < 0)
		return -1;
	if (rc == 0 && stop->reason != GDB_REASON_NONE && stop->reason != GDB_REASON_BREAKPOINT)
		at++;
	return rewind_to(p, points, rc == 0 ? at : 0, e) < 0 ? -1 : rc;
}
