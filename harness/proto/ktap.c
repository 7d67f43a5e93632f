/*
 * KTAP, the Linux kernel's own TAP: version lines at every level, comments before the result they belong to, numbers
 * in order, and the directives XFAIL, TIMEOUT and ERROR.
 *
 *	KTAP version 1
 *	1..2
 *	  KTAP version 1
 *	  1..2
 *	  # the first case says something
 *	  ok 1 case_1
 *	  not ok 2 case_2
 *	not ok 1 suite_1
 *	ok 2 suite_2 # SKIP no such device
 *
 * Source: Documentation/dev-tools/ktap.rst of the Linux kernel.
 *
 * The indentation of a subtest is two blanks there and four in what KUnit prints: any is taken. A subtest without a
 * plan is allowed, as KUnit's parameters have none: its numbers must run, and its test's result must come. The
 * outermost level needs a plan. TAP's version lines are KTAP's as well, as the source has it.
 */
#include "proto/caseformat.h"
#include "proto/taptree.h"

static const struct tap_dialect dialect = {
	.ktap = true,
	.comments_first = true,
	.in_order = true,
	.directives = 1U << TAP_SKIP | 1U << TAP_TODO | 1U << TAP_XFAIL | 1U << TAP_TIMEOUT | 1U << TAP_ERROR,
};

static bool opens(const char *line, size_t n)
{
	struct tap_line l;

	tap_line_read(&l, line, n);
	return l.kind == TAP_VERSION && l.ktap && !l.indent;
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

const struct cases_format cases_ktap = {
	.name = "ktap",
	.opens = opens,
	.what = tap_line_what,
	.create = create,
	.destroy = destroy,
	.line = read_line,
	.end = end,
};
