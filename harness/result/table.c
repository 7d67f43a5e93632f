#include <string.h>

#include "result/evidence.h"
#include "result/report.h"
#include "result/rows.h"
#include "result/text.h"
#include "util/units.h"

/* ---- cells: printable text of one row for one column ---- */

static void cell_scenario(struct buf *out, const struct report_row *row)
{
	text_add_printable(out, row->sessions[0]->scenario, false);
}

static void cell_variant(struct buf *out, const struct report_row *row)
{
	text_add_printable(out, row->sessions[0]->variant, false);
}

static void cell_board(struct buf *out, const struct report_row *row)
{
	text_add_printable(out, row->sessions[0]->board, false);
}

static void cell_unit(struct buf *out, const struct report_row *row)
{
	text_add_printable(out, row->sessions[0]->unit, false);
}

static void cell_config(struct buf *out, const struct report_row *row)
{
	text_add_printable(out, row->sessions[0]->config, false);
}

/* "pass", "500 × pass", "498 pass, 2 fail" */
static void cell_verdict(struct buf *out, const struct report_row *row)
{
	enum verdict first = session_verdict(row->sessions[0]);
	const char *comma = "";

	if (row->verdicts[first] == row->count) {
		if (row->count > 1)
			buf_printf(out, "%zu × ", row->count);
		buf_adds(out, verdict_name(first));
		return;
	}
	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (!row->verdicts[v])
			continue;
		buf_printf(out, "%s%u %s", comma, row->verdicts[v], verdict_name((enum verdict)v));
		comma = ", ";
	}
}

/* Every cause that a session of the row has, once. */
static void cell_cause(struct buf *out, const struct report_row *row)
{
	bool has[CAUSE_COUNT] = {false};

	for (size_t i = 0; i < row->count; i++)
		has[row->sessions[i]->cause] = true;
	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++)
		if (has[c])
			buf_printf(out, "%s%s", out->len ? ", " : "", cause_name((enum cause)c));
}

static void cell_time(struct buf *out, const struct report_row *row)
{
	int64_t ms = report_row_median_ms(row);
	char text[24];

	if (ms >= 0)
		buf_printf(out, "%s%s", row->count > 1 ? "~" : "", units_duration_text(ms, text));
}

static void cell_evidence(struct buf *out, const struct report_row *row)
{
	evidence_add_brief(out, report_row_gravest(row));
}

/* ---- columns that are there only when they say something ---- */

static bool unit_differs(const struct session_result *s)
{
	return strcmp(s->unit, s->board) != 0;
}

static bool config_differs(const struct session_result *s)
{
	return strcmp(s->config, "debug") != 0;
}

static bool has_cause(const struct session_result *s)
{
	return s->cause != CAUSE_NONE;
}

struct column {
	const char *title;
	void (*cell)(struct buf *out, const struct report_row *row);
	bool (*wanted)(const struct session_result *s); /* shown when one session wants it; NULL: always */
	bool right, coloured;
};

