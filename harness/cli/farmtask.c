#include "cli/farmtask.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/foreign.h"
#include "cli/images.h"
#include "cli/resume.h"
#include "cli/run_options.h"
#include "cli/submit_options.h"
#include "farm/state.h"
#include "plan/restore.h"
#include "result/journal.h"
#include "result/run_file.h"
#include "sched/run.h"
#include "slurm/client.h"
#include "slurm/gres.h"
#include "slurm/group.h"
#include "slurm/parcel.h"
#include "slurm/part.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"

struct task {
	struct arena arena;
	const char *dir;             /* the run's folder */
	struct slurm_group group;
	long place;                  /* in the array */
	const char *job, *node;      /* "12_3", "lab1" */
	int restart;
	struct run_options options;  /* of `runtest submit` */
	struct submit_options own;
	struct project project;
	struct resume resume;        /* its record has plan and settings, and nothing of the journal */
	struct foreign foreign;
	struct plan plan;            /* of one job */
	struct images images;
};

/* ---- what Slurm says ---- */

static long number_of(const char *variable)
{
	const char *text = getenv(variable);
	char *end;
	long n = text && *text ? strtol(text, &end, 10) : -1;

	return n >= 0 && !*end ? n : -1;
}

static int read_environment(struct task *t, struct err *e)
{
	long array = number_of("SLURM_ARRAY_JOB_ID"), restart = number_of("SLURM_RESTART_COUNT");

	t->place = number_of("SLURM_ARRAY_TASK_ID");
	t->node = getenv("SLURMD_NODENAME");
	t->restart = restart > 0 ? (int)restart : 0;
	if (array > 0 && t->place >= 0 && t->node && *t->node) {
		t->job = arena_printf(&t->arena, "%ld_%ld", array, t->place);
		return 0;
	}
	err_set(e, ERR_USAGE, "this is no job of an array of Slurm's: SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID and SLURMD_NODENAME");
	return err_hint(e, "`runtest submit` makes such jobs; `runtest run` runs sessions here");
}

/* Which board of the node it was given. */
static int read_index(const struct task *t, int *index, struct err *e)
{
	const char *argv[] = {"scontrol", "show", "job", "-d", t->job, NULL};
	struct client_call call = {.argv = argv, .patience_ms = INT64_C(300000)};
	struct buf said;
	int rc;

	buf_init(&said);
	rc = client_call(&call, &said, e);
	*index = rc == 0 ? gres_index(said.data ? said.data : "", t->group.kind) : -1;
	if (rc == 0 && *index < 0) {
		rc = err_set(e, ERR_INFRA, "Slurm does not say which %s job %s was given", t->group.kind, t->job);
		err_hint(e, "gres.conf names a file for each board: `runtest farm config` writes it");
	}
	buf_finish(&said);
	return rc;
}

/* ---- its session ---- */

/* The words that the run was submitted with. */
static int read_options(struct task *t)
{
	const struct option_place own = {&submit_option_table, &t->own};
	const char *const *words = t->resume.record.settings.command;
	int argc = 0;
	char **argv;

	while (words && words[argc])
		argc++;
	argv = arena_alloc(&t->arena, ((size_t)argc + 2) * sizeof *argv);
	for (int i = 1; i < argc; i++)
		argv[i - 1] = arena_strdup(&t->arena, words[i]);
	optind = 0;
	return run_options_parse(&t->options, &command_submit, &own, argc ? argc - 1 : 0, argv);
}

static int read_run(struct task *t, struct err *e)
{
	struct run_record *r = &t->resume.record;

	r->dir = t->dir;
	arena_init(&r->arena);
	t->resume.has_record = true;
	return run_file_read(r, e);
}

static int restore_session(struct task *t, struct err *e)
{
	const struct run_record *r = &t->resume.record;
	bool *wanted = arena_alloc(&t->arena, r->plan_count + 1), found = false;

	if (t->place >= (long)group_size(&t->group))
		return err_set(e, ERR_USAGE, "group %s of the run has %zu sessions, and this is to be number %ld (from 0)", t->group.name,
			       group_size(&t->group), t->place);
	for (size_t i = 0; i < r->plan_count; i++)
		found |= wanted[i] = strcmp(r->plan[i].name, t->group.sessions[t->place]) == 0;
	if (!found)
		return err_set(e, ERR_USAGE, "the run plans no session %s", t->group.sessions[t->place]);
	if (r->settings.image && foreign_reopen(&t->foreign, &r->settings, &t->project, e) < 0)
		return -1;
	return plan_restore(&t->plan, &t->project, r, wanted, t->foreign.path ? &t->foreign.variant : NULL, e);
}

/* ---- its board ---- */

static int not_here(const struct task *t, const char *what, struct err *e)
{
	err_set(e, ERR_INFRA, "job %s runs on node %s, where %s", t->job, t->node, what);
	return err_hint(e, "boards/ and Slurm's configuration differ: `runtest farm config` writes that anew");
}

