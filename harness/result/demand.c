#include "result/demand.h"

#include <stdlib.h>
#include <string.h>

#include "result/evidence.h"
#include "result/journal.h"

struct demand_place demand_place_of(const char *where, struct arena *a)
{
	const char *colon = where ? strchr(where, ':') : NULL;
	long line = colon ? strtol(colon + 1, NULL, 10) : 0;

	if (!where || !*where)
		return (struct demand_place){0};
	if (!colon || line < 1 || line > 1000000)
		return (struct demand_place){arena_strdup(a, where), 0};
	return (struct demand_place){arena_strndup(a, where, (size_t)(colon - where)), (int)line};
}

static const struct guest_tests *failed_tests(const struct session_result *s)
{
	for (size_t i = 0; i < s->tests_count; i++)
		if (s->tests[i].count[CASE_FAIL] || (s->tests[i].faults && *s->tests[i].faults))
			return &s->tests[i];
	return NULL;
}

bool demand_is_broken(const struct session_result *s)
{
	const struct session_evidence *ev = &s->evidence;

	return ev->denied_count || ev->awaited || failed_tests(s) || evidence_first_fault(ev);
}

static const char *where_of(const struct session_result *s)
{
	const struct session_evidence *ev = &s->evidence;
	const struct page_evidence *fault = evidence_first_fault(ev);
	const struct guest_tests *tests = failed_tests(s);

	if (s->expected.control) /* what it did is what it should do, or too little of it */
		return s->expected.where;
	if (ev->denied_count && ev->denied[0].where)
		return ev->denied[0].where;
	if (ev->awaited_where)
		return ev->awaited_where;
	if (tests && tests->where)
		return tests->where;
	return fault && fault->where ? fault->where : s->expected.where;
}

struct demand_place demand_place(const struct session_result *s, struct arena *a)
{
	if (session_verdict(s) == VERDICT_INFRA)
		return (struct demand_place){0};
	return demand_place_of(where_of(s), a);
}
