#include "slurm/group.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "result/fields.h"
#include "util/buf.h"
#include "util/file.h"

/* ---- making them ---- */

int group_minutes(int64_t deadline_ms, bool hardware)
{
	/* The image is looked up, results are synced; hardware is switched off and seen off before and after. */
	enum { AROUND_MS = 60000, SWITCHING_MS = 240000, MINUTE_MS = 60000 };

	return (int)((deadline_ms + AROUND_MS + (hardware ? SWITCHING_MS : 0) + MINUTE_MS - 1) / MINUTE_MS);
}

static bool is_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool asks_the_same(const struct slurm_group *a, const struct slurm_group *b)
{
	return is_equal(a->kind, b->kind) && is_equal(a->unit, b->unit) && is_equal(a->node, b->node) && a->cpus == b->cpus &&
	       a->minutes == b->minutes;
}

static int hangs_nowhere(const struct job *j, struct err *e)
{
	err_set(e, ERR_CONFIG, "board %s hangs on no node of Slurm's", j->board);
	err_at(e, j->unit->file, j->unit->line, 0);
	return err_hint(e, "say on which: `node: NAME` (docs/slurm.md), or leave the board out");
}

/* Those of the job's units that are on the farm; how many of its kind are. */
static size_t on_farm(const struct job *j, const struct board_unit **units)
{
	size_t n = 0;

	for (size_t i = 0; i < j->unit_count; i++)
		if (j->units[i]->node)
			units[n++] = j->units[i];
	return n;
}

static size_t of_kind(const struct project *p, const struct board_kind *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->unit_count; i++)
		n += p->units[i].kind == kind && p->units[i].node;
	return n;
}

/* Any unit of the kind, where any will do; else one of those that will, each in its turn. */
static int ask_for_board(const struct group_wish *w, size_t place, struct slurm_group *need, struct arena *a, struct err *e)
{
	const struct job *j = &w->plan->jobs[place];
	const struct board_unit **units = arena_alloc(a, (j->unit_count + 1) * sizeof *units), *u;
	size_t n = on_farm(j, units);

	if (!n)
		return hangs_nowhere(j, e);
	need->kind = j->unit->kind->name;
	if (n > 1 && n == of_kind(w->project, j->unit->kind))
		return 0;
	u = units[place % n];
	need->unit = u->name;
	need->node = u->node;
	return 0;
}

static int needs_of(const struct group_wish *w, size_t place, struct slurm_group *need, struct arena *a, struct err *e)
{
	const struct job *j = &w->plan->jobs[place];
	bool hardware = !j->unit->kind->qemu;
	int attempts = w->attempts + j->scenario->retries.fail + j->scenario->retries.timeout;

	*need = (struct slurm_group){
		.cpus = 1,
		.minutes = group_minutes(w->timeout_ms ? w->timeout_ms : j->scenario->deadline_ms, hardware) * attempts,
	};
	return hardware ? ask_for_board(w, place, need, a, e) : 0;
}

struct making {
	const struct group_wish *wish;
	struct arena *arena;
	struct slurm_groups *groups;
	size_t room;
	struct growing { /* one for each group */
		const char **sessions;
		size_t count, room;
	} *growing;
	size_t growing_room;
};

/* The group that takes it, or a new one. */
static size_t find_group(struct making *m, const struct slurm_group *need)
{
	struct slurm_groups *g = m->groups;
	size_t i = g->count;

	while (m->growing && i > 0)
		if (asks_the_same(&g->items[--i], need) && m->growing[i].count < m->wish->most)
			return i;
	g->items = arena_grow(m->arena, g->items, &m->room, g->count + 1, sizeof *g->items);
	m->growing = arena_grow(m->arena, m->growing, &m->growing_room, g->count + 1, sizeof *m->growing);
	m->growing[g->count] = (struct growing){0};
	g->items[g->count] = *need;
	g->items[g->count].name = arena_printf(m->arena, "g%zu", g->count + m->wish->first);
	return g->count++;
}

static void add_session(struct making *m, size_t i, const char *name)
{
	struct growing *g = &m->growing[i];

	g->sessions = arena_grow(m->arena, g->sessions, &g->room, g->count + 2, sizeof *g->sessions);
	g->sessions[g->count++] = name;
	g->sessions[g->count] = NULL;
}

