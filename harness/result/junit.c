#include <inttypes.h>
#include <mxml.h>
#include <stdlib.h>
#include <string.h>

#include "result/evidence.h"
#include "result/junit_cases.h"
#include "result/report.h"
#include "result/reproduce.h"

/* JUnit's words for a verdict. Jenkins and GitLab know three ways of not passing; flaky has passed, and its attempts say
 * the rest. */
struct junit_word {
	const char *element; /* NULL: passed */
	bool body;           /* tells the whole story */
};

static const struct junit_word words[VERDICT_COUNT] = {
	[VERDICT_FAIL] = {"failure", true},     [VERDICT_VACUOUS] = {"failure", true},
	[VERDICT_TIMEOUT] = {"failure", true},  [VERDICT_INFRA] = {"error", true},
	[VERDICT_SKIPPED] = {"skipped", false}, [VERDICT_CANCELLED] = {"skipped", false},
};

/* What is in quarantine is shown and fails nothing: "skipped" says so to every reader of JUnit. */
static const struct junit_word *word_of(const struct session_result *s)
{
	static const struct junit_word excused = {"skipped", true};

	return session_is_excused(s) ? &excused : &words[session_verdict(s)];
}

static void count(struct junit_counts *n, const struct session_result *s)
{
	const char *element = word_of(s)->element;

	n->tests++;
	n->ms += s->duration_ms > 0 ? s->duration_ms : 0;
	n->failures += element && strcmp(element, "failure") == 0;
	n->errors += element && strcmp(element, "error") == 0;
	n->skipped += element && strcmp(element, "skipped") == 0;
	junit_count_cases(n, s);
}

static void add_outcome(mxml_node_t *testcase, const struct run_record *r, const struct session_result *s)
{
	const struct junit_word *word = word_of(s);
	enum verdict v = session_verdict(s);
	mxml_node_t *node;
	struct buf body;

	if (!word->element)
		return;
	node = mxmlNewElement(testcase, word->element);
	junit_set(node, "type", s->cause ? cause_name(s->cause) : verdict_name(v));
	junit_set(node, "message", s->why);
	buf_init(&body);
	if (word->body)
		report_failure(&body, r, s, false);
	junit_body(node, body.data);
	buf_finish(&body);
}

/* Surefire's words for attempts before the last one, which Jenkins knows, too: of a test that passed in the end, and of one
 * that did not. */
static const char *rerun_word(const struct session_result *s, const struct attempt_summary *t)
{
	bool lab = t->verdict == VERDICT_INFRA;

	if (!word_of(s)->element)
		return lab ? "flakyError" : "flakyFailure";
	return lab ? "rerunError" : "rerunFailure";
}

static void add_attempt(mxml_node_t *testcase, const struct run_record *r, const struct session_result *s,
			const struct attempt_summary *t)
{
	mxml_node_t *node = mxmlNewElement(testcase, rerun_word(s, t));
	char *body = xasprintf("attempt %d on %s: %s\nlog: %s/%s\n", t->number, t->unit ? t->unit : "", t->why ? t->why : "", r->dir,
			       t->dir ? t->dir : "");

	junit_set(node, "type", t->cause ? cause_name(t->cause) : verdict_name(t->verdict));
	junit_set(node, "message", t->why);
	junit_body(node, body);
	free(body);
}

static void add_fact(struct buf *out, const char *name, const char *value)
{
	if (value)
		buf_printf(out, "%s: %s\n", name, value);
}

/* What JUnit has no attribute for. Jenkins and GitLab show it, and both take "[[ATTACHMENT|...]]" for a file. */
static void add_system_out(mxml_node_t *testcase, const struct run_record *r, const struct session_result *s)
{
	struct buf out;

	buf_init(&out);
	buf_printf(&out, "session: %s/%s\n", s->run, s->name);
	add_fact(&out, "verdict", verdict_name(session_verdict(s)));
	add_fact(&out, "cause", s->cause ? cause_name(s->cause) : NULL);
	buf_printf(&out, "expected: %s%s\n", s->expected.control ? "fail with " : "pass",
		   cause_name(s->expected.cause));
	add_fact(&out, "why", s->why);
	buf_adds(&out, "evidence: ");
	evidence_add_brief(&out, s);
	buf_addc(&out, '\n');
	add_fact(&out, "ground", s->evidence.ground);
	add_fact(&out, "image", s->image_sha256);
	/* A CI's page shows them of what passed, too: how to look at it again. */
	reproduce_tell(&out, r, s, add_fact);
	if (s->dir && s->console)
		buf_printf(&out, "[[ATTACHMENT|%s/%s/%s]]\n", r->dir, s->dir, s->console);
	junit_body(mxmlNewElement(testcase, "system-out"), out.data);
	buf_finish(&out);
}

