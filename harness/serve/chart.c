#include "serve/chart.h"

#include "serve/markup.h"

/* In units of the picture's own. */
enum { COLUMN = 12, GAP = 3, SMALL = 36, LARGE = 120, CURVE = 90 };

struct chart_sum chart_sum(const struct trend_row *r)
{
	struct chart_sum s = {.good = r->count[VERDICT_PASS] + r->count[VERDICT_EXPECTED_FAIL],
			      .neutral = r->count[VERDICT_SKIPPED] + r->count[VERDICT_CANCELLED]};

	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++)
		s.bad += r->count[v];
	s.bad -= s.good + s.neutral;
	return s;
}

static int most_results(const struct trend *t)
{
	int most = 1;

	for (size_t i = 0; i < t->count; i++) {
		struct chart_sum s = chart_sum(&t->rows[i]);
		int n = s.good + s.bad + s.neutral;

		most = n > most ? n : most;
	}
	return most;
}

static double add_part(struct buf *out, const char *colour, size_t column, double bottom, double height)
{
	if (height > 0)
		buf_printf(out, "<rect class=\"%s\" x=\"%zu\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>", colour,
			   column * (COLUMN + GAP), bottom - height, COLUMN, height);
	return bottom - height;
}

/* What is bad stands below, where the eye begins, and is never too small to be seen. */
static void add_column(struct buf *out, const struct trend_row *r, size_t i, int most, int height)
{
	struct chart_sum s = chart_sum(r);
	double one = (double)height / most, bad = s.bad * one, at = height;
	char when[HISTORY_WHEN];

	if (s.bad && bad < 3)
		bad = 3;
	buf_adds(out, "<g><title>");
	markup_printf(out, "%s (%s): %d ok, %d not ok%s", r->run.run, history_when(r->run.started_ms, when), s.good, s.bad,
		      s.neutral ? ", others left out" : "");
	buf_adds(out, "</title>");
	at = add_part(out, "bad", i, at, bad);
	at = add_part(out, "good", i, at, s.good * one - (bad - s.bad * one) > 0 ? s.good * one - (bad - s.bad * one) : 0);
	add_part(out, "none", i, at, s.neutral * one);
	buf_adds(out, "</g>");
}

static double longest(const struct trend *t)
{
	double us = 0;

	for (size_t i = 0; i < t->count; i++)
		us = t->rows[i].boot_us > us ? t->rows[i].boot_us : us;
	return us;
}

static void add_curve(struct buf *out, const struct trend *t, double most)
{
	bool drawing = false;

	buf_adds(out, "<path class=\"curve\" d=\"");
	for (size_t i = 0; i < t->count; i++) {
		double us = t->rows[i].boot_us;

		if (us > 0)
			buf_printf(out, "%c%zu %.2f", drawing ? 'L' : 'M', i * (COLUMN + GAP) + COLUMN / 2, CURVE - 8 - us / most * (CURVE - 16));
		drawing = us > 0;
	}
	buf_adds(out, "\"/>");
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].boot_us > 0) {
			buf_printf(out, "<circle class=\"dot\" cx=\"%zu\" cy=\"%.2f\" r=\"2.5\"><title>", i * (COLUMN + GAP) + COLUMN / 2,
				   CURVE - 8 - t->rows[i].boot_us / most * (CURVE - 16));
			markup_printf(out, "%s: %.1f ms", t->rows[i].run.run, t->rows[i].boot_us / 1000);
			buf_adds(out, "</title></circle>");
		}
}

static void begin(struct buf *out, size_t width, int height, const char *label)
{
	buf_printf(out, "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %zu %d\" width=\"%zu\" height=\"%d\" aria-label=\"", width, height, width,
		   height);
	markup_text(out, label);
	buf_adds(out, "\">");
}

void chart_add(struct buf *out, const struct trend *t, bool large)
{
	size_t width = t->count * (COLUMN + GAP);
	int height = large ? LARGE : SMALL, most = most_results(t);
	double us = longest(t);

	begin(out, width, height, "Sessions of each run, the newest on the right; the table says the same");
	for (size_t i = 0; i < t->count; i++)
		add_column(out, &t->rows[i], i, most, height);
	buf_adds(out, "</svg>");
	if (!large || us <= 0)
		return;
	buf_printf(out, "<h3>Boot, median; the longest %.1f ms</h3>", us / 1000);
	begin(out, width, CURVE, "How long a boot took in each run; the table says the same");
	add_curve(out, t, us);
	buf_adds(out, "</svg>");
}
