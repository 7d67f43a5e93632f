/* How long a plan will take: its sessions played through, as the supervisor would begin them. */
#include <stdlib.h>

#include "plan/order.h"

/* A unit of hardware, and when it is free again. */
struct busy {
	const struct board_unit *unit;
	int64_t until_ms;
};

struct play {
	int64_t *slots;     /* when each is free again, as a heap: the earliest on top */
	size_t slot_count;
	bool for_all;       /* hardware takes a slot, too */
	struct busy *units; /* that were used */
	size_t unit_count, unit_room;
	int64_t end_ms;
};

static struct busy *busy_of(struct play *p, const struct board_unit *u)
{
	for (size_t i = 0; i < p->unit_count; i++)
		if (p->units[i].unit == u)
			return &p->units[i];
	p->units = xgrow(p->units, &p->unit_room, p->unit_count + 1, sizeof *p->units);
	p->units[p->unit_count] = (struct busy){.unit = u};
	return &p->units[p->unit_count++];
}

/* The unit of the job's that is free first; NULL: a machine is made for it. */
static struct busy *earliest(struct play *p, const struct job *j)
{
	size_t best = 0;

	if (j->unit->implied)
		return NULL;
	for (size_t i = 0; i < j->unit_count; i++)
		busy_of(p, j->units[i]); /* the array may move */
	for (size_t i = 1; i < j->unit_count; i++)
		if (busy_of(p, j->units[i])->until_ms < busy_of(p, j->units[best])->until_ms)
			best = i;
	return busy_of(p, j->units[best]);
}

/* Put a later time on top of the heap. */
static void replace_top(int64_t *heap, size_t count, int64_t value)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count && heap[child + 1] < heap[child])
			child++;
		if (value <= heap[child])
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = value;
}

/*
 * A session waits for its board without taking a slot: others are begun meanwhile. Its slot is then one that is free at
 * that time, for which the earliest stands: close enough for a forecast.
 */
static void play_job(struct play *p, const struct job *j, int64_t takes_ms)
{
	struct busy *unit = earliest(p, j);
	bool slot = p->for_all || j->unit->kind->qemu;
	int64_t begin = slot ? p->slots[0] : 0, end;

	if (slot)
		replace_top(p->slots, p->slot_count, p->slots[0] + takes_ms);
	if (unit && unit->until_ms > begin)
		begin = unit->until_ms;
	end = begin + takes_ms;
	if (unit)
		unit->until_ms = end;
	if (end > p->end_ms)
		p->end_ms = end;
}

int64_t plan_left_ms(const struct plan *plan, int64_t (*ms)(void *ctx, size_t i), void *ctx, struct plan_room room)
{
	struct play p = {.slot_count = room.slots < plan->count ? room.slots : plan->count, .for_all = room.for_all};

	p.slot_count = p.slot_count ? p.slot_count : 1;
	p.slots = xcalloc(p.slot_count, sizeof *p.slots);
	for (size_t k = 0; k < plan->count; k++) {
		size_t i = plan->order ? plan->order[k] : k;
		int64_t takes_ms = plan->jobs[i].skip ? 0 : ms(ctx, i);

		if (takes_ms > 0)
			play_job(&p, &plan->jobs[i], takes_ms);
	}
	free(p.slots);
	free(p.units);
	return p.end_ms;
}

struct whole {
	const struct plan *plan;
	const bool *done;
};

static int64_t whole_ms(void *ctx, size_t i)
{
	const struct whole *w = ctx;

	return w->done && w->done[i] ? 0 : w->plan->jobs[i].expected_ms;
}

int64_t plan_expected_ms(const struct plan *plan, const bool *done, struct plan_room room)
{
	struct whole w = {plan, done};

	return plan_left_ms(plan, whole_ms, &w, room);
}
