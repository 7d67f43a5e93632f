/* Runs of the tests' own below a temporary results folder: a plan of some sessions, and what each came to. */
#ifndef RUNTEST_TESTS_NIGHTS_H
#define RUNTEST_TESTS_NIGHTS_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "result/journal.h"
#include "util/file.h"

struct past_session {
	const char *session; /* without its repeat */
	int repeat;
	enum verdict verdict;
	const char *why;
};

enum { NIGHTS_MAX = 16 };

static inline void nights_folder(char out[64])
{
	snprintf(out, 64, "/tmp/runtest-nightly-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(out));
}

/* The journal is left open: the run goes on until it is closed. */
static inline struct journal *nights_run(const char *results, const char *run, const char *started,
					 const struct past_session *nights, size_t count)
{
	static const char *const command[] = {"runtest", "run", "pd-survives", NULL};
	struct run_settings settings = {.run = run, .started = started, .version = "0.1.0", .project = "/p",
					.command = command, .jobs = 1};
	struct planned plan[NIGHTS_MAX] = {0};
	struct journal *j;
	struct err e = {0};

	for (size_t i = 0; i < count; i++)
		plan[i] = (struct planned){.name = xasprintf("%s.%d", nights[i].session, nights[i].repeat),
					   .scenario = "pd-survives", .variant = "patched", .board = "virt", .unit = "virt",
					   .arch = "aarch64", .config = "debug", .repeat = nights[i].repeat};
	j = journal_create(results, &settings, plan, count, &e);
	ck_assert_msg(j, "%s", e.what);
	for (size_t i = 0; i < count; i++) {
		struct session_result r;
		char *json;

		session_result_init(&r);
		r.run = run;
		r.name = plan[i].name;
		r.verdict = nights[i].verdict;
		r.why = nights[i].why;
		json = session_result_to_json(&r);
		if (r.verdict != VERDICT_NONE)
			ck_assert_int_eq(journal_session_ended(j, json, &e), 0);
		free(json);
		session_result_finish(&r);
	}
	for (size_t i = 0; i < count; i++)
		free((char *)plan[i].name);
	return j;
}

#endif
