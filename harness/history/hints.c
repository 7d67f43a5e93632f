#include <stdlib.h>
#include <string.h>

#include "history/open.h"

/*
 * "Recent" is the last 200 runs, or as many of them as have 50,000 planned sessions together: enough to know every
 * session by, few enough to be read at once however long the history is. Nothing is known about the software from
 * sessions that ended infra, cancelled or skipped.
 */
static const char hints_sql[] =
	"SELECT series.name,"
	" CAST(coalesce(avg(CASE WHEN duration_ms > 0 THEN duration_ms END), 0) AS BIGINT),"
	" CAST(sum(CASE WHEN verdict IN ('fail', 'vacuous', 'timeout', 'flaky') THEN 1 ELSE 0 END) AS BIGINT),"
	" CAST(sum(CASE WHEN verdict IN ('infra', 'cancelled', 'skipped') THEN 0 ELSE 1 END) AS BIGINT)"
	" FROM sessions JOIN series ON series.id = sessions.series"
	" WHERE sessions.final = 1 AND sessions.run IN (SELECT id FROM (SELECT id,"
	" sum(planned) OVER (ORDER BY started_ms DESC, id DESC) - planned AS before FROM"
	" (SELECT id, started_ms, planned FROM runs ORDER BY started_ms DESC, id DESC LIMIT 200) AS newest) AS summed"
	" WHERE before < 50000)"
	" GROUP BY series.name";

static void add(struct history_hints *hints, size_t *room, const struct db_ops *ops, struct db_statement *s)
{
	int64_t failures = ops->integer(s, 2), results = ops->integer(s, 3);

	hints->items = arena_grow(&hints->arena, hints->items, room, hints->count + 1, sizeof *hints->items);
	hints->items[hints->count++] = (struct history_hint){
		.session = arena_strdup(&hints->arena, ops->text(s, 0)),
		.expected_ms = ops->integer(s, 1),
		.failure_rate = results ? (double)failures / (double)results : 0,
		.results = (int)results,
	};
}

static int by_session(const void *a, const void *b)
{
	return strcmp(((const struct history_hint *)a)->session, ((const struct history_hint *)b)->session);
}

int history_hints(struct history *h, struct history_hints *hints, struct err *e)
{
	struct db_statement *s = db_prepare(&h->db, hints_sql, e);
	size_t room = 0;
	int rc;

	*hints = (struct history_hints){.count = 0};
	arena_init(&hints->arena);
	if (!s)
		return -1;
	while ((rc = h->db.ops->step(s, e)) > 0)
		add(hints, &room, h->db.ops, s);
	h->db.ops->finish(s);
	if (hints->count) /* databases sort texts in orders of their own */
		qsort(hints->items, hints->count, sizeof *hints->items, by_session);
	return rc;
}

const struct history_hint *history_hint_find(const struct history_hints *hints, const char *session)
{
	struct history_hint key = {.session = session};

	return hints->count ? bsearch(&key, hints->items, hints->count, sizeof key, by_session) : NULL;
}

void history_hints_finish(struct history_hints *hints)
{
	arena_finish(&hints->arena);
	*hints = (struct history_hints){.count = 0};
}
