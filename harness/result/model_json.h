/* A session's result as a JSON object: an entry of results.json, or sparse, as the journal keeps it. */
#ifndef RUNTEST_RESULT_MODEL_JSON_H
#define RUNTEST_RESULT_MODEL_JSON_H

#include "result/fields.h"
#include "result/model.h"

/* A new object; the caller owns it. `sparse`: without what is null, 0, false or empty (a third less to read back). */
json_t *session_result_write(const struct session_result *r, bool sparse);

/* Fill r, which is zeroed; everything in it comes from `a`, which may be another arena than r's own. ERR_IO. */
int session_result_read(struct session_result *r, const json_t *object, struct arena *a, struct err *e);

/* {"verdict": "fail", "cause": "pd-code-cleared"} and struct expectation. */
extern const struct field_list expectation_fields;

#endif
