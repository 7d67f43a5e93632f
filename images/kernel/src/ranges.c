#include "kernel/ranges.h"

#include "kernel/panic.h"

void ranges_add(struct ranges *list, uint64_t start, uint64_t end)
{
	if (start >= end)
		return;
	if (list->count == RANGES_MAX)
		panic("too many ranges of physical memory");
	list->r[list->count++] = (struct range){start, end};
}

void ranges_subtract(struct ranges *list, uint64_t start, uint64_t end)
{
	struct ranges rest = {.count = 0};

	if (start >= end)
		return;
	for (unsigned i = 0; i < list->count; i++) {
		struct range r = list->r[i];

		ranges_add(&rest, r.start, r.end < start ? r.end : start);
		ranges_add(&rest, r.start > end ? r.start : end, r.end);
	}
	*list = rest;
}

uint64_t ranges_take_bottom(struct ranges *list, uint64_t size)
{
	for (unsigned i = 0; i < list->count; i++) {
		struct range *r = &list->r[i];
		uint64_t start = (r->start + size - 1) & ~(size - 1);

		if (start < r->start || start > r->end || r->end - start < size)
			continue;
		ranges_subtract(list, start, start + size);
		return start;
	}
	panic("no memory for the initial task's objects");
}

uint64_t ranges_take_top(struct ranges *list, uint64_t size)
{
	for (unsigned i = list->count; i-- > 0;) {
		struct range *r = &list->r[i];
		uint64_t start = (r->end - size) & ~(size - 1);

		if (r->end < size || start < r->start)
			continue;
		ranges_subtract(list, start, start + size);
		return start;
	}
	panic("no memory for the initial task's objects");
}
