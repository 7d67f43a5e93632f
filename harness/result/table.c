#include <string.h>

#include "result/evidence.h"
#include "result/markdown.h"
#include "result/report.h"
#include "result/rows.h"
#include "util/grid.h"
#include "util/text.h"
#include "util/units.h"

/* ---- cells: the text of one row for one column ---- */

static void cell_scenario(struct buf *out, const struct report_row *row)
{
	buf_adds(out, row->sessions[0]->scenario);
}

static void cell_variant(struct buf *out, const struct report_row *row)
{
	buf_adds(out, row->sessions[0]->variant);
}

/* What a mutant must come to. */
static void cell_demanded(struct buf *out, const struct report_row *row)
{
	const struct expectation *want = &row->sessions[0]->expected;

	buf_adds(out, want->control ? cause_name(want->cause) : verdict_name(VERDICT_PASS));
}

static void cell_board(struct buf *out, const struct report_row *row)
{
	buf_adds(out, row->sessions[0]->board);
}

static void cell_unit(struct buf *out, const struct report_row *row)
{
	buf_adds(out, row->sessions[0]->unit);
}

static void cell_config(struct buf *out, const struct report_row *row)
{
	buf_adds(out, row->sessions[0]->config);
}

/* "pass", "500 × pass", "498 pass, 2 fail" */
static void add_verdicts(struct buf *out, const struct report_row *row)
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

