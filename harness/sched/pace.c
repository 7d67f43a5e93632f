#include "sched/pace.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static struct pace_entry *find(const struct pace *p, const void *what, const void *where)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->entries[i].what == what && p->entries[i].where == where)
			return &p->entries[i];
	return NULL;
}

void pace_note(struct pace *p, const void *what, const void *where, int64_t ms)
{
	struct pace_entry *e = find(p, what, where);

	if (!e) {
		p->entries = xgrow(p->entries, &p->room, p->count + 1, sizeof *p->entries);
		e = &p->entries[p->count++];
		*e = (struct pace_entry){.what = what, .where = where};
	}
	e->count++;
	e->total_ms += ms;
}

int64_t pace_expected_ms(const struct pace *p, const void *what, const void *where)
{
	const struct pace_entry *e = find(p, what, where);

	return e ? e->total_ms / (int64_t)e->count : -1;
}

void pace_finish(struct pace *p)
{
	free(p->entries);
	memset(p, 0, sizeof *p);
}
