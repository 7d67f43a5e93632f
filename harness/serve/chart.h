/* A scenario over time as a picture (SVG inside the page): a column for each run, and how long its boots took above it. */
#ifndef RUNTEST_SERVE_CHART_H
#define RUNTEST_SERVE_CHART_H

#include "history/trend.h"
#include "util/buf.h"

/* The newest is on the right. `large`: with a scale, for a page of its own. */
void chart_add(struct buf *out, const struct trend *t, bool large);

/* Results as demanded, all others, and attempts that were not the last. */
struct chart_sum {
	int good, bad, neutral;
};
struct chart_sum chart_sum(const struct trend_row *r);

#endif
