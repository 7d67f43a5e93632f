#include "cli/following.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ending.h"
#include "cli/followview.h"
#include "cli/run_end.h"
#include "slurm/follow.h"
#include "slurm/parcel.h"
#include "util/cancel.h"

/* What the callbacks of a run that is followed know of it. */
struct known {
	const struct run_record *record;
	const char *url; /* of the database by which its results come; NULL: they come into its folder */
	struct followview *view;
};

/* ---- what is said meanwhile ---- */

static void note_result(void *ctx, const struct session_result *r)
{
	followview_result(((struct known *)ctx)->view, r);
}

static void note_line(void *ctx, const char *text)
{
	followview_say(((struct known *)ctx)->view, text);
}

static void note_running(void *ctx, const struct planned *p, const char *node)
{
	followview_runs(((struct known *)ctx)->view, p, node);
}

static void look(void *ctx, size_t waiting)
{
	followview_look(((struct known *)ctx)->view, waiting);
}

/* Before a run is followed. */
static void print_line(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "runtest: %s\n", text);
}

static int report(const char *dir, struct err *e)
{
	struct run_record record;
	int rc = run_record_read(&record, dir, e);

	if (rc == 0)
		rc = report_write_all(&record, e);
	if (rc == 0)
		ending_end(&record);
	run_record_finish(&record);
	return rc;
}

/* ---- following ---- */

int following_submitter(struct submit_spec *s, const char *root, const char *lab, struct arena *a, struct err *e)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n < 0)
		return err_sys(e, ERR_INFRA, "cannot tell where this program is");
	path[n] = '\0';
	s->program = arena_strdup(a, path);
	s->root = root;
	s->lab = lab;
	s->waiting = print_line;
	return 0;
}

/* A submission that was cut short is completed. */
static int complete_submission(const struct following *f, const struct run_record *r, struct slurm_groups *groups,
			       struct arena *a, struct err *e)
{
	struct submit_spec how = f->how;

	how.run = r->settings.run;
	how.run_dir = r->dir;
	for (size_t i = 0; i < groups->count; i++)
		if (!groups->items[i].job && submit_group(&how, &groups->items[i], a, e) < 0)
			return -1;
	return 0;
}

/* The nodes need it no more. That it stays is no harm. */
static void forget_plan(const char *url, const struct run_record *r)
{
	struct err e;

	if (url && parcel_drop_plan(url, r->settings.run, &e) < 0)
		fprintf(stderr, "runtest: the plan of run %s stays in the database: %s\n", r->settings.run, e.what);
}

static int fetch(void *ctx, struct err *e)
{
	const struct known *k = ctx;

	return parcel_receive(k->url, k->record->settings.run, k->record->dir, e) < 0 ? -1 : 0;
}

void following_waits(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "runtest: %s; another signal (^C) leaves the jobs to it\n", text);
}

/* To its end, or until a signal comes: 1. */
static int follow_with_view(struct follow_spec *spec, struct known *k, struct err *e)
{
	int rc;

	k->view = followview_open(k->record, spec->despite_signals);
	rc = follow_run(spec, e);
	followview_close(k->view);
	return rc;
}

/* 0 all is said; 1 left; -1. */
static int follow(const struct following *f, struct journal *j, const struct run_record *r, const struct slurm_groups *groups,
		  struct err *e)
{
	struct known known = {.record = r, .url = f->how.database};
	struct follow_spec spec = {
		.journal = j, .record = r, .groups = groups, .progress = note_result, .say = note_line, .runs = note_running,
		.look = look, .fetch = known.url ? fetch : NULL, .ctx = &known,
	};
	int rc = follow_with_view(&spec, &known, e);

	if (rc != 1 || !f->cancels)
		return rc;
	fprintf(stderr, "runtest: cancelling the jobs of run %s\n", r->settings.run);
	if (follow_cancel(r->dir, r->settings.run, groups, NULL, following_waits, e) < 0)
		return e->kind == ERR_CANCELLED ? 1 : -1;
	spec.despite_signals = true;
	return follow_with_view(&spec, &known, e);
}