int groups_make(struct slurm_groups *g, const struct group_wish *wish, struct arena *a, struct err *e)
{
	struct making m = {.wish = wish, .arena = a, .groups = g};
	struct slurm_group need;

	*g = (struct slurm_groups){0};
	for (size_t n = 0; n < wish->plan->count; n++) {
		size_t i = wish->plan->order ? wish->plan->order[n] : n;
		const struct job *j = &wish->plan->jobs[i];

		if (j->skip || (wish->done && wish->done[i]))
			continue;
		if (needs_of(wish, i, &need, a, e) < 0)
			return -1;
		add_session(&m, find_group(&m, &need), j->name);
	}
	for (size_t i = 0; m.growing && i < g->count; i++)
		g->items[i].sessions = m.growing[i].sessions;
	return 0;
}

size_t group_size(const struct slurm_group *g)
{
	size_t n = 0;

	while (g->sessions && g->sessions[n])
		n++;
	return n;
}

/* ---- as files ---- */

static const struct field group_table[] = {
	NEEDS(slurm_group, "group", name, text),
	AT(slurm_group, "kind", kind, text),
	AT(slurm_group, "unit", unit, text),
	AT(slurm_group, "node", node, text),
	NEEDS(slurm_group, "cpus", cpus, int),
	NEEDS(slurm_group, "minutes", minutes, int),
	AT(slurm_group, "job", job, int64),
	NEEDS(slurm_group, "sessions", sessions, texts),
};
static const struct field_list group_fields = FIELDS(group_table, struct slurm_group);

int group_write(const char *run_dir, const struct slurm_group *g, struct err *e)
{
	char *folder = xasprintf("%s/" SLURM_FOLDER, run_dir), *path = xasprintf("%s/%s.json", folder, g->name);
	json_t *object = fields_write(&group_fields, g, false);
	char *text = json_dumps(object, JSON_INDENT(1));
	int rc = file_mkdirs(folder, e);

	if (rc == 0)
		rc = file_write_atomic(path, text, strlen(text), true, e);
	json_decref(object);
	free(text);
	free(path);
	free(folder);
	return rc;
}

static int damaged(struct err *e, const char *path, int line, const char *what)
{
	err_set(e, ERR_IO, "what was submitted cannot be read: %s", what);
	return err_at(e, path, line, 0);
}

static int parse(struct slurm_group *g, const char *path, const struct buf *text, struct arena *a, struct err *e)
{
	struct err inner = {0};
	json_error_t at;
	json_t *object = json_loadb(text->data ? text->data : "", text->len, 0, &at);
	int rc;

	if (!object)
		return damaged(e, path, at.line, at.text);
	rc = fields_read(&group_fields, g, object, a, &inner);
	json_decref(object);
	return rc < 0 ? damaged(e, path, 0, inner.what) : 0;
}

int group_read(const char *run_dir, const char *name, struct slurm_group *g, struct arena *a, struct err *e)
{
	char *path = xasprintf("%s/" SLURM_FOLDER "/%s.json", run_dir, name);
	struct buf text;
	int rc;

	*g = (struct slurm_group){0};
	buf_init(&text);
	if (!*name || strchr(name, '/') || !file_exists(path)) {
		err_set(e, ERR_USAGE, "the run has no group %s", name);
		rc = err_at(e, run_dir, 0, 0);
	} else {
		rc = file_read(path, &text, e);
		if (rc == 0)
			rc = parse(g, path, &text, a, e);
	}
	buf_finish(&text);
	free(path);
	return rc;
}

/* "g12.json" is 12; 0: no group. */
static unsigned number_of(const char *file)
{
	char *end;
	unsigned long n = file[0] == 'g' ? strtoul(file + 1, &end, 10) : 0;

	return n && n < 1000000 && strcmp(end, ".json") == 0 ? (unsigned)n : 0;
}

static int is_group(const struct dirent *d)
{
	return number_of(d->d_name) != 0;
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
	unsigned x = number_of((*a)->d_name), y = number_of((*b)->d_name);

	return (x > y) - (x < y);
}

int groups_read(const char *run_dir, struct slurm_groups *g, struct arena *a, struct err *e)
{
	char *folder = xasprintf("%s/" SLURM_FOLDER, run_dir);
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_group, by_number), rc = 0;

	*g = (struct slurm_groups){0};
	if (n < 0 && errno != ENOENT)
		rc = file_error(e, "read the folder", folder);
	g->items = arena_alloc(a, (size_t)(n > 0 ? n + 1 : 1) * sizeof *g->items);
	for (int i = 0; i < n; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(".json")] = '\0';
		if (rc == 0)
			rc = group_read(run_dir, entries[i]->d_name, &g->items[g->count++], a, e);
		free(entries[i]);
	}
	free(entries);
	free(folder);
	return rc;
}
