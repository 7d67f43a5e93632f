/* What is to be said of pages for which no culprit was found. */
#include <inttypes.h>

#include "replay/culprit.h"

static const char *const meanings[] = {
	[OPEN_UNTOUCHED] = "nothing touched them by the kernel's window until the boot's recorded end, where they are as the image "
			   "has them; when they were lost, through an unwatched mapping, was not found",
	[OPEN_RESTORED] = "the stores that the kernel's window saw did not lose them, and at the boot's recorded end they are as "
			  "the image has them; when they were lost, through an unwatched mapping, was not found",
	[OPEN_UNKNOWN] = "nothing touched them by the kernel's window until the boot's recorded end; if they changed, it was "
			 "through an unwatched mapping",
	[OPEN_NARROWED] = "written through an unwatched mapping, after",
	[OPEN_NEVER] = "never as the image has them; they became what they were at the boot's end after",
	[OPEN_UNWRITTEN] = "never loaded: at the boot's recorded end they were what they were at power-on",
	[OPEN_ELSEWHERE] = "written through an unwatched mapping; when was not found in the time that there was",
	[OPEN_LATE] = "not found in the time that there was",
};

static const char *remark_on(const struct culprits *c, enum culprit_open how, struct arena *a)
{
	const struct culprit_open_page *first = NULL;
	uint64_t from = 0, to = 0;
	size_t count = 0;

	for (size_t i = 0; i < c->open_count; i++) {
		const struct culprit_open_page *p = &c->open[i];

		if (p->how != how)
			continue;
		if (!count++)
			first = p;
		from = count == 1 || p->from < from ? p->from : from;
		to = p->to > to ? p->to : to;
	}
	if (!count)
		return NULL;
	if (how != OPEN_NARROWED && how != OPEN_NEVER)
		return arena_printf(a, "%zu of %zu pages (0x%" PRIx64 "%s, watched at physical + 0x%" PRIx64 "): %s", count, c->wanted,
				    first->page, count > 1 ? ", ..." : "", c->window, meanings[how]);
	return arena_printf(a, "%zu of %zu pages (0x%" PRIx64 "%s): %s instruction %" PRIu64 " of the boot and by instruction %" PRIu64,
			    count, c->wanted, first->page, count > 1 ? ", ..." : "", meanings[how], from, to);
}

const char *const *culprits_remarks(const struct culprits *c, struct arena *a)
{
	const char *const *list = NULL;

	if (c->watched < c->wanted)
		list = arena_list_add(a, list, arena_printf(a, "of %zu lost pages the first %zu were watched, as many as can be",
							    c->wanted, c->watched));
	for (size_t how = 0; how < sizeof meanings / sizeof meanings[0]; how++) {
		const char *remark = remark_on(c, (enum culprit_open)how, a);

		if (remark)
			list = arena_list_add(a, list, remark);
	}
	return list;
}
