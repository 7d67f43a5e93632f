/* What a page or an API call comes to. It is made in a process of its own (serve/errand.h). */
#ifndef RUNTEST_SERVE_ANSWER_H
#define RUNTEST_SERVE_ANSWER_H

#include <jansson.h>

#include "serve/source.h"
#include "serve/target.h"
#include "util/buf.h"

enum { ANSWER_POLICY = 1024 };

struct answer {
	int status;
	const char *type;            /* NULL: a page of ours */
	char policy[ANSWER_POLICY];  /* Content-Security-Policy, "": that of our pages */
	struct buf body;
};

#define ANSWER_JSON "application/json; charset=utf-8"

/* One way to answer: from what is on the disk, and what was asked. Fills the answer, whatever goes wrong. */
typedef void answer_fn(const struct source *s, const struct target *t, struct answer *a);

/* A page, or for the API a JSON object, that says what went wrong: 404 for ERR_USAGE, else 500. */
void answer_error(struct answer *a, const struct err *e, bool api);

/* JSON as the answer; o stays the caller's. */
void answer_json(struct answer *a, const json_t *o);

answer_fn page_runs, page_run, page_report, page_trends, page_flaky, page_regressions, page_boards, page_console;
answer_fn api_runs, api_run, api_sessions, api_session, api_trends, api_flaky, api_regressions, api_boards;

#endif
