#include "sched/slots.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void slots_init(struct slots *s, const struct slots_limits *limits)
{
	memset(s, 0, sizeof *s);
	s->limits = *limits;
	s->free_bytes = UINT64_MAX;
}

void slots_finish(struct slots *s)
{
	free(s->classes);
	memset(s, 0, sizeof *s);
}

/* All machines share a line: what they take is one another's. Boards each have their own. */
static size_t line_for(struct slots *s, const void *board)
{
	for (size_t i = 0; !board && i < s->count; i++)
		if (!s->classes[i].board)
			return s->classes[i].line;
	return s->lines++;
}

size_t slots_class(struct slots *s, const void *kind, const void *board, bool machine, size_t boards, uint64_t memory)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->classes[i].kind == kind && s->classes[i].board == board)
			return i;
	s->classes = xgrow(s->classes, &s->room, s->count + 1, sizeof *s->classes);
	s->classes[s->count] = (struct slot_class){.kind = kind, .board = board, .machine = machine, .boards = boards,
						   .memory = memory, .line = line_for(s, board)};
	return s->count++;
}

/* At most as many tidy up as may work. */
static bool within(const size_t now[SLOT_STATES], size_t limit)
{
	return !limit || (now[SLOT_WORKING] < limit && now[SLOT_WORKING] + now[SLOT_TIDYING] < 2 * limit);
}

static size_t sum(const size_t now[SLOT_STATES])
{
	return now[SLOT_WORKING] + now[SLOT_WAITING] + now[SLOT_TIDYING];
}

/* Bytes that the machines which run may come to take. */
static uint64_t promised(const struct slots *s)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->classes[i].machine)
			bytes += sum(s->classes[i].now) * s->classes[i].memory;
	return bytes;
}

/*
 * Twice: what is to be had now, which shows what everybody else takes, and what there was before the machines that run,
 * less all that these may come to take. A sixteenth is left to everybody.
 */
static bool memory_is_there(struct slots *s, const struct slot_class *c)
{
	uint64_t now = s->limits.memory ? s->limits.memory() : UINT64_MAX;

	if (!sum(s->machines)) {
		s->free_bytes = now;
		return true;
	}
	if (now == UINT64_MAX)
		return true;
	return now - now / 16 >= c->memory && s->free_bytes - s->free_bytes / 16 >= promised(s) + c->memory;
}

bool slots_have_room(struct slots *s, size_t class)
{
	const struct slot_class *c = &s->classes[class];

	if (c->boards && sum(c->now) >= c->boards)
		return false;
	if (!within(s->all, s->limits.at_once) || (s->limits.processes && sum(s->all) >= s->limits.processes))
		return false;
	if (!c->machine)
		return true;
	return within(s->machines, s->limits.at_once ? 0 : s->limits.cores) && memory_is_there(s, c);
}

void slots_take(struct slots *s, size_t class)
{
	struct slot_class *c = &s->classes[class];

	c->now[SLOT_WORKING]++;
	s->all[SLOT_WORKING]++;
	s->machines[SLOT_WORKING] += c->machine;
}

void slots_leave(struct slots *s, size_t class, enum slot_state was)
{
	struct slot_class *c = &s->classes[class];

	c->now[was]--;
	s->all[was]--;
	s->machines[was] -= c->machine;
}

void slots_move(struct slots *s, size_t class, enum slot_state from, enum slot_state to)
{
	struct slot_class *c = &s->classes[class];

	slots_leave(s, class, from);
	c->now[to]++;
	s->all[to]++;
	s->machines[to] += c->machine;
}

void slots_measure(struct slots *s, size_t class, uint64_t bytes)
{
	struct slot_class *c = &s->classes[class];

	if (!c->measured || bytes > c->memory)
		c->memory = bytes;
	c->measured = true;
}
