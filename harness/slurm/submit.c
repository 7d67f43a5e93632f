#include "slurm/submit.h"

#include <stdlib.h>
#include <string.h>

#include "slurm/client.h"
#include "slurm/gres.h"
#include "slurm/state.h"
#include "util/file.h"

void submit_quote(struct buf *out, const char *word)
{
	buf_addc(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *word);
	buf_addc(out, '\'');
}

/* exec: signals of Slurm's reach the program itself, and no shell in between. */
void submit_script(struct buf *out, const struct submit_spec *spec, const struct slurm_group *g)
{
	buf_adds(out, "#!/bin/sh\n# One session of a run, as its place in the array says. Written by `runtest submit`.\nexec ");
	submit_quote(out, spec->program);
	buf_adds(out, " --project ");
	submit_quote(out, spec->root);
	if (spec->lab) {
		buf_adds(out, " --lab ");
		submit_quote(out, spec->lab);
	}
	buf_adds(out, " farm task --run ");
	submit_quote(out, spec->database ? spec->run : spec->run_dir);
	if (spec->database) {
		buf_adds(out, " --database ");
		submit_quote(out, spec->database);
	}
	buf_printf(out, " --group %s\n", g->name);
}

const char *submit_job_name(const char *run, const struct slurm_group *g, struct arena *a)
{
	return arena_printf(a, "%s.%s", run, g->name);
}

struct words {
	struct arena *arena;
	const char *const *list;
};

static void add(struct words *w, const char *word)
{
	w->list = arena_list_add(w->arena, w->list, word);
}

static void add_board(struct words *w, const struct slurm_group *g)
{
	if (g->unit)
		add(w, arena_printf(w->arena, "--gres=" GRES_BOARD ":%s:1," GRES_UNIT ":%s:1", g->kind, g->unit));
	else
		add(w, arena_printf(w->arena, "--gres=" GRES_BOARD ":%s:1", g->kind));
	if (g->node)
		add(w, arena_printf(w->arena, "--nodelist=%s", g->node));
}

/* A percent sign of the path's own is written twice (sbatch(1), "filename pattern"). */
static const char *output_word(const struct submit_spec *spec, const struct slurm_group *g, struct arena *a)
{
	const char *word;
	struct buf b;

	buf_init(&b);
	buf_adds(&b, "--output=");
	for (const char *p = spec->run_dir; *p; p++) {
		buf_addc(&b, *p);
		if (*p == '%')
			buf_addc(&b, '%');
	}
	buf_printf(&b, "/" SLURM_FOLDER "/%s.%%a.out", g->name);
	word = arena_strdup(a, b.data);
	buf_finish(&b);
	return word;
}

static const char *array_word(const struct submit_spec *spec, const struct slurm_group *g, struct arena *a)
{
	if (spec->at_once)
		return arena_printf(a, "--array=0-%zu%%%d", group_size(g) - 1, spec->at_once);
	return arena_printf(a, "--array=0-%zu", group_size(g) - 1);
}

const char *const *submit_words(const struct submit_spec *spec, const struct slurm_group *g, const char *script,
				struct arena *a)
{
	struct words w = {.arena = a};

	add(&w, "sbatch");
	add(&w, "--parsable");
	add(&w, arena_printf(a, "--job-name=%s", submit_job_name(spec->run, g, a)));
	add(&w, array_word(spec, g, a));
	add(&w, "--nodes=1");
	add(&w, "--ntasks=1");
	add(&w, arena_printf(a, "--cpus-per-task=%d", g->cpus));
	add(&w, arena_printf(a, "--time=%d", g->minutes));
	add(&w, "--requeue");
	add(&w, "--open-mode=append");
	add(&w, arena_printf(a, "--chdir=%s", spec->root));
	add(&w, spec->database ? "--output=/dev/null" : output_word(spec, g, a)); /* the node sends what it says */
	if (g->kind)
		add_board(&w, g);
	if (spec->partition)
		add(&w, arena_printf(a, "--partition=%s", spec->partition));
	for (const char *const *o = spec->options; o && *o; o++)
		add(&w, *o);
	add(&w, script);
	return w.list;
}

/* ---- the queue ---- */

/* The array of that name that Slurm knows already; 0: none. */
static int find_job(const struct submit_spec *spec, const struct slurm_group *g, int64_t *job, struct arena *a, struct err *e)
{
	const char *argv[] = {"squeue", "--noheader", "--array", "--states=all", SQUEUE_FORMAT,
			      arena_printf(a, "--name=%s", submit_job_name(spec->run, g, a)), NULL};
	struct client_call call = {.argv = argv, .patience_ms = INT64_MAX, .waiting = spec->waiting, .ctx = spec->ctx};
	struct slurm_line line = {0};
	struct buf out;
	size_t at = 0;
	int rc;

	buf_init(&out);
	rc = client_call(&call, &out, e);
	*job = rc == 0 && squeue_next(out.data ? out.data : "", out.len, &at, &line, a) ? line.job : 0;
	buf_finish(&out);
	return rc;
}

/* A call that was not answered may have been heard all the same: then the queue has the array. */
static int enqueue(const struct submit_spec *spec, struct slurm_group *g, const char *script, struct arena *a, struct err *e)
{
	const char *const *argv = submit_words(spec, g, script, a);
	struct client_call call = {.argv = argv, .patience_ms = 0};
	struct buf out;
	int rc;

	buf_init(&out);
	while ((rc = client_call(&call, &out, e)) < 0 && e->kind == ERR_INFRA && !g->job)
		if (find_job(spec, g, &g->job, a, e) < 0)
			break;
	if (rc == 0)
		g->job = sbatch_job(out.data ? out.data : "", out.len);
	if (rc == 0 && !g->job)
		rc = err_set(e, ERR_INFRA, "sbatch names no job: %s", out.data ? out.data : "");
	buf_finish(&out);
	return g->job ? 0 : rc;
}

static int write_script(const struct submit_spec *spec, const struct slurm_group *g, const char *path, struct err *e)
{
	struct buf text;
	int rc;

	buf_init(&text);
	submit_script(&text, spec, g);
	rc = file_write_atomic(path, text.data, text.len, false, e);
	buf_finish(&text);
	return rc;
}

int submit_group(const struct submit_spec *spec, struct slurm_group *g, struct arena *a, struct err *e)
{
	const char *script = arena_printf(a, "%s/" SLURM_FOLDER "/%s.sh", spec->run_dir, g->name);

	if (g->job)
		return 0;
	if (group_write(spec->run_dir, g, e) < 0 || write_script(spec, g, script, e) < 0)
		return -1;
	return enqueue(spec, g, script, a, e) < 0 ? -1 : group_write(spec->run_dir, g, e);
}
