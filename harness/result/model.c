#include "result/model.h"

#include <stdlib.h>
#include <string.h>

#include "result/model_json.h"

static const char *const outcomes[] = {
	[PHASE_NOT_REACHED] = "not-reached", [PHASE_DONE] = "done",           [PHASE_FAILED] = "failed",
	[PHASE_TIMEOUT] = "timeout",         [PHASE_CANCELLED] = "cancelled",
};
enum { OUTCOMES = sizeof outcomes / sizeof outcomes[0] };

const char *phase_outcome_name(enum phase_outcome o)
{
	return (unsigned)o < OUTCOMES ? outcomes[o] : outcomes[PHASE_NOT_REACHED];
}

int phase_outcome_from_name(const char *name, enum phase_outcome *o)
{
	for (int i = 0; i < OUTCOMES; i++) {
		if (strcmp(name, outcomes[i]) == 0) {
			*o = (enum phase_outcome)i;
			return 0;
		}
	}
	return -1;
}

void session_result_init(struct session_result *r)
{
	memset(r, 0, sizeof *r);
	arena_init(&r->arena);
	r->repeat = 1;
}

void session_result_finish(struct session_result *r)
{
	arena_finish(&r->arena);
	memset(r, 0, sizeof *r);
}

char *session_result_to_json(const struct session_result *r)
{
	json_t *object = session_result_write(r, true);
	char *text = json_dumps(object, JSON_COMPACT);

	json_decref(object);
	return text;
}

int session_result_from_json(struct session_result *r, const char *json, size_t n, struct err *e)
{
	json_error_t at;
	json_t *object = json_loadb(json, n, 0, &at);
	int rc;

	session_result_init(r);
	if (!object)
		return err_set(e, ERR_IO, "a session's result is no JSON: %s at byte %d", at.text, at.position);
	rc = session_result_read(r, object, &r->arena, e);
	json_decref(object);
	return rc;
}
