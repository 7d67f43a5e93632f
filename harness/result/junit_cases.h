/*
 * JUnit's XML: what its writers share, and the guest's own tests as testcases beside the session that they ran in.
 * Jenkins and GitLab take "classname" and "name" together for a testcase's identity, so that is made unique.
 */
#ifndef RUNTEST_RESULT_JUNIT_CASES_H
#define RUNTEST_RESULT_JUNIT_CASES_H

#include <mxml.h>
#include <stdint.h>

#include "result/model.h"

struct junit_counts {
	unsigned tests, failures, errors, skipped;
	int64_t ms;
};

/* Text from anywhere as an attribute, and as an element's content. NULL is empty. */
void junit_set(mxml_node_t *node, const char *name, const char *value);
void junit_body(mxml_node_t *node, const char *text);
void junit_seconds(mxml_node_t *node, int64_t ms);

/* The session's guest tests: `class` is the session's own, the names begin with the session's. */
void junit_add_cases(mxml_node_t *suite, const struct session_result *s, const char *class, const char *session);
void junit_count_cases(struct junit_counts *n, const struct session_result *s);

#endif
