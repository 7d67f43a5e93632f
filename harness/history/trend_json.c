#include "history/trend.h"

static json_t *trend_row_object(const struct trend_row *r)
{
	json_t *counts = json_object();

	for (int v = VERDICT_NONE; v < VERDICT_COUNT; v++)
		if (r->count[v])
			json_object_set_new(counts, verdict_name((enum verdict)v), json_integer(r->count[v]));
	return json_pack("{s:s, s:I, s:o, s:i, s:i, s:f, s:f, s:f, s:f}", "run", r->run.run, "started_ms",
			 (json_int_t)r->run.started_ms, "verdicts", counts, "retried", r->retried, "images", r->images,
			 "boot_us", r->boot_us, "quickest_us", r->quickest_us, "slowest_us", r->slowest_us, "ratio", r->ratio);
}

json_t *trend_json(const struct trend *t)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < t->count; i++)
		json_array_append_new(rows, trend_row_object(&t->rows[i]));
	return json_pack("{s:i, s:I, s:o}", "schema", 1, "sessions", (json_int_t)t->sessions, "runs", rows);
}
