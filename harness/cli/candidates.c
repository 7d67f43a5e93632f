#include "cli/candidates.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "result/journal.h"
#include "result/verdict.h"

void candidates_add(struct candidates *c, const char *word, const char *about)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->list[i].word, word) == 0)
			return;
	c->list = arena_grow(c->arena, c->list, &c->room, c->count + 1, sizeof *c->list);
	c->list[c->count++] = (struct candidate){arena_strdup(c->arena, word), arena_strdup(c->arena, about)};
}

/* ---- of the project ---- */

static void add_scenarios(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->scenario_count; i++)
		candidates_add(c, p->scenarios[i].name, p->scenarios[i].about);
}

static void add_variants(struct candidates *c, const struct project *p)
{
	const struct variant *list = c->mutants ? p->mutants : p->variants;

	for (size_t i = 0; i < (c->mutants ? p->mutant_count : p->variant_count); i++)
		candidates_add(c, list[i].name, list[i].about);
}

static void add_configs(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->variant_count; i++)
		for (const char *const *config = p->variants[i].configs; *config; config++)
			candidates_add(c, *config, NULL);
}

static void add_units(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->unit_count; i++)
		candidates_add(c, p->units[i].name, p->units[i].about ? p->units[i].about : p->units[i].kind->about);
}

/* Not the machines of QEMU kinds, which nobody has on a shelf. */
static void add_shelf(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->unit_count; i++)
		if (strcmp(p->units[i].name, p->units[i].kind->name) != 0)
			candidates_add(c, p->units[i].name, p->units[i].about ? p->units[i].about : p->units[i].kind->about);
}

static void add_kinds(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->kind_count; i++)
		candidates_add(c, p->kinds[i].name, p->kinds[i].about);
}

static void add_boards(struct candidates *c, const struct project *p)
{
	add_units(c, p);
	add_kinds(c, p);
}

static void add_tags(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->scenario_count; i++)
		for (const char *const *tag = p->scenarios[i].tags; *tag; tag++)
			candidates_add(c, *tag, NULL);
}

/* "restarts=": the number is the user's. */
static void add_parameters(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->scenario_count; i++)
		for (size_t k = 0; k < p->scenarios[i].parameter_count; k++)
			candidates_add(c, arena_printf(c->arena, "%s=", p->scenarios[i].parameters[k].name),
				       p->scenarios[i].parameters[k].about);
}

static void add_labs(struct candidates *c, const struct project *p)
{
	for (size_t i = 0; i < p->labs.count; i++)
		candidates_add(c, p->labs.items[i].id, NULL);
}

static bool add_session(void *ctx, const char *session)
{
	candidates_add(ctx, session, NULL);
	return false;
}

static void add_sessions(struct candidates *c, const struct project *p)
{
	project_sessions(p, add_session, c);
}

/* Mistakes in files are `runtest check`'s to tell: what could be read is offered. */
static void with_project(struct candidates *c, void (*add)(struct candidates *c, const struct project *p))
{
	struct project p = {0};
	struct err_list errors;
	char *root = command_project_root(c->cli, &(struct err){0});

	if (!root)
		return;
	err_list_init(&errors);
	project_load(&p, root, &errors);
	project_load_lab(&p, c->cli->lab, &errors);
	if (c->mutants)
		project_load_mutants(&p, &errors);
	add(c, &p);
	project_finish(&p);
	err_list_finish(&errors);
	free(root);
}

/* ---- of the results ---- */

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

static int is_run(const struct dirent *d)
{
	return d->d_name[0] != '.' && strcmp(d->d_name, "latest") != 0 && (d->d_type == DT_DIR || d->d_type == DT_UNKNOWN);
}

static bool has_run(struct candidates *c, const char *folder, const char *name)
{
	char *dir = run_resolve(folder, name, &(struct err){0});

	(void)c;
	free(dir);
	return dir != NULL;
}

