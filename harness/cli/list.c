#include <stdio.h>
#include <string.h>

#include "cli/boards.h"
#include "cli/command.h"
#include "util/buf.h"
#include "util/grid.h"
#include "util/names.h"

static void add(struct grid *g, const char *text)
{
	grid_add(g, text && *text ? text : "-");
}

/* A cell made of pieces; the grid takes a copy. */
static void add_cell(struct grid *g, struct buf *b)
{
	add(g, b->data);
	buf_finish(b);
}

static void add_joined(struct grid *g, const char *const *texts)
{
	struct buf b;

	buf_init(&b);
	for (; *texts; texts++)
		buf_printf(&b, "%s%s", b.len ? " " : "", *texts);
	add_cell(g, &b);
}

/* ---- scenarios ---- */

static void add_demands(struct grid *g, const struct scenario *s)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < s->variant_count; i++) {
		const struct variant_demand *d = &s->variants[i];

		buf_printf(&b, "%s%s: %s%s", i ? "\n" : "", d->variant, d->want.control ? "must fail with " : "pass",
			   cause_name(d->want.cause));
	}
	add_cell(g, &b);
}

static void add_parameters(struct grid *g, const struct scenario *s)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < s->parameter_count; i++)
		buf_printf(&b, "%s%s=%d (%d to %d)", i ? "\n" : "", s->parameters[i].name, s->parameters[i].fallback,
			   s->parameters[i].least, s->parameters[i].most);
	add_cell(g, &b);
}

static void list_scenarios(const struct project *p, struct buf *out)
{
	struct grid g;

	grid_init(&g, "lllll");
	grid_add_all(&g, (const char *const[]){"SCENARIO", "TAGS", "PARAMETERS", "VARIANTS", "ABOUT", NULL});
	for (size_t i = 0; i < p->scenario_count; i++) {
		add(&g, p->scenarios[i].name);
		add_joined(&g, p->scenarios[i].tags);
		add_parameters(&g, &p->scenarios[i]);
		add_demands(&g, &p->scenarios[i]);
		add(&g, p->scenarios[i].about);
	}
	grid_print(&g, "", out);
	grid_finish(&g);
}

/* ---- variants ---- */

static void add_exclusions(struct grid *g, const struct variant *v)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < v->not_for_count; i++) {
		buf_adds(&b, b.len ? "\n" : "");
		for (const char *const *board = v->not_for[i].boards; *board; board++)
			buf_printf(&b, "%s%s", board == v->not_for[i].boards ? "" : " ", *board);
		buf_printf(&b, ": %s", v->not_for[i].because);
	}
	add_cell(g, &b);
}

static void list_variants(const struct project *p, struct buf *out)
{
	struct grid g;

	grid_init(&g, "lllllll");
	grid_add_all(&g, (const char *const[]){"VARIANT", "PLACEMENT", "BOARDS", "NOT FOR", "CONFIGS", "STANDS FOR",
					       "ABOUT", NULL});
	for (size_t i = 0; i < p->variant_count; i++) {
		const struct variant *v = &p->variants[i];

		add(&g, v->name);
		add(&g, v->placement);
		add_joined(&g, v->boards);
		add_exclusions(&g, v);
		add_joined(&g, v->configs);
		add(&g, v->stands_for);
		add(&g, v->about);
	}
	grid_print(&g, "", out);
	grid_finish(&g);
}

/* ---- mutants ---- */

static void add_catchers(struct grid *g, const struct variant *m)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < m->caught_by_count; i++) {
		const struct mutant_demand *d = &m->caught_by[i];

		buf_printf(&b, "%s%s: %s", i ? "\n" : "", d->scenario, d->want.control ? cause_name(d->want.cause) : "pass");
	}
	add_cell(g, &b);
}

static void list_mutants(const struct project *p, struct buf *out)
{
	struct grid g;

	grid_init(&g, "lllll");
	grid_add_all(&g, (const char *const[]){"MUTANT", "LIKE", "BOARDS", "CAUGHT BY", "ABOUT", NULL});
	for (size_t i = 0; i < p->mutant_count; i++) {
		const struct variant *m = &p->mutants[i];

		add(&g, m->name);
		add(&g, m->like);
		add_joined(&g, m->boards);
		add_catchers(&g, m);
		add(&g, m->about);
	}
	grid_print(&g, "", out);
	grid_finish(&g);
}

/* ---- quarantine ---- */

struct covered {
	const struct quarantine *entry;
	struct buf names;
	int count;
};

enum { COVERED_SHOWN = 6 };