static const struct column columns[] = {
	{.title = "scenario", .cell = cell_scenario},
	{.title = "variant", .cell = cell_variant},
	{.title = "board", .cell = cell_board},
	{.title = "unit", .cell = cell_unit, .wanted = unit_differs},
	{.title = "config", .cell = cell_config, .wanted = config_differs},
	{.title = "verdict", .cell = cell_verdict, .coloured = true},
	{.title = "cause", .cell = cell_cause, .wanted = has_cause},
	{.title = "time", .cell = cell_time, .right = true},
	{.title = "evidence", .cell = cell_evidence},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* How a row looks, by how grave its gravest verdict is (verdict_gravity). */
static const struct {
	const char *mark, *colour;
} looks[] = {{"✓", "\033[32m"}, {"–", "\033[2m"}, {"~", "\033[33m"}, {"!", "\033[33m"}, {"✗", "\033[31m"},
	     {"✗", "\033[31m"}, {"✗", "\033[31m"}};

struct table {
	const struct report_rows *rows;
	bool colour;
	bool shown[COLUMNS];
	size_t width[COLUMNS];
	struct buf *cells; /* row by row */
};

static bool column_wanted(const struct column *c, const struct run_record *r)
{
	bool wanted = !c->wanted;

	for (size_t i = 0; !wanted && i < r->plan_count; i++)
		wanted = c->wanted(&r->sessions[i]);
	return wanted;
}

static void table_fill(struct table *t, const struct run_record *r)
{
	t->cells = xcalloc(t->rows->count * COLUMNS, sizeof *t->cells);
	for (size_t c = 0; c < COLUMNS; c++) {
		t->shown[c] = column_wanted(&columns[c], r);
		t->width[c] = text_width(columns[c].title);
	}
	for (size_t i = 0; i < t->rows->count * COLUMNS; i++) {
		struct buf *cell = &t->cells[i];
		size_t c = i % COLUMNS, width;

		columns[c].cell(cell, &t->rows->rows[i / COLUMNS]);
		width = cell->data ? text_width(cell->data) : 0;
		if (width > t->width[c])
			t->width[c] = width;
	}
}

static void table_finish(struct table *t)
{
	for (size_t i = 0; i < t->rows->count * COLUMNS; i++)
		buf_finish(&t->cells[i]);
	free(t->cells);
}

static void pad(struct buf *line, size_t n)
{
	while (n--)
		buf_addc(line, ' ');
}

static void add_cell(struct buf *line, const struct table *t, size_t c, const char *text, const char *colour)
{
	size_t blank = t->width[c] - text_width(text);

	buf_adds(line, "  ");
	if (columns[c].right)
		pad(line, blank);
	if (colour)
		buf_printf(line, "%s%s\033[0m", colour, text);
	else
		buf_adds(line, text);
	if (!columns[c].right)
		pad(line, blank);
}

static void print_line(FILE *out, struct buf *line)
{
	while (line->len && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	fprintf(out, "%s\n", line->data);
	buf_clear(line);
}

static void print_title(FILE *out, const struct table *t, struct buf *line)
{
	buf_adds(line, " "); /* the mark has no title */
	for (size_t c = 0; c < COLUMNS; c++)
		if (t->shown[c])
			add_cell(line, t, c, columns[c].title, t->colour ? "\033[1m" : NULL);
	print_line(out, line);
}

static void print_row(FILE *out, const struct table *t, size_t i, struct buf *line)
{
	int gravity = verdict_gravity(session_verdict(report_row_gravest(&t->rows->rows[i])));
	const char *colour = t->colour ? looks[gravity].colour : NULL;

	buf_printf(line, "%s%s%s", colour ? colour : "", looks[gravity].mark, colour ? "\033[0m" : "");
	for (size_t c = 0; c < COLUMNS; c++) {
		const char *text = t->cells[i * COLUMNS + c].data;

		if (t->shown[c])
			add_cell(line, t, c, text ? text : "", columns[c].coloured ? colour : NULL);
	}
	print_line(out, line);
}

/* "4 pass · 4 expected-fail · 0 fail  in 1.20s" */
static void print_totals(FILE *out, const struct run_record *r)
{
	static const enum verdict order[] = {
		VERDICT_PASS,    VERDICT_EXPECTED_FAIL, VERDICT_FAIL,    VERDICT_VACUOUS,   VERDICT_TIMEOUT,
		VERDICT_INFRA,   VERDICT_FLAKY,         VERDICT_SKIPPED, VERDICT_CANCELLED,
	};
	struct run_totals t = run_totals(r);
	const char *dot = "";
	char text[24];
	int64_t ms = run_elapsed_ms(r);

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		bool always = order[i] == VERDICT_PASS || order[i] == VERDICT_FAIL;

		if (!t.count[order[i]] && !always)
			continue;
		fprintf(out, "%s%u %s", dot, t.count[order[i]], verdict_name(order[i]));
		dot = " · ";
	}
	if (ms >= 0)
		fprintf(out, "  in %s", units_duration_text(ms, text));
	fputc('\n', out);
}

/* What is wrong with the record itself. */
static void print_remarks(FILE *out, const struct run_record *r, struct buf *line)
{
	size_t missing = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		missing += r->sessions[i].verdict == VERDICT_NONE;
	if (missing)
		fprintf(out, "%zu of %zu sessions did not end: 'runtest run --resume %s' goes on with them\n", missing,
			r->plan_count, r->settings.run);
	if (r->damage) {
		text_add_printable(line, r->damage, false);
		fprintf(out, "damaged: %s\n", line->data);
		buf_clear(line);
	}
}

static void print_rows(FILE *out, const struct run_record *r, bool colour, struct buf *line)
{
	struct report_rows rows;
	struct table t = {.rows = &rows, .colour = colour};

	report_rows_make(&rows, r);
	table_fill(&t, r);
	print_title(out, &t, line);
	for (size_t i = 0; i < rows.count; i++)
		print_row(out, &t, i, line);
	table_finish(&t);
	report_rows_finish(&rows);
}

void report_table(FILE *out, const struct run_record *r, bool colour)
{
	struct buf line;

	buf_init(&line);
	print_rows(out, r, colour, &line);
	fputc('\n', out);
	print_totals(out, r);
	print_remarks(out, r, &line);
	text_add_path(&line, r->dir);
	fprintf(out, "results: %s\n", line.data);
	buf_finish(&line);
}