/* `behind`: "/" where a session of the run must follow. */
static void add_runs(struct candidates *c, const char *behind)
{
	char *folder = command_results_folder(c->cli, c->results);
	struct dirent **names;
	int n = scandir(folder, &names, is_run, newest_first);

	if (has_run(c, folder, "latest"))
		candidates_add(c, arena_printf(c->arena, "latest%s", behind), "the newest run");
	for (int i = 0; i < n; i++) {
		if (has_run(c, folder, names[i]->d_name))
			candidates_add(c, arena_printf(c->arena, "%s%s", names[i]->d_name, behind), NULL);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(folder);
}

static void add_sessions_of_run(struct candidates *c, const char *prefix)
{
	char *folder = command_results_folder(c->cli, c->results);
	const char *slash = strrchr(prefix, '/');
	const char *run = arena_strndup(c->arena, prefix, (size_t)(slash - prefix));
	char *dir = run_resolve(folder, run, &(struct err){0});
	struct run_record r = {0};

	if (dir && run_record_read(&r, dir, &(struct err){0}) == 0)
		for (size_t i = 0; i < r.plan_count; i++)
			candidates_add(c, arena_printf(c->arena, "%s/%s", run, r.sessions[i].name),
				       r.sessions[i].verdict == VERDICT_NONE ? NULL : verdict_name(r.sessions[i].verdict));
	run_record_finish(&r);
	free(dir);
	free(folder);
}

static void add_run_sessions(struct candidates *c, const char *prefix)
{
	if (strchr(prefix, '/'))
		add_sessions_of_run(c, prefix);
	else
		add_runs(c, "/");
}

/* ---- by what the help calls a word ---- */

static void add_causes(struct candidates *c)
{
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++)
		candidates_add(c, cause_name((enum cause)i), NULL);
}

static void add_file_kinds(struct candidates *c)
{
	for (size_t i = 0; i < schema_file_count; i++)
		candidates_add(c, schema_files[i].name, NULL);
}

/* Of --color. */
static void add_whens(struct candidates *c)
{
	candidates_add(c, "auto", "where it writes to a terminal");
	candidates_add(c, "always", NULL);
	candidates_add(c, "never", NULL);
}

static void add_commands(struct candidates *c)
{
	for (size_t i = 0; command_at(i); i++)
		candidates_add(c, command_at(i)->name, command_at(i)->about);
}

static const struct {
	const char *kind;
	void (*add)(struct candidates *c, const struct project *p);
} of_project[] = {
	{"SCENARIO", add_scenarios}, {"VARIANT", add_variants}, {"UNIT", add_shelf}, {"KIND", add_kinds}, {"BOARD", add_boards},
	/* GLOB and NAME say nothing: the option does. */
	{"--board", add_boards}, {"--unit", add_units}, {"--variant", add_variants}, {"--config", add_configs},
	{"--tag", add_tags}, {"--set", add_parameters}, {"--lab", add_labs}, {"ID", add_labs}, {"SESSION", add_sessions},
};

static bool add_of_project(struct candidates *c, const char *kind)
{
	for (size_t i = 0; i < sizeof of_project / sizeof of_project[0]; i++)
		if (strcmp(of_project[i].kind, kind) == 0)
			return with_project(c, of_project[i].add), true;
	return false;
}

static const struct {
	const char *kind;
	void (*add)(struct candidates *c);
} fixed[] = {{"CAUSE", add_causes}, {"FILE-KIND", add_file_kinds}, {"COMMAND", add_commands}, {"WHEN", add_whens}};

static bool is_any(const char *word, const char *const *of)
{
	while (*of && strcmp(word, *of) != 0)
		of++;
	return *of != NULL;
}

static void add_of_kind(struct candidates *c, const char *kind, const char *option, const char *prefix)
{
	static const char *const files[] = {"FILE", "IMAGE", NULL}, *const folders[] = {"DIR", "FOLDER", NULL};
	static const char *const runs[] = {"RUN", "BISECT", NULL};

	if (option && add_of_project(c, option))
		return;
	if (is_any(kind, files))
		candidates_add(c, CANDIDATES_FILES, NULL);
	else if (is_any(kind, folders))
		candidates_add(c, CANDIDATES_FOLDERS, NULL);
	else if (is_any(kind, runs))
		add_runs(c, "");
	else if (strcmp(kind, "RUN/SESSION") == 0)
		add_run_sessions(c, prefix);
	else if (strcmp(kind, "SESSION") == 0 && strchr(prefix, '/'))
		add_run_sessions(c, prefix);
	else if (!add_of_project(c, kind))
		for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
			if (strcmp(fixed[i].kind, kind) == 0)
				fixed[i].add(c);
	if (strcmp(kind, "SESSION") == 0 && !strchr(prefix, '/'))
		add_runs(c, "/");
}

void candidates_of_kind(struct candidates *c, const char *kind, const char *option, const char *prefix)
{
	size_t kept = 0;

	add_of_kind(c, kind, option, prefix);
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].word[0] == ':' || strncmp(c->list[i].word, prefix, strlen(prefix)) == 0)
			c->list[kept++] = c->list[i];
	c->count = kept;
}
