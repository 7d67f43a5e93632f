#include "config/project.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/description.h"
#include "config/read.h"
#include "config/yaml.h"
#include "util/file.h"

static const char variants_file[] = "images/variants.yaml";
static const char mutants_file[] = "images/mutants.yaml";
static const char suffix[] = ".yaml";

/* ---- finding it ---- */

static bool is_project(const char *folder)
{
	char *variants = xasprintf("%s/%s", folder, variants_file);
	char *scenarios = xasprintf("%s/scenarios", folder);
	bool found = file_exists(variants) && file_exists(scenarios);

	free(scenarios);
	free(variants);
	return found;
}

char *project_find(const char *start, struct err *e)
{
	char *folder = realpath(start, NULL), *slash;

	if (!folder) {
		err_sys(e, ERR_USAGE, "no project there");
		err_at(e, start, 0, 0);
		return NULL;
	}
	while (!is_project(folder)) {
		slash = strrchr(folder, '/');
		if (!slash || !folder[1]) {
			free(folder);
			err_set(e, ERR_USAGE, "no project here nor in any folder above: expected %s and scenarios/",
				variants_file);
			err_at(e, start, 0, 0);
			err_hint(e, "go to the project's folder, say where it is with --project DIR, or make one with `runtest init`");
			return NULL;
		}
		slash[slash == folder] = '\0'; /* the root folder keeps its slash */
	}
	return folder;
}

/* ---- reading ---- */

struct loader {
	struct project *project;
	struct err_list *errors;
};