static int use_unit(struct task *t, const struct board_unit *u)
{
	const struct board_unit **units = arena_alloc(&t->arena, 2 * sizeof *units);

	units[0] = u;
	t->plan.jobs->units = units;
	t->plan.jobs->unit_count = 1;
	t->plan.jobs->unit = u;
	return 0;
}

static int use_named(struct task *t, struct err *e)
{
	const struct board_unit *u = project_unit(&t->project, t->group.unit);

	if (!u || !u->node || strcmp(u->node, t->node) != 0)
		return not_here(t, arena_printf(&t->arena, "board %s does not hang", t->group.unit), e);
	return use_unit(t, u);
}

static int use_given(struct task *t, struct err *e)
{
	const struct board_unit *const *units = gres_units(&t->project, t->node, &t->arena);
	int index, n = 0;

	if (read_index(t, &index, e) < 0)
		return -1;
	while (n < index && units[n])
		n++;
	if (!units[n] || strcmp(units[n]->kind->name, t->group.kind) != 0)
		return not_here(t, arena_printf(&t->arena, "board number %d is no %s", index, t->group.kind), e);
	return use_unit(t, units[n]);
}

static int find_board(struct task *t, struct err *e)
{
	if (!t->group.kind)
		return use_unit(t, t->plan.jobs->unit);
	return t->group.unit ? use_named(t, e) : use_given(t, e);
}

/* ---- its part of the journal ---- */

static const char *part_name(struct task *t)
{
	return arena_printf(&t->arena, PARTS_FOLDER "/%s/%s.jsonl", t->group.name, t->plan.jobs->name);
}

/* An earlier run of the job, on a node that was taken for dead, may still be at it. */
static struct journal *open_part(struct task *t, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	struct journal *j;

	while (!(j = journal_open_part(t->dir, t->resume.record.settings.run, part_name(t), e)) && e->kind == ERR_USAGE) {
		poll(&stop, 1, 1000);
		if (cancel_requested()) {
			err_set(e, ERR_CANCELLED, "stopped while another job runs session %s", t->plan.jobs->name);
			return NULL;
		}
	}
	return j;
}

/* Has an earlier run of the job said all? Then nothing is done twice. */
static bool is_done(struct task *t)
{
	char *path = xasprintf("%s/%s", t->dir, part_name(t));
	const struct part_event *end;
	struct part p = {0};
	struct buf text;
	bool done = false;

	buf_init(&text);
	if (file_read(path, &text, NULL) == 0 && text.len)
		part_read(&p, text.data, text.len, &t->arena);
	for (size_t i = 0; i < p.count; i++) {
		end = part_run_end(&p.runs[i]);
		done |= end && (end->verdict != VERDICT_CANCELLED || end->left_out);
	}
	buf_finish(&text);
	free(path);
	return done;
}

static int get_image(struct task *t, struct err *e)
{
	if (!t->foreign.path)
		return images_build(&t->images, &t->plan, t->project.root, t->options.verbose ? IMAGES_ALL : IMAGES_NOTHING, e);
	images_given(&t->images, &t->plan, t->project.root, &t->foreign);
	return 0;
}

static int run_session(struct task *t, struct journal *j, struct err *e)
{
	struct run_spec spec = {
		.run = journal_run(j),
		.plan = &t->plan,
		.media = t->images.media,
		.images = t->images.by_job,
		.limits = {.at_once = 1, .retries = (unsigned)t->options.retries, .flaky_fails = t->options.flaky_exit},
		.wait_ms = t->options.wait_ms,
		.timeout_ms = t->resume.record.settings.timeout_ms,
		.culprit = t->options.culprit,
		.no_record = t->options.no_record,
		.no_map = t->options.no_map,
		.verbose = t->options.verbose,
	};

	return run_execute(&spec, j, e);
}

/* A signal came before the session's own process could have said so. */
static int journal_cancelled(const struct task *t, struct journal *j, const struct err *why, struct err *e)
{
	struct session_result r;
	char *json;
	int rc;

	session_result_init(&r);
	r.run = journal_run(j);
	r.name = t->plan.jobs->name;
	r.unit = t->plan.jobs->unit->name;
	r.verdict = VERDICT_CANCELLED;
	r.why = why->what;
	json = session_result_to_json(&r);
	rc = journal_session_ended(j, json, e);
	free(json);
	session_result_finish(&r);
	return rc;
}

static int work(struct task *t, struct err *e)
{
	struct err cancelled;
	struct journal *j = open_part(t, e);
	char *writer;
	int rc;

	if (!j)
		return -1;
	if (is_done(t)) {
		journal_close(j);
		return 0;
	}
	writer = part_writer(t->job, t->restart, t->node, t->group.kind ? t->plan.jobs->unit->name : NULL);
	rc = journal_part_begun(j, writer, e);
	if (rc == 0)
		rc = get_image(t, e);
	if (rc == 0)
		rc = run_session(t, j, e);
	if (rc < 0 && e->kind == ERR_CANCELLED) {
		cancelled = *e;
		rc = journal_cancelled(t, j, &cancelled, e);
	}
	free(writer);
	journal_close(j);
	return rc;
}