static int leave(const struct run_record *r)
{
	/* Also when its jobs were to end, and nobody knows whether they will. */
	fprintf(stderr, "runtest: run %s goes on without being followed; `runtest attach %s` follows it again, `runtest cancel %s` "
			"ends it\n", r->settings.run, r->settings.run, r->settings.run);
	return cancel_exit_status();
}

/* Results are where the run is. */
static int end(struct journal *j)
{
	char *results = xstrdup(journal_dir(j)), *slash = strrchr(results, '/');
	int status;

	*slash = '\0';
	status = run_end(j, results, false);
	free(results);
	return status;
}

int following_run(const struct following *how, struct journal *j)
{
	char *url = parcel_read_url(journal_dir(j));
	struct following with_url = *how, *f = &with_url;
	struct slurm_groups groups = {0};
	struct run_record record;
	struct err e = {0};
	struct arena a;
	int rc, status;

	arena_init(&a);
	f->how.database = url;
	rc = run_record_read(&record, journal_dir(j), &e);
	if (rc == 0)
		rc = groups_read(record.dir, &groups, &a, &e);
	if (rc == 0)
		rc = complete_submission(f, &record, &groups, &a, &e);
	if (rc == 0)
		rc = follow(f, j, &record, &groups, &e);
	if (rc == 0)
		forget_plan(url, &record);
	status = rc < 0 ? command_error(&e) : rc == 1 ? leave(&record) : end(j);
	run_record_finish(&record);
	arena_finish(&a);
	free(url);
	return status;
}

/* ---- opening ---- */

/* Until the other one has gone; 1: and with it the run has ended. */
static int wait_for_follower(const char *dir, struct journal **j, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	bool told = false;

	while (!(*j = journal_reopen(dir, e))) {
		if (e->kind != ERR_USAGE || !strstr(e->what, "still going on"))
			return -1;
		if (!told)
			fputs("runtest: another process follows this run; waiting for that\n", stderr);
		told = true;
		poll(&stop, 1, 500);
		if (cancel_requested())
			return err_set(e, ERR_CANCELLED, "stopped while waiting for who follows the run");
	}
	return told;
}

int following_open(const char *dir, struct journal **j)
{
	struct run_record record;
	struct err e = {0};
	int waited = wait_for_follower(dir, j, &e), status = 0;

	if (waited < 0)
		return command_error(&e);
	if (run_record_read(&record, dir, &e) < 0)
		status = command_error(&e);
	else if (record.ended) {
		status = report(dir, &e) < 0 ? command_error(&e) : record.exit_status;
		journal_close(*j);
		*j = NULL;
	}
	run_record_finish(&record);
	return status;
}

static int check_submitted(const char *dir)
{
	struct slurm_groups groups;
	struct arena a;
	struct err e;
	int status = 0;

	arena_init(&a);
	if (groups_read(dir, &groups, &a, &e) < 0) {
		status = command_error(&e);
	} else if (!groups.count) {
		err_set(&e, ERR_USAGE, "this run was not submitted to Slurm");
		err_at(&e, dir, 0, 0);
		err_hint(&e, "`runtest run --resume` goes on with one that was cut short");
		status = command_error(&e);
	}
	arena_finish(&a);
	return status;
}

char *following_find(const struct cli *cli, const char *results, const char *run)
{
	struct err e;
	char *root = results ? NULL : command_project_root(cli, &e), *folder, *dir;

	if (!results && !root) {
		command_error(&e);
		return NULL;
	}
	folder = results ? xstrdup(results) : xasprintf("%s/results", root);
	dir = run_resolve(folder, run, &e);
	free(folder);
	free(root);
	if (!dir) {
		command_error(&e);
		return NULL;
	}
	if (check_submitted(dir) == 0)
		return dir;
	free(dir);
	return NULL;
}