/* The file's bytes, or -1 with the mistake reported. A pipe or a device is not waited for. */
static int read_bytes(const char *path, struct buf *bytes, struct mistakes *m)
{
	struct stat st;
	struct err e = {0};

	if (stat(path, &st) < 0)
		mistake(m, 0, 0, "cannot be read: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		mistake(m, 0, 0, "expected a regular file");
	else if (st.st_size > YAML_FILE_MAX)
		mistake(m, 0, 0, "a file of %lld bytes: expected at most %d", (long long)st.st_size, YAML_FILE_MAX);
	else if (file_read(path, bytes, &e) < 0)
		mistake(m, 0, 0, "%s", e.what);
	else
		return 0;
	return -1;
}

/* The file at `path`, which messages call `shown` (in the arena), into *out; returns its name without folder and suffix. */
static const char *load_path(struct loader *l, const struct schema *s, const char *path, const char *shown, void *out)
{
	struct project *p = l->project;
	char *folder = xstrdup(path);
	const char *name = strrchr(path, '/') + 1;
	const struct yaml *root;
	struct buf bytes;
	struct reader r;

	buf_init(&bytes);
	*strrchr(folder, '/') = '\0';
	reader_init(&r, p, &p->arena, shown, l->errors);
	r.folder = folder;
	r.stem = arena_strndup(&p->arena, name, strlen(name) - strlen(suffix));
	if (read_bytes(path, &bytes, &r.mistakes) == 0) {
		root = yaml_parse(&p->arena, bytes.data ? bytes.data : "", bytes.len, &r.mistakes);
		if (root)
			reader_read(&r, s, root, out);
	}
	p->file_count++;
	reader_finish(&r);
	buf_finish(&bytes);
	free(folder);
	return r.stem;
}

/* One file (`file` relative to the root, in the arena). */
static const char *load_file(struct loader *l, const struct schema *s, const char *file, void *out)
{
	char *path = xasprintf("%s/%s", l->project->root, file);
	const char *stem = load_path(l, s, path, file, out);

	free(path);
	return stem;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

/* Somebody who wrote NAME.yml would wonder why nothing happens. */
static void refuse_suffix(struct loader *l, const char *file)
{
	struct mistakes m;

	mistakes_init(&m, l->errors, file);
	mistake(&m, 0, 0, "the file's name ends in .yml: expected %s", suffix);
}

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.' && (ends_with(d->d_name, suffix) || ends_with(d->d_name, ".yml"));
}

static int list_folder(struct loader *l, const char *folder, struct dirent ***entries)
{
	char *path = xasprintf("%s/%s", l->project->root, folder);
	int n = scandir(path, entries, is_visible, alphasort);
	struct mistakes m;

	if (n < 0 && errno != ENOENT) {
		mistakes_init(&m, l->errors, folder);
		mistake(&m, 0, 0, "cannot be read: %s", strerror(errno));
	}
	free(path);
	return n < 0 ? 0 : n;
}

/* Everything with a name begins with it. */
_Static_assert(offsetof(struct board_kind, name) == 0 && offsetof(struct board_unit, name) == 0 &&
		       offsetof(struct variant, name) == 0 && offsetof(struct scenario, name) == 0 &&
		       offsetof(struct marker_table, name) == 0 && offsetof(struct quarantine, name) == 0,
	       "by_name and load_folder take the first field for the name");

static int by_name(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	return strcmp(x ? x : "", y ? y : "");
}

/* Every file of a folder into an array, sorted by name. One that could not be read keeps the name of its file, so that
 * what refers to it is no second mistake. */
static void *load_folder(struct loader *l, const char *folder, const struct schema *s, size_t *count)
{
	struct arena *a = &l->project->arena;
	struct dirent **entries = NULL;
	int n = list_folder(l, folder, &entries);
	char *array = arena_alloc(a, ((size_t)n + 1) * s->size), *item = array;

	for (int i = 0; i < n; i++) {
		const char *file = arena_printf(a, "%s/%s", folder, entries[i]->d_name), *stem;

		free(entries[i]);
		if (!ends_with(file, suffix)) {
			refuse_suffix(l, file);
			continue;
		}
		stem = load_file(l, s, file, item);
		if (!*(const char **)item)
			*(const char **)item = stem;
		item += s->size;
	}
	free(entries);
	*count = (size_t)(item - array) / s->size;
	qsort(array, *count, s->size, by_name);
	return array;
}

/* Those that need not be named, in the order of their names. */
static const struct marker_table *const *usual_markers(struct project *p)
{
	const struct marker_table **usual = arena_alloc(&p->arena, (p->marker_count + 1) * sizeof *usual);
	size_t n = 0;

	for (size_t i = 0; i < p->marker_count; i++)
		if (p->markers[i].use == MARKER_USE_ALWAYS)
			usual[n++] = &p->markers[i];
	return usual;
}

static void load_kinds(struct loader *l)
{
	const struct marker_table *const *usual;
	struct mistakes m;

	l->project->markers = load_folder(l, "boards/markers", &schema_marker_table, &l->project->marker_count);
	usual = usual_markers(l->project);
	l->project->kinds = load_folder(l, "boards/kinds", &schema_board_kind, &l->project->kind_count);
	for (size_t i = 0; i < l->project->kind_count; i++)
		if (!l->project->kinds[i].markers)
			l->project->kinds[i].markers = usual;
	if (l->project->kind_count)
		return;
	mistakes_init(&m, l->errors, "boards/kinds");
	mistake(&m, 0, 0, "no board kind is described there: expected NAME%s for each", suffix);
}

/* The units with files, and the machines that QEMU kinds are by themselves. */
static void load_units(struct loader *l)
{
	struct project *p = l->project;
	size_t count;
	struct board_unit *named = load_folder(l, "boards/units", &schema_board_unit, &count);

	p->units = arena_alloc(&p->arena, (count + p->kind_count + 1) * sizeof *p->units);
	memcpy(p->units, named, count * sizeof *named);
	for (size_t i = 0; i < p->kind_count; i++) {
		const struct board_kind *k = &p->kinds[i];

		if (k->qemu)
			p->units[count++] = (struct board_unit){.name = k->name, .kind = k, .about = k->about,
								.implied = true, .file = k->file, .line = k->line};
	}
	p->unit_count = count;
	qsort(p->units, count, sizeof *p->units, by_name);
}

static struct variant *load_variants(struct loader *l, const struct schema *s, const char *file, size_t *count)
{
	struct variant_list list = {.items = NULL};

	load_file(l, s, file, &list);
	*count = list.count;
	if (list.count)
		qsort(list.items, list.count, sizeof *list.items, by_name);
	return list.items;
}

int project_load_boards(struct project *p, const char *root, struct err_list *errors)
{
	struct loader l = {p, errors};
	size_t before = errors->count;
	char *real = realpath(root, NULL);

	*p = (struct project){.file_count = 0};
	arena_init(&p->arena);
	p->root = arena_strdup(&p->arena, real ? real : root);
	free(real);
	load_kinds(&l);
	load_units(&l);
	return errors->count == before ? 0 : -1;
}

/* "FILE:LINE:COLUMN", or the file alone. */
static bool is_in(const struct err *e, const char *file)
{
	size_t n = strlen(file);

	return strncmp(e->where, file, n) == 0 && (e->where[n] == ':' || !e->where[n]);
}

bool project_unit_is_sound(const struct board_unit *u, const struct err_list *errors)
{
	if (!u->kind || !u->file || !u->kind->file)
		return false;
	for (size_t i = 0; i < errors->count; i++)
		if (is_in(&errors->items[i], u->file) || is_in(&errors->items[i], u->kind->file))
			return false;
	return true;
}

int project_load(struct project *p, const char *root, struct err_list *errors)
{
	struct loader l = {p, errors};
	size_t before = errors->count;

	project_load_boards(p, root, errors);
	p->variants = load_variants(&l, &schema_variants, variants_file, &p->variant_count);
	p->scenarios = load_folder(&l, "scenarios", &schema_scenario, &p->scenario_count);
	p->quarantine = load_folder(&l, "scenarios/quarantine", &schema_quarantine, &p->quarantine_count);
	return errors->count == before ? 0 : -1;
}

int project_load_mutants(struct project *p, struct err_list *errors)
{
	struct loader l = {p, errors};
	size_t before = errors->count;
	char *path = xasprintf("%s/%s", p->root, mutants_file);

	if (file_exists(path))
		p->mutants = load_variants(&l, &schema_mutants, mutants_file, &p->mutant_count);
	free(path);
	return errors->count == before ? 0 : -1;
}

int project_load_file(struct project *p, const struct schema *s, const char *file, void *out, struct err_list *errors)
{
	struct loader l = {p, errors};
	const char *shown = arena_strdup(&p->arena, file);
	size_t before = errors->count;
	char *path;

	if (!ends_with(file, suffix)) {
		struct err *e = err_list_add(errors);

		err_set(e, ERR_USAGE, "the file's name does not end in %s", suffix);
		return err_at(e, shown, 0, 0);
	}
	path = realpath(file, NULL);
	if (!path) {
		struct err *e = err_list_add(errors);

		err_sys(e, ERR_USAGE, "cannot be read");
		return err_at(e, shown, 0, 0);
	}
	load_path(&l, s, path, shown, out);
	free(path);
	return errors->count == before ? 0 : -1;
}

/* ---- virtual labs ---- */

static const char *board_name(const void *project, size_t i);

static const struct lab_living *choose_lab(const struct project *p, const char *id)
{
	const struct lab_living *only = NULL;
	size_t ready = 0;

	for (size_t i = 0; i < p->labs.count; i++) {
		const struct lab_living *l = &p->labs.items[i];

		if (!l->ready)
			continue;
		if (id && strcmp(id, l->id) == 0)
			return l;
		only = l;
		ready++;
	}
	return !id && ready == 1 ? only : NULL;
}

static int refuse_lab(struct project *p, const char *id, struct err_list *errors)
{
	const char *ready = labs_ready_text(&p->labs, &p->arena);
	struct err *e = err_list_add(errors);

	err_set(e, ERR_USAGE, "no lab called %s is running", id);
	return *ready ? err_hint(e, "these are: %s", ready) : err_hint(e, "start one with `make lab LAB='--id %s'`", id);
}

static void add_units(struct project *p, const struct board_unit *more, size_t count)
{
	struct board_unit *all = arena_alloc(&p->arena, (p->unit_count + count + 1) * sizeof *all);

	memcpy(all, p->units, p->unit_count * sizeof *all);
	memcpy(all + p->unit_count, more, count * sizeof *all);
	p->units = all;
	p->unit_count += count;
	qsort(p->units, p->unit_count, sizeof *p->units, by_name);
}

int project_load_lab(struct project *p, const char *id, struct err_list *errors)
{
	struct loader l = {p, errors};
	size_t before = errors->count, count;
	const struct lab_living *lab;
	struct board_unit *units;

	p->labs = labs_find(p->root, &p->arena);
	lab = choose_lab(p, id);
	if (!lab)
		return id ? refuse_lab(p, id, errors) : 0;
	units = load_folder(&l, arena_printf(&p->arena, LABS_FOLDER "/%s/" LAB_UNITS, lab->id), &schema_board_unit, &count);
	add_units(p, units, count);
	return errors->count == before ? 0 : -1;
}

int project_check_labs(const struct project *p, const char *const *globs, struct err *e)
{
	struct names units = {board_name, p, p->unit_count};
	struct arena scratch;
	const char *ready;

	for (; globs && *globs; globs++)
		if (strncmp(*globs, LAB_UNIT_PREFIX, strlen(LAB_UNIT_PREFIX)) == 0 && !names_have(units, *globs))
			break;
	if (!globs || !*globs)
		return 0;
	for (size_t i = 0; i < p->unit_count; i++)
		if (strncmp(p->units[i].name, LAB_UNIT_PREFIX, strlen(LAB_UNIT_PREFIX)) == 0)
			return 0; /* a lab is there, and has other boards */
	arena_init(&scratch);
	ready = labs_ready_text(&p->labs, &scratch);
	if (*ready) {
		err_set(e, ERR_USAGE, "no board is called %s without saying in which lab: several are running: %s", *globs, ready);
		err_hint(e, "choose one with --lab ID");
	} else {
		err_set(e, ERR_USAGE, "no board is called %s: no lab is running", *globs);
		err_hint(e, "start one with `make lab`, and keep it running");
	}
	arena_finish(&scratch);
	return -1;
}

int project_check_examples(struct project *p, struct err_list *errors)
{
	struct loader l = {p, errors};
	size_t before = errors->count, count;

	load_folder(&l, "boards/examples", &schema_board_unit, &count);
	return errors->count == before ? 0 : -1;
}

void project_finish(struct project *p)
{
	arena_finish(&p->arena);
	*p = (struct project){.file_count = 0};
}

/* ---- looking things up ---- */

static const void *find(const void *array, size_t count, size_t size, const char *name)
{
	return count ? bsearch(&name, array, count, size, by_name) : NULL;
}

const struct marker_table *project_marker_table(const struct project *p, const char *name)
{
	return find(p->markers, p->marker_count, sizeof *p->markers, name);
}

const struct board_kind *project_kind(const struct project *p, const char *name)
{
	return find(p->kinds, p->kind_count, sizeof *p->kinds, name);
}

const struct board_unit *project_unit(const struct project *p, const char *name)
{
	return find(p->units, p->unit_count, sizeof *p->units, name);
}

const struct variant *project_variant(const struct project *p, const char *name)
{
	return find(p->variants, p->variant_count, sizeof *p->variants, name);
}

const struct scenario *project_scenario(const struct project *p, const char *name)
{
	return find(p->scenarios, p->scenario_count, sizeof *p->scenarios, name);
}

const struct variant *project_mutant(const struct project *p, const char *name)
{
	return find(p->mutants, p->mutant_count, sizeof *p->mutants, name);
}

static const char *marker_name(const void *project, size_t i)
{
	return ((const struct project *)project)->markers[i].name;
}

static const char *kind_name(const void *project, size_t i)
{
	return ((const struct project *)project)->kinds[i].name;
}

static const char *variant_name(const void *project, size_t i)
{
	return ((const struct project *)project)->variants[i].name;
}

static const char *scenario_name(const void *project, size_t i)
{
	return ((const struct project *)project)->scenarios[i].name;
}

static const char *mutant_name(const void *project, size_t i)
{
	return ((const struct project *)project)->mutants[i].name;
}

static const char *board_name(const void *project, size_t i)
{
	const struct project *p = project;

	return i < p->unit_count ? p->units[i].name : p->kinds[i - p->unit_count].name;
}

struct names project_marker_names(const struct project *p)
{
	return (struct names){marker_name, p, p->marker_count};
}

struct names project_kind_names(const struct project *p)
{
	return (struct names){kind_name, p, p->kind_count};
}

struct names project_board_names(const struct project *p)
{
	return (struct names){board_name, p, p->unit_count + p->kind_count};
}

struct names project_variant_names(const struct project *p)
{
	return (struct names){variant_name, p, p->variant_count};
}

struct names project_scenario_names(const struct project *p)
{
	return (struct names){scenario_name, p, p->scenario_count};
}

struct names project_mutant_names(const struct project *p)
{
	return (struct names){mutant_name, p, p->mutant_count};
}

int project_check_globs(const char *const *globs, const char *what, struct names names, struct err *e)
{
	for (; globs && *globs; globs++) {
		const char *near;

		if (names_have(names, *globs))
			continue;
		err_set(e, ERR_USAGE, "no %s is called %s", what, *globs);
		near = names_nearest(names, *globs);
		return near ? err_hint(e, "did you mean %s? `runtest list` shows all of them", near)
			    : err_hint(e, "`runtest list` shows all of them");
	}
	return 0;
}
