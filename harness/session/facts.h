/* What a scenario keeps of what the board said, by name: the last word on each counts. Inner part of the room. */
#ifndef RUNTEST_SESSION_FACTS_H
#define RUNTEST_SESSION_FACTS_H

#include <stddef.h>

#include "result/model.h"
#include "util/mem.h"

struct facts {
	struct session_fact *items; /* names are the scenario's; values are their own, malloc'd */
	size_t count, room;
};

/* `name` must outlive it; the value is copied. */
void facts_set(struct facts *all, const char *name, const char *value);
void facts_finish(struct facts *all);
struct session_fact *facts_copy(const struct facts *all, struct arena *a);

#endif