/* ---- all of it ---- */

static int prepare(struct task *t, const char *group, struct err *e)
{
	return group_read(t->dir, group, &t->group, &t->arena, e) < 0 || read_run(t, e) < 0 ? -1 : 0;
}

static int go(struct task *t, const struct cli *cli, const char *group)
{
	struct err e = {0};
	int status;

	if (prepare(t, group, &e) < 0)
		return command_error(&e);
	status = read_options(t);
	if (status == 0)
		status = command_load_project(cli, &t->project, true);
	if (status)
		return status;
	if (restore_session(t, &e) < 0 || find_board(t, &e) < 0 || work(t, &e) < 0)
		return command_error(&e);
	return cancel_requested() ? cancel_exit_status() : 0;
}

/* ---- where no folder is shared ---- */

/* A folder of the job's own, with the plan in it. */
static int fetch_run(struct task *t, const struct farm_task_words *w, struct err *e)
{
	char *parcels = state_common(PARCELS_FOLDER, e);

	if (!parcels)
		return -1;
	t->dir = arena_printf(&t->arena, "%s/%s.%s.%ld.%d", parcels, w->run, w->group, t->place, t->restart);
	free(parcels);
	return parcel_get_plan(w->database, w->run, t->dir, e);
}

/* What this process says goes with the results. */
static int say_into_folder(struct task *t, const char *group, struct err *e)
{
	const char *path = arena_printf(&t->arena, "%s/" SLURM_FOLDER "/%s.%ld.out", t->dir, group, t->place);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		return file_error(e, "write to", path);
	close(fd);
	return 0;
}

/* Attempts of runs of the job on other nodes have the numbers before: their folders are to stand beside these. */
static int leave_numbers(struct task *t, const char *session, struct err *e)
{
	enum { MOST_ATTEMPTS = 10 };
	int before = t->restart * MOST_ATTEMPTS;

	for (int i = 1; i <= before; i++)
		if (file_mkdirs(arena_printf(&t->arena, "%s/%s/%d", t->dir, session, i), e) < 0)
			return -1;
	return 0;
}

static void forget_numbers(struct task *t, const char *session)
{
	for (int i = 1; rmdir(arena_printf(&t->arena, "%s/%s/%d", t->dir, session, i)) == 0; i++)
		;
}

/* The group's file names the session before anything else is known of it. */
static const char *session_of(struct task *t, const char *group, struct err *e)
{
	struct slurm_group g;

	if (group_read(t->dir, group, &g, &t->arena, e) < 0)
		return NULL;
	if (t->place < (long)group_size(&g))
		return g.sessions[t->place];
	err_set(e, ERR_USAGE, "group %s of the run has no session number %ld", group, t->place);
	return NULL;
}

/* A server that is being restarted is waited for; later the epilog tries again. */
static int send(const struct parcel *p, const char *dir, struct err *e)
{
	enum { PATIENCE_MS = 60000, PAUSE_MS = 1000 };
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	int64_t deadline = clock_ms() + PATIENCE_MS;
	int rc;

	while ((rc = parcel_send(p, dir, e)) < 0 && e->kind == ERR_INFRA && clock_ms() < deadline && !cancel_requested())
		poll(&stop, 1, PAUSE_MS);
	return rc;
}

static int go_alone(struct task *t, const struct cli *cli, const struct farm_task_words *w)
{
	struct parcel p = {.url = w->database, .run = w->run, .restart = t->restart};
	struct err e = {0};
	int fd = -1, status;

	if (fetch_run(t, w, &e) < 0 || !(p.session = session_of(t, w->group, &e)) || leave_numbers(t, p.session, &e) < 0 ||
	    (fd = parcel_begin(&p, t->dir, &e)) < 0 || say_into_folder(t, w->group, &e) < 0)
		return command_error(&e);
	status = go(t, cli, w->group);
	forget_numbers(t, p.session);
	if (send(&p, t->dir, &e) < 0)
		status = command_error(&e);
	close(fd);
	return status;
}

int farm_task(const struct cli *cli, const struct farm_task_words *words)
{
	struct task t = {.dir = words->run};
	struct err e;
	int status;

	cancel_init();
	arena_init(&t.arena);
	if (read_environment(&t, &e) < 0)
		status = command_error(&e);
	else
		status = words->database ? go_alone(&t, cli, words) : go(&t, cli, words->group);
	images_close(&t.images);
	plan_finish(&t.plan);
	foreign_close(&t.foreign);
	resume_close(&t.resume);
	project_finish(&t.project);
	run_options_finish(&t.options);
	arena_finish(&t.arena);
	return status;
}
