#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/table.h"
#include "util/buf.h"

/* A cell made of pieces; the table takes a copy. */
static void add_cell(struct table *t, struct buf *b)
{
	table_add(t, b->data);
	buf_finish(b);
}

static void add_joined(struct table *t, const char *const *texts)
{
	struct buf b;

	buf_init(&b);
	for (; *texts; texts++)
		buf_printf(&b, "%s%s", b.len ? " " : "", *texts);
	add_cell(t, &b);
}

/* ---- scenarios ---- */

static void add_demands(struct table *t, const struct scenario *s)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < s->variant_count; i++) {
		const struct variant_demand *d = &s->variants[i];

		buf_printf(&b, "%s%s: %s%s", i ? "\n" : "", d->variant, d->want.control ? "must fail with " : "pass",
			   cause_name(d->want.cause));
	}
	add_cell(t, &b);
}

static void list_scenarios(const struct project *p, FILE *out)
{
	struct table t;

	table_init(&t, (const char *const[]){"SCENARIO", "TAGS", "VARIANTS", "ABOUT", NULL});
	for (size_t i = 0; i < p->scenario_count; i++) {
		table_add(&t, p->scenarios[i].name);
		add_joined(&t, p->scenarios[i].tags);
		add_demands(&t, &p->scenarios[i]);
		table_add(&t, p->scenarios[i].about);
	}
	table_print(out, &t);
	table_finish(&t);
}

/* ---- boards ---- */

static void add_memory(struct table *t, const struct memory_range *m)
{
	static const char letters[] = "KMGT";
	uint64_t size = m->size;
	int unit = -1;
	struct buf b;

	for (; size && size % 1024 == 0 && letters[unit + 1]; unit++)
		size /= 1024;
	buf_init(&b);
	buf_printf(&b, "%" PRIu64 "%.1s at 0x%" PRIx64, size, unit < 0 ? "" : letters + unit, m->base);
	add_cell(t, &b);
}

/* A kind of which there is no unit has a row all the same. */
static void add_board(struct table *t, const struct board_kind *k, const struct board_unit *u)
{
	table_add(t, k->name);
	table_add(t, u ? u->name : NULL);
	table_add(t, arch_name(k->arch));
	table_add(t, k->entry);
	add_memory(t, &k->memory);
	table_add(t, k->qemu ? "QEMU" : "hardware");
	table_add(t, u && u->about ? u->about : k->about);
}

static void list_boards(const struct project *p, FILE *out)
{
	struct table t;

	table_init(&t, (const char *const[]){"KIND", "UNIT", "ARCH", "ENTRY", "MEMORY", "IS", "ABOUT", NULL});
	for (size_t i = 0; i < p->kind_count; i++) {
		const struct board_kind *k = &p->kinds[i];
		bool any = false;

		for (size_t j = 0; j < p->unit_count; j++) {
			if (p->units[j].kind != k)
				continue;
			add_board(&t, k, &p->units[j]);
			any = true;
		}
		if (!any)
			add_board(&t, k, NULL);
	}
	table_print(out, &t);
	table_finish(&t);
}

/* ---- variants ---- */

static void list_variants(const struct project *p, FILE *out)
{
	struct table t;

	table_init(&t, (const char *const[]){"VARIANT", "PLACEMENT", "BOARDS", "CONFIGS", "STANDS FOR", "ABOUT", NULL});
	for (size_t i = 0; i < p->variant_count; i++) {
		const struct variant *v = &p->variants[i];

		table_add(&t, v->name);
		table_add(&t, v->placement);
		add_joined(&t, v->boards);
		add_joined(&t, v->configs);
		table_add(&t, v->stands_for);
		table_add(&t, v->about);
	}
	table_print(out, &t);
	table_finish(&t);
}

/* ---- the command ---- */

static const struct {
	const char *name;
	void (*print)(const struct project *p, FILE *out);
} lists[] = {{"boards", list_boards}, {"scenarios", list_scenarios}, {"variants", list_variants}};

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
	const char *nearest = project_nearest(name, LIST_COUNT, list_name_at, NULL);

	if (nearest)
		return command_usage_error(&command_list, "no list called \"%s\": did you mean \"%s\"?", name, nearest);
	return command_usage_error(&command_list, "no list called \"%s\": expected boards, scenarios or variants",
				   name);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	int only = argc > 1 ? find_list(argv[1]) : -1, status;
	struct project p;

	if (argc > 2)
		return command_usage_error(&command_list, "one list at most, not \"%s\" as well", argv[2]);
	if (argc > 1 && only < 0)
		return refuse_list(argv[1]);
	status = command_load_project(cli, &p);
	for (int i = 0; i < LIST_COUNT && status == 0; i++) {
		if (only >= 0 && i != only)
			continue;
		if (only < 0 && i > 0)
			putchar('\n');
		lists[i].print(&p, stdout);
	}
	project_finish(&p);
	return status;
}

const struct command command_list = {
	.name = "list",
	.synopsis = "list [boards|scenarios|variants]",
	.about = "show the boards, scenarios and variants of the project",
	.help = "Without an argument all three are shown.\n"
		"\n"
		"  boards      kinds of boards and their units, their memory, QEMU or hardware\n"
		"  scenarios   what can be run, and what each scenario demands of which variant\n"
		"  variants    what can be built, for which boards and configurations\n",
	.run = run,
};