static bool note_covered(void *ctx, const char *session)
{
	struct covered *c = ctx;

	if (quarantine_covers(c->entry, session) && ++c->count <= COVERED_SHOWN)
		buf_printf(&c->names, "%s%s", c->names.len ? "\n" : "", session);
	return false;
}

static void add_covered(struct grid *g, const struct project *p, const struct quarantine *q)
{
	struct covered c = {.entry = q};

	buf_init(&c.names);
	project_sessions(p, note_covered, &c);
	if (c.count > COVERED_SHOWN)
		buf_printf(&c.names, "\nand %d more", c.count - COVERED_SHOWN);
	add_cell(g, &c.names);
}

static void add_days_left(struct grid *g, const struct quarantine *q)
{
	char today[QUARANTINE_DAY];
	int left = quarantine_days_left(q, quarantine_today(today));

	if (left)
		grid_printf(g, "%d", left);
	else
		add(g, "expired");
}

static void list_quarantine(const struct project *p, struct buf *out)
{
	struct grid g;

	if (!p->quarantine_count) {
		buf_adds(out, "nothing is in quarantine\n");
		return;
	}
	grid_init(&g, "llrlll");
	grid_add_all(&g, (const char *const[]){"QUARANTINE", "UNTIL", "DAYS LEFT", "REASON", "ISSUE", "COVERS", NULL});
	for (size_t i = 0; i < p->quarantine_count; i++) {
		const struct quarantine *q = &p->quarantine[i];

		add(&g, q->name);
		add(&g, q->until);
		add_days_left(&g, q);
		add(&g, q->reason);
		add(&g, q->issue);
		add_covered(&g, p, q);
	}
	grid_print(&g, "", out);
	grid_finish(&g);
}

/* ---- the command ---- */

static const struct {
	const char *name;
	void (*print)(const struct project *p, struct buf *out);
	bool when_named; /* and not among all the others */
} lists[] = {{"boards", boards_table, false}, {"scenarios", list_scenarios, false}, {"variants", list_variants, false},
	     {"mutants", list_mutants, true}, {"quarantine", list_quarantine, true}};

enum { LIST_COUNT = sizeof lists / sizeof lists[0] };

static const char *list_name_at(const void *ctx, size_t i)
{
	(void)ctx;
	return lists[i].name;
}

static int find_list(const char *name)
{
	for (int i = 0; i < LIST_COUNT; i++)
		if (strcmp(lists[i].name, name) == 0)
			return i;
	return -1;
}

static int refuse_list(const char *name)
{
	const char *nearest = names_nearest((struct names){list_name_at, NULL, LIST_COUNT}, name);

	if (nearest)
		return command_usage_error(&command_list, "no list called \"%s\": did you mean \"%s\"?", name, nearest);
	return command_usage_error(&command_list, "no list called \"%s\": expected boards, scenarios, variants, mutants or quarantine",
				   name);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct buf out = {0};
	struct project p;
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	int only = -1, status, option;

	while ((option = command_option(&command_list, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		json = true;
	}
	argc -= optind;
	argv += optind;
	if (argc > 1)
		return command_usage_error(&command_list, "one list at most, not \"%s\" as well", argv[1]);
	if (argc == 1 && (only = find_list(argv[0])) < 0)
		return refuse_list(argv[0]);
	if (json && (only < 0 || lists[only].print != boards_table))
		return command_usage_error(&command_list, "--json goes with boards");
	status = command_load_project(cli, &p, only >= 0 && lists[only].print == list_mutants);
	for (int i = 0; i < LIST_COUNT && status == 0; i++) {
		if (only >= 0 ? i != only : lists[i].when_named)
			continue;
		buf_adds(&out, out.len ? "\n" : "");
		(json ? boards_json : lists[i].print)(&p, &out);
	}
	fwrite(out.data, 1, out.len, stdout);
	buf_finish(&out);
	project_finish(&p);
	return status;
}

const struct command command_list = {
	.name = "list",
	.synopsis = "list [boards|scenarios|variants|mutants|quarantine] [--json]",
	.about = "show the boards, scenarios, variants and mutants of the project",
	.help = "Without an argument the first three are shown.\n"
		"\n"
		"  boards      kinds of boards and their units: where those hang, who has them; --json for programs.\n"
		"              Nothing is switched or asked: \"left on\" is what somebody who was killed left behind\n"
		"  scenarios   what can be run, and what each scenario demands of which variant\n"
		"  variants    what can be built, for which boards and configurations\n"
		"  mutants     variants with one planted mistake each, and which scenario must catch them how\n"
		"  quarantine  sessions whose failures do not fail a run: why, until when, how many days that is, and\n"
		"              which sessions of the project it covers\n",
	.run = run,
};
