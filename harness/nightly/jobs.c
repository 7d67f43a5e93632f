#include "nightly/jobs.h"

#include <string.h>

#include "util/names.h"

static bool some(const char *const *list)
{
	return list && *list;
}

static bool has(const char *const *list, const char *name)
{
	for (; list && *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

/* ---- boards ---- */

static bool means(const char *glob, const char *name)
{
	const char *const globs[] = {glob, NULL};

	return names_match(globs, name);
}

static const char *const *add_hardware(const char *const *list, const struct nightly_job *j, const struct project *p, struct arena *a)
{
	for (size_t i = 0; i < p->unit_count; i++) {
		const struct board_unit *u = &p->units[i];

		if (!u->kind || u->implied || has(list, u->name))
			continue;
		if (names_match(j->boards, u->name) || names_match(j->boards, u->kind->name))
			list = arena_list_add(a, list, u->name);
	}
	return list;
}

const char *const *jobs_hardware(const struct nightly *n, const struct project *p, struct arena *a)
{
	const char *const *list = arena_alloc(a, sizeof *list);

	for (size_t i = 0; i < n->job_count; i++)
		if (n->jobs[i].where == NIGHTLY_LOCAL && some(n->jobs[i].boards))
			list = add_hardware(list, &n->jobs[i], p, a);
	return list;
}

struct ill {
	const struct trouble *items;
	size_t count;
};

static bool is_ill(const struct ill *ill, const char *unit)
{
	for (size_t i = 0; i < ill->count; i++)
		if (strcmp(ill->items[i].subject, unit) == 0)
			return true;
	return false;
}

static const char *const *add_named(const char *const *list, const char *glob, const struct project *p, const struct ill *ill,
				    bool *named, struct arena *a)
{
	*named = false;
	for (size_t i = 0; i < p->unit_count; i++) {
		const char *name = p->units[i].name;

		if (!means(glob, name))
			continue;
		*named = true;
		if (!is_ill(ill, name) && !has(list, name))
			list = arena_list_add(a, list, name);
	}
	return list;
}

/* Does the pattern mean a kind's name, and is a unit of it well? Of a kind that is not there, the run says so. */
static bool kind_is_well(const char *glob, const struct project *p, const struct ill *ill)
{
	bool any = false;

	for (size_t i = 0; i < p->unit_count; i++) {
		const struct board_unit *u = &p->units[i];

		if (!u->kind || !means(glob, u->kind->name))
			continue;
		if (!is_ill(ill, u->name))
			return true;
		any = true;
	}
	return !any;
}

const char *const *job_boards(const struct nightly_job *j, const struct project *p, const struct trouble *ill, size_t ill_count,
			      struct arena *a)
{
	const struct ill sick = {ill, ill_count};
	const char *const *list;
	bool named;

	if (!some(j->boards))
		return NULL;
	list = arena_alloc(a, sizeof *list);
	for (const char *const *glob = j->boards; *glob; glob++) {
		list = add_named(list, *glob, p, &sick, &named, a);
		if (!named && kind_is_well(*glob, p, &sick))
			list = arena_list_add(a, list, *glob);
	}
	return list;
}

/* ---- time ---- */

int64_t job_time_ms(const struct nightly *n, size_t at, int64_t left_ms)
{
	int64_t own = n->jobs[at].budget_ms, share = left_ms;
	int without = 1; /* this one */

	if (!n->budget_ms)
		return own;
	if (left_ms <= 0)
		return -1;
	if (own)
		return own < left_ms ? own : left_ms;
	for (size_t i = at + 1; i < n->job_count; i++) {
		share -= n->jobs[i].budget_ms;
		without += !n->jobs[i].budget_ms;
	}
	return share > 0 ? share / without : -1;
}

/* ---- words ---- */

static const char *const *add(struct arena *a, const char *const *list, const char *option, const char *value)
{
	list = arena_list_add(a, list, option);
	return value ? arena_list_add(a, list, value) : list;
}

static const char *const *add_each(struct arena *a, const char *const *list, const char *option, const char *const *values)
{
	for (; values && *values; values++)
		list = add(a, list, option, *values);
	return list;
}

static const char *const *begin_words(const struct nightly_job *j, int64_t time_ms, const char *results, struct arena *a)
{
	const char *const *w = arena_list_add(a, NULL, j->where == NIGHTLY_SLURM ? "submit" : "run");

	w = add(a, w, "--results", results);
	if (time_ms > 0)
		w = add(a, w, "--max-time", arena_printf(a, "%llds", (long long)((time_ms + 999) / 1000)));
	if (j->wait_ms)
		w = add(a, w, "--wait", arena_printf(a, "%lldms", (long long)j->wait_ms));
	if (j->jobs)
		w = add(a, w, "--jobs", arena_printf(a, "%d", j->jobs));
	return w;
}

const char *const *job_words(const struct nightly_job *j, const char *const *boards, int64_t time_ms, const char *results,
			     const char *run, struct arena *a)
{
	const char *const *w = begin_words(j, time_ms, results, a);

	w = add(a, w, "--run-id", run);
	w = add_each(a, w, "--tag", j->tags);
	w = add_each(a, w, "--variant", j->variants);
	w = add_each(a, w, "--board", boards);
	w = add_each(a, w, "--config", j->configs);
	if (j->mutants)
		w = add(a, w, "--mutants", NULL);
	if (j->repeat > 1)
		w = add(a, w, "--repeat", arena_printf(a, "%d", j->repeat));
	if (j->retries)
		w = add(a, w, "--retries", arena_printf(a, "%d", *j->retries));
	for (size_t i = 0; i < j->set_count; i++)
		w = add(a, w, "--set", arena_printf(a, "%s=%d", j->set[i].name, j->set[i].value));
	for (const char *const *s = j->scenarios; s && *s; s++)
		w = arena_list_add(a, w, *s);
	return w;
}

const char *const *job_resume_words(const struct nightly_job *j, int64_t time_ms, const char *results, const char *run,
				    struct arena *a)
{
	const char *const *w = begin_words(j, time_ms, results, a);

	return add(a, w, "--resume", run);
}

const char *const *keep_words(const struct nightly_keep *k, const char *results, struct arena *a)
{
	const char *const *w = add(a, arena_list_add(a, NULL, "gc"), "--results", results);

	if (k->days)
		w = add(a, w, "--keep-days", arena_printf(a, "%d", k->days));
	if (k->runs)
		w = add(a, w, "--keep-runs", arena_printf(a, "%d", k->runs));
	if (k->size)
		w = add(a, w, "--keep-size", arena_printf(a, "%llu", (unsigned long long)k->size));
	return w;
}

/* ---- exit statuses ---- */

static int gravity(int status)
{
	static const int order[] = {0, 5, 4, 3, 1, 2};

	if (status == 130 || status == 143)
		return 100;
	for (int i = 0; i < (int)(sizeof order / sizeof order[0]); i++)
		if (order[i] == status)
			return i;
	return 50; /* what is in no table is worse than what is */
}

int status_graver(int a, int b)
{
	return gravity(a) >= gravity(b) ? a : b;
}
