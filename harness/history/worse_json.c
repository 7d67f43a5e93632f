#include "history/worse.h"

static json_t *run_object(const struct history_run *r)
{
	return json_pack("{s:s, s:I}", "run", r->run, "started_ms", (json_int_t)r->started_ms);
}

json_t *worse_json(const struct worse_session *w)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:b}", "session", w->session, "before", verdict_name(w->before),
			 "verdict", verdict_name(w->verdict), "cause", cause_name(w->cause), "why", w->why, "quarantine", w->quarantine,
			 "good", run_object(&w->good), "since", run_object(&w->since), "now", run_object(&w->now), "repeat", w->repeat,
			 "runs", w->runs, "other_image", w->other_image);
}
