/*
 * TAP, the Test Anything Protocol, versions 13 and 14.
 *
 *	TAP version 14
 *	1..3
 *	ok 1 - the first test # time=1.5ms
 *	not ok 2 - the second one
 *	  ---
 *	  message: "that went wrong"
 *	  duration_ms: 3
 *	  ...
 *	    # Subtest: the third one
 *	    ok 1 - a part of it # SKIP there is no network
 *	    1..1
 *	ok 3 - the third one
 *
 * Sources: testanything.org/tap-version-13-specification.html, testanything.org/tap-version-14-specification.html.
 *
 * Stricter than they are, because a console loses text: subtests need a plan, YAML its end, and a `# SKIP` or `# TODO`
 * is one whole word. Numbers that come twice, which the specifications say nothing of, are a fault.
 */
#include "proto/caseformat.h"
#include "proto/taptree.h"

static const struct tap_dialect dialect = {
	.indent = 4,
	.yaml = true,
	.inner_plans = true,
	.directives = 1U << TAP_SKIP | 1U << TAP_TODO,
};

static bool opens(const char *line, size_t n)
{
	struct tap_line l;

	tap_line_read(&l, line, n);
	return l.kind == TAP_VERSION && !l.ktap && !l.indent;
}

static void *create(void)
{
	return tap_tree_create(&dialect);
}

static void destroy(void *state)
{
	tap_tree_destroy(state);
}

static bool read_line(struct cases *c, const char *line, size_t n)
{
	return tap_tree_line(c, c->state, line, n);
}

static void end(struct cases *c)
{
	tap_tree_end(c, c->state);
}

const struct cases_format cases_tap = {
	.name = "tap",
	.opens = opens,
	.what = tap_line_what,
	.create = create,
	.destroy = destroy,
	.line = read_line,
	.end = end,
};
