#include "result/junit_cases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

void junit_set(mxml_node_t *node, const char *name, const char *value)
{
	struct buf b;

	buf_init(&b);
	text_add_xml(&b, value ? value : "");
	mxmlElementSetAttr(node, name, b.data ? b.data : "");
	buf_finish(&b);
}

void junit_body(mxml_node_t *node, const char *text)
{
	struct buf b;

	buf_init(&b);
	text_add_xml(&b, text ? text : "");
	mxmlNewOpaque(node, b.data ? b.data : "");
	buf_finish(&b);
}

void junit_seconds(mxml_node_t *node, int64_t ms)
{
	mxmlElementSetAttrf(node, "time", "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
}

/* What an outcome is in JUnit. A case that a negative control must fail with has done what is demanded: it passed. */
static const char *element_of(const struct session_result *s, const struct guest_case *c)
{
	if (c->outcome == CASE_SKIP || c->outcome == CASE_TODO)
		return "skipped";
	return c->outcome == CASE_FAIL && s->verdict != VERDICT_EXPECTED_FAIL ? "failure" : NULL;
}

void junit_count_cases(struct junit_counts *n, const struct session_result *s)
{
	for (size_t i = 0; i < s->tests_count; i++) {
		for (size_t k = 0; k < s->tests[i].case_count; k++) {
			const char *element = element_of(s, &s->tests[i].cases[k]);

			n->tests++;
			n->failures += element && strcmp(element, "failure") == 0;
			n->skipped += element && strcmp(element, "skipped") == 0;
		}
	}
}

/* ---- names ---- */

struct named {
	const struct guest_tests *tests;
	const struct guest_case *test;
	char *name;
	size_t place;
};

/* As it will stand in the attribute, where every blank is a space. */
static char *plain_name(const char *session, const char *name)
{
	struct buf b;

	buf_init(&b);
	buf_printf(&b, "%s: ", session);
	text_add_xml(&b, name);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.data[i] < ' ')
			b.data[i] = ' ';
	return buf_steal(&b);
}

static int by_name(const void *a, const void *b)
{
	const struct named *left = *(const struct named *const *)a, *right = *(const struct named *const *)b;
	int order = strcmp(left->name, right->name);

	return order ? order : (left->place > right->place) - (left->place < right->place);
}

/* Of several of one name all but the first get their place behind it. Returns how many did. */
static size_t tell_apart(struct named **sorted, size_t count)
{
	size_t changed = 0;

	qsort(sorted, count, sizeof *sorted, by_name);
	for (size_t i = 1, first = 0; i < count; i++) {
		char *longer;

		if (strcmp(sorted[i]->name, sorted[first]->name) != 0) {
			first = i;
			continue;
		}
		longer = xasprintf("%s [%zu]", sorted[i]->name, sorted[i]->place + 1);
		free(sorted[i]->name);
		sorted[i]->name = longer;
		changed++;
	}
	return changed;
}

static size_t count_cases(const struct session_result *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->tests_count; i++)
		n += s->tests[i].case_count;
	return n;
}

/* All cases of the session with names of their own; malloc'd. */
static struct named *name_cases(const struct session_result *s, const char *session, size_t count)
{
	struct named *cases = xcalloc(count, sizeof *cases), **sorted = xcalloc(count, sizeof *sorted);
	size_t n = 0;

	for (size_t i = 0; i < s->tests_count; i++) {
		for (size_t k = 0; k < s->tests[i].case_count; k++, n++) {
			const struct guest_case *c = &s->tests[i].cases[k];

			cases[n] = (struct named){&s->tests[i], c, plain_name(session, c->name), n};
			sorted[n] = &cases[n];
		}
	}
	while (tell_apart(sorted, count))
		;
	free(sorted);
	return cases;
}

/* ---- testcases ---- */

static void add_outcome(mxml_node_t *testcase, const struct session_result *s, const struct guest_case *c)
{
	const char *element = element_of(s, c);
	mxml_node_t *node;
	char *first;

	if (!element)
		return;
	first = xasprintf("%.*s", (int)(c->text ? strcspn(c->text, "\n") : 0), c->text ? c->text : "");
	node = mxmlNewElement(testcase, element);
	junit_set(node, "type", c->outcome == CASE_FAIL ? cause_name(CAUSE_GUEST_TEST_FAILED) : case_outcome_name(c->outcome));
	junit_set(node, "message", first);
	junit_body(node, c->text);
	free(first);
}

static void add_system_out(mxml_node_t *testcase, const struct session_result *s, const struct named *n)
{
	struct buf out;

	buf_init(&out);
	buf_printf(&out, "session: %s/%s\noutcome: %s\n", s->run, s->name, case_outcome_name(n->test->outcome));
	if (n->test->outcome == CASE_FAIL && s->verdict == VERDICT_EXPECTED_FAIL)
		buf_printf(&out, "expected: fail with %s\n", cause_name(s->expected.cause));
	buf_printf(&out, "format: %s\n", n->tests->format ? n->tests->format : "");
	if (n->tests->from)
		buf_printf(&out, "from: %s\n", n->tests->from);
	if (n->test->number)
		buf_printf(&out, "number: %d\n", n->test->number);
	if (n->test->text)
		buf_adds(&out, n->test->text);
	junit_body(mxmlNewElement(testcase, "system-out"), out.data);
	buf_finish(&out);
}

void junit_add_cases(mxml_node_t *suite, const struct session_result *s, const char *class, const char *session)
{
	size_t count = count_cases(s);
	struct named *cases = name_cases(s, session, count);

	for (size_t i = 0; i < count; i++) {
		mxml_node_t *testcase = mxmlNewElement(suite, "testcase");

		junit_set(testcase, "classname", class);
		junit_set(testcase, "name", cases[i].name);
		junit_seconds(testcase, cases[i].test->time_us > 0 ? cases[i].test->time_us / 1000 : 0);
		add_outcome(testcase, s, cases[i].test);
		add_system_out(testcase, s, &cases[i]);
		free(cases[i].name);
	}
	free(cases);
}
