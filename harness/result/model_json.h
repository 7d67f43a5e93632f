/* The session's result as a JSON object: the form of the journal's `result` and of an entry of results.json. */
#ifndef RUNTEST_RESULT_MODEL_JSON_H
#define RUNTEST_RESULT_MODEL_JSON_H

#include "result/fields.h"
#include "result/model.h"

/* A new object; the caller owns it. */
json_t *session_result_write(const struct session_result *r);

/* Fill r, which is zeroed; everything in it comes from `a`, which may be another arena than r's own. ERR_IO. */
int session_result_read(struct session_result *r, const json_t *object, struct arena *a, struct err *e);

/* {"verdict": "fail", "cause": "pd-code-cleared"} and struct expectation. */
extern const struct field_list expectation_fields;

#endif