static void cell_verdict(struct buf *out, const struct report_row *row)
{
	unsigned excused = 0;

	add_verdicts(out, row);
	for (size_t i = 0; i < row->count; i++)
		excused += session_is_excused(row->sessions[i]);
	if (excused)
		buf_adds(out, " (quarantine)");
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

/* How often its sessions were tried, the most of them. */
static void cell_attempts(struct buf *out, const struct report_row *row)
{
	size_t most = 0;

	for (size_t i = 0; i < row->count; i++)
		if (row->sessions[i]->tried_count > most)
			most = row->sessions[i]->tried_count;
	buf_printf(out, "%zu", most + 1);
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

static bool was_tried_again(const struct session_result *s)
{
	return s->tried_count > 0;
}

struct column {
	const char *title;
	void (*cell)(struct buf *out, const struct report_row *row);
	bool (*wanted)(const struct session_result *s); /* shown when one session wants it; NULL: always */
	bool right, coloured;
	bool of_mutants; /* shown in a run of mutants only */
};

static const struct column columns[] = {
	{.title = "scenario", .cell = cell_scenario},
	{.title = "variant", .cell = cell_variant},
	{.title = "board", .cell = cell_board},
	{.title = "unit", .cell = cell_unit, .wanted = unit_differs},
	{.title = "config", .cell = cell_config, .wanted = config_differs},
	{.title = "demanded", .cell = cell_demanded, .of_mutants = true},
	{.title = "verdict", .cell = cell_verdict, .coloured = true},
	{.title = "cause", .cell = cell_cause, .wanted = has_cause},
	{.title = "attempts", .cell = cell_attempts, .wanted = was_tried_again, .right = true},
	{.title = "time", .cell = cell_time, .right = true},
	{.title = "evidence", .cell = cell_evidence},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* How a row looks, by how grave its gravest verdict is (verdict_gravity). */
static const struct {
	const char *mark, *colour;
} looks[] = {{"✓", "\033[32m"}, {"–", "\033[2m"}, {"~", "\033[33m"}, {"!", "\033[33m"}, {"✗", "\033[31m"},
	     {"✗", "\033[31m"}, {"✗", "\033[31m"}};

static bool column_wanted(const struct column *c, const struct run_record *r)
{
	bool wanted = !c->wanted;

	if (c->of_mutants)
		return r->settings.mutants;
	for (size_t i = 0; !wanted && i < r->plan_count; i++)
		wanted = c->wanted(&r->sessions[i]);
	return wanted;
}

static void add_titles(struct grid *g, const bool *shown, bool colour)
{
	grid_add(g, ""); /* the mark has no title */
	for (size_t c = 0; c < COLUMNS; c++) {
		if (!shown[c])
			continue;
		grid_add(g, columns[c].title);
		grid_colour(g, colour ? "\033[1m" : NULL);
	}
}

static void add_row(struct grid *g, const struct report_row *row, const bool *shown, bool coloured)
{
	int gravity = verdict_gravity(session_verdict(report_row_gravest(row)));
	const char *colour = coloured ? looks[gravity].colour : NULL;
	struct buf cell = {0};

	grid_add(g, looks[gravity].mark);
	grid_colour(g, colour);
	for (size_t c = 0; c < COLUMNS; c++) {
		if (!shown[c])
			continue;
		buf_clear(&cell);
		columns[c].cell(&cell, row);
		grid_add(g, cell.data ? cell.data : "");
		grid_colour(g, columns[c].coloured ? colour : NULL);
	}
	buf_finish(&cell);
}

static void add_rows(struct buf *out, const struct run_record *r, bool colour)
{
	char align[COLUMNS + 2] = "l", *next = align + 1;
	struct report_rows rows;
	bool shown[COLUMNS];
	struct grid g;

	for (size_t c = 0; c < COLUMNS; c++) {
		shown[c] = column_wanted(&columns[c], r);
		if (shown[c])
			*next++ = columns[c].right ? 'r' : 'l';
	}
	report_rows_make(&rows, r);
	grid_init(&g, align);
	add_titles(&g, shown, colour);
	for (size_t i = 0; i < rows.count; i++)
		add_row(&g, &rows.rows[i], shown, colour);
	grid_print(&g, "", out);
	grid_finish(&g);
	report_rows_finish(&rows);
}

/* ---- as Markdown ---- */

static void add_markdown_row(struct buf *out, const struct report_row *row, const bool *shown)
{
	enum { CELL_COLUMNS = 120 };
	struct buf cell = {0}, some = {0};

	buf_printf(out, "| %s ", looks[verdict_gravity(session_verdict(report_row_gravest(row)))].mark);
	for (size_t c = 0; c < COLUMNS; c++) {
		if (!shown[c])
			continue;
		buf_clear(&cell);
		columns[c].cell(&cell, row);
		buf_clear(&some);
		text_add_shortened(&some, cell.data ? cell.data : "", CELL_COLUMNS);
		buf_adds(out, "| ");
		markdown_add_text(out, some.data ? some.data : "");
		buf_addc(out, ' ');
	}
	buf_adds(out, "|\n");
	buf_finish(&cell);
	buf_finish(&some);
}

static void add_markdown_titles(struct buf *out, const bool *shown)
{
	buf_adds(out, "|   ");
	for (size_t c = 0; c < COLUMNS; c++)
		if (shown[c])
			buf_printf(out, "| %s ", columns[c].title);
	buf_adds(out, "|\n|---");
	for (size_t c = 0; c < COLUMNS; c++)
		if (shown[c])
			buf_adds(out, columns[c].right ? "|--:" : "|---");
	buf_adds(out, "|\n");
}

static bool is_fine(const struct report_row *row)
{
	return verdict_gravity(session_verdict(report_row_gravest(row))) == 0;
}

/* Of many rows those that are fine are left out. */
void report_table_markdown(struct buf *out, const struct run_record *r, size_t most)
{
	struct report_rows rows;
	bool shown[COLUMNS], too_many;
	size_t told = 0;

	for (size_t c = 0; c < COLUMNS; c++)
		shown[c] = column_wanted(&columns[c], r);
	report_rows_make(&rows, r);
	too_many = rows.count > most;
	add_markdown_titles(out, shown);
	for (size_t i = 0; i < rows.count && told < most; i++) {
		if (too_many && is_fine(&rows.rows[i]))
			continue;
		add_markdown_row(out, &rows.rows[i], shown);
		told++;
	}
	if (told < rows.count)
		buf_printf(out, "\n%zu more rows are not shown.\n", rows.count - told);
	report_rows_finish(&rows);
}

/* ---- below the table ---- */

/* "4 pass · 4 expected-fail · 0 fail  in 1.20s" */
void report_totals(struct buf *out, const struct run_record *r)
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
		buf_printf(out, "%s%u %s", dot, t.count[order[i]], verdict_name(order[i]));
		dot = " · ";
	}
	if (t.excused)
		buf_printf(out, " (%u in quarantine)", t.excused);
	if (ms >= 0)
		buf_printf(out, "  in %s", units_duration_text(ms, text));
	buf_addc(out, '\n');
}

/* What is wrong with the record itself. */
static void add_remarks(struct buf *out, const struct run_record *r)
{
	size_t missing = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		missing += r->sessions[i].verdict == VERDICT_NONE;
	if (missing)
		buf_printf(out, "%zu of %zu sessions did not end: 'runtest run --resume %s' goes on with them\n",
			   missing, r->plan_count, r->settings.run);
	for (const char *const *entry = r->settings.expired; entry && *entry; entry++) {
		buf_adds(out, "expired: ");
		text_add_line(out, *entry);
		buf_addc(out, '\n');
	}
	if (r->damage) {
		buf_adds(out, "damaged: ");
		text_add_line(out, r->damage);
		buf_addc(out, '\n');
	}
}

/* Caught is who came to the very verdict that was demanded; whatever else, a skip too, is a mutant that got away. */
static void add_catch(struct buf *out, const struct run_record *r)
{
	unsigned caught = 0;

	for (size_t i = 0; i < r->plan_count; i++)
		caught += verdict_is_ok(session_verdict(&r->sessions[i]));
	buf_printf(out, "%u passed, %zu failed\n", caught, r->plan_count - caught);
}

void report_table_text(struct buf *out, const struct run_record *r, bool colour)
{
	add_rows(out, r, colour);
	buf_addc(out, '\n');
	report_totals(out, r);
	add_remarks(out, r);
	buf_adds(out, "results: ");
	text_add_path(out, r->dir);
	buf_addc(out, '\n');
	if (r->settings.mutants)
		add_catch(out, r);
}

void report_table(FILE *out, const struct run_record *r, bool colour)
{
	struct buf text = {0};

	report_table_text(&text, r, colour);
	fwrite(text.data, 1, text.len, out);
	buf_finish(&text);
}
