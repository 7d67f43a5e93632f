#include "history/flaky.h"

static json_t *session_object(const struct flaky_session *f)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:f, s:[f,f], s:i, s:s}", "session", f->session, "good", f->good, "bad", f->bad,
			 "retried", f->retried, "rate", f->rate.mid, "rate_95", f->rate.low, f->rate.high, "images", f->images,
			 "last_run", f->last_run);
}

json_t *flaky_json(const struct flaky_list *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->count; i++)
		json_array_append_new(list, session_object(&l->items[i]));
	return json_pack("{s:i, s:s?, s:s?, s:I, s:I, s:o}", "schema", 1, "from", l->from.run, "to", l->to.run, "sessions",
			 (json_int_t)l->sessions, "results", (json_int_t)l->results, "flaky", list);
}