/* The repeat is in the name from the second on: the first keeps its history in a CI when --repeat comes or goes. */
static void add_testcase(mxml_node_t *suite, const struct run_record *r, const struct session_result *s)
{
	mxml_node_t *testcase = mxmlNewElement(suite, "testcase");
	char *class = xasprintf("%s.%s", s->scenario, s->variant);
	char *name = s->repeat > 1 ? xasprintf("%s (%s) #%d", s->unit, s->config, s->repeat)
				   : xasprintf("%s (%s)", s->unit, s->config);

	junit_set(testcase, "classname", class);
	junit_set(testcase, "name", name);
	junit_seconds(testcase, s->duration_ms > 0 ? s->duration_ms : 0);
	add_outcome(testcase, r, s);
	for (size_t i = 0; i < s->tried_count; i++)
		add_attempt(testcase, r, s, &s->tried[i]);
	add_system_out(testcase, r, s);
	junit_add_cases(suite, s, class, name);
	free(class);
	free(name);
}

static void add_property(mxml_node_t *properties, const char *name, const char *value)
{
	mxml_node_t *property;

	if (!value)
		return;
	property = mxmlNewElement(properties, "property");
	junit_set(property, "name", name);
	junit_set(property, "value", value);
}

static void add_properties(mxml_node_t *suite, const struct run_record *r)
{
	mxml_node_t *properties = mxmlNewElement(suite, "properties");
	struct buf command;

	buf_init(&command);
	for (const char *const *word = r->settings.command; word && *word; word++)
		buf_printf(&command, "%s%s", command.len ? " " : "", *word);
	add_property(properties, "run", r->settings.run);
	add_property(properties, "command", command.data);
	add_property(properties, "version", r->settings.version);
	add_property(properties, "qemu-version", r->settings.qemu_version);
	buf_finish(&command);
}

static void set_number(mxml_node_t *node, const char *name, unsigned n)
{
	mxmlElementSetAttrf(node, name, "%u", n);
}

static void set_counts(mxml_node_t *node, const struct junit_counts *n)
{
	set_number(node, "tests", n->tests);
	set_number(node, "failures", n->failures);
	set_number(node, "errors", n->errors);
	junit_seconds(node, n->ms);
}

/* All sessions of one scenario. */
static void add_suite(mxml_node_t *root, const struct run_record *r, const char *scenario)
{
	mxml_node_t *suite = mxmlNewElement(root, "testsuite");
	struct junit_counts n = {0};
	size_t end = r->settings.started ? strcspn(r->settings.started, ".Z") : 0;

	junit_set(suite, "name", scenario);
	add_properties(suite, r);
	for (size_t i = 0; i < r->plan_count; i++) {
		if (strcmp(r->sessions[i].scenario, scenario) != 0)
			continue;
		count(&n, &r->sessions[i]);
		add_testcase(suite, r, &r->sessions[i]);
	}
	set_counts(suite, &n);
	set_number(suite, "skipped", n.skipped);
	mxmlElementSetAttrf(suite, "timestamp", "%.*s", (int)end, r->settings.started);
}

static bool is_new_scenario(const struct run_record *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(r->sessions[k].scenario, r->sessions[i].scenario) == 0)
			return false;
	return true;
}

/* Every element begins a line. */
static const char *line_breaks(mxml_node_t *node, int where)
{
	if (where == MXML_WS_BEFORE_OPEN)
		return strncmp(mxmlGetElement(node), "?xml", 4) == 0 ? NULL : "\n";
	return where == MXML_WS_AFTER_CLOSE && strcmp(mxmlGetElement(node), "testsuites") == 0 ? "\n" : NULL;
}

void report_junit(struct buf *out, const struct run_record *r)
{
	mxml_node_t *xml = mxmlNewXML("1.0"), *root = mxmlNewElement(xml, "testsuites");
	struct junit_counts n = {0};
	char *text;

	junit_set(root, "name", "runtest");
	for (size_t i = 0; i < r->plan_count; i++) {
		count(&n, &r->sessions[i]);
		if (is_new_scenario(r, i))
			add_suite(root, r, r->sessions[i].scenario);
	}
	set_counts(root, &n);
	mxmlSetWrapMargin(0); /* it would break lines inside texts */
	text = mxmlSaveAllocString(xml, line_breaks);
	buf_adds(out, text);
	free(text);
	mxmlDelete(xml);
}
