#include "cli/planning.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history/history.h"
#include "plan/only.h"
#include "plan/order.h"
#include "plan/restore.h"
#include "plan/select.h"
#include "result/journal.h"
#include "sched/capacity.h"
#include "util/units.h"

/* ---- a fresh plan ---- */

/* Names of the plan's scenarios: what they need to know of an image must be known. */
static const char *const *scenarios_of(const struct plan *p, struct arena *a)
{
	const char *const *names = arena_list_add(a, NULL, "");

	for (size_t i = 0; i < p->count; i++)
		if (!names_match(names, p->jobs[i].scenario->name))
			names = arena_list_add(a, names, p->jobs[i].scenario->name);
	return names;
}

/* A given image stands in the plan as its only variant. */
static int make_for_image(struct run_options *o, const struct project *project, struct plan *plan, struct foreign *foreign,
			  struct err *e)
{
	struct plan_request want = o->want, check = o->want;

	if (foreign_open(foreign, &o->given, project, e) < 0)
		return -1;
	if (want.scenarios && foreign_check(foreign, project, &check, e) < 0)
		return -1;
	if (want.configs)
		foreign->variant.configs = want.configs;
	want.image = &foreign->variant;
	if (plan_make(plan, project, &want, e) < 0)
		return -1;
	check.scenarios = scenarios_of(plan, &o->arena);
	return foreign_check(foreign, project, &check, e);
}

/* ---- sessions of an earlier run ---- */

static bool went_wrong(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return !verdict_is_ok(v) && v != VERDICT_SKIPPED;
}

static void choose_failed(const struct run_record *r, bool *wanted)
{
	for (size_t i = 0; i < r->plan_count; i++)
		wanted[i] = went_wrong(&r->sessions[i]);
}

static const char *planned_name(const void *ctx, size_t i)
{
	return ((const struct run_record *)ctx)->plan[i].name;
}

static int no_such_session(const struct run_record *r, const char *session, struct err *e)
{
	const char *near = only_nearest(session, (struct names){planned_name, r, r->plan_count});

	err_set(e, ERR_USAGE, "run %s has no session called %s", r->settings.run, session);
	return near ? err_hint(e, "did you mean %s?", near)
		    : err_hint(e, "`runtest report %s` shows those it has", r->settings.run);
}

static int choose_named(const struct run_record *r, const char *const *only, bool *wanted, struct err *e)
{
	for (; *only; only++) {
		const char *session = strrchr(*only, '/') + 1;
		bool any = false;

		for (size_t i = 0; i < r->plan_count; i++) {
			if (!only_means(session, r->plan[i].name))
				continue;
			wanted[i] = any = true;
		}
		if (!any)
			return no_such_session(r, session, e);
	}
	return 0;
}

/* The RUN of RUN/SESSION, of which all must be of one: a run has one set of parameters. NULL with ERR_USAGE. */
static const char *run_of(struct run_options *o, struct err *e)
{
	const char *const *only = o->want.only;
	size_t n = (size_t)(strrchr(only[0], '/') - only[0]);

	for (size_t i = 1; only[i]; i++) {
		if ((size_t)(strrchr(only[i], '/') - only[i]) == n && strncmp(only[i], only[0], n) == 0)
			continue;
		err_set(e, ERR_USAGE, "--only: %s and %s are of two runs, and a run has one set of parameters", only[0], only[i]);
		err_hint(e, "start one run for each");
		return NULL;
	}
	return arena_strndup(&o->arena, only[0], n);
}

/* What the earlier run was given counts again. */
static void take_over(struct run_options *o, const struct run_record *r)
{
	const struct run_settings *s = &r->settings;

	for (const char *const *set = s->set; set && *set; set++)
		o->want.set = arena_list_add(&o->arena, o->want.set, arena_strdup(&o->arena, *set));
	o->want.mutants = s->mutants;
	if (!o->timeout_ms)
		o->timeout_ms = s->timeout_ms;
}

int planning_load_mutants(struct project *project, struct err *e)
{
	struct err_list errors;
	int rc;

	if (project->mutant_count)
		return 0;
	err_list_init(&errors);
	rc = project_load_mutants(project, &errors);
	if (rc < 0)
		*e = errors.items[0];
	err_list_finish(&errors);
	return rc;
}

static int make_from_record(struct run_options *o, struct project *project, const struct run_record *r,
			    struct plan *plan, struct foreign *foreign, struct err *e)
{
	bool *wanted = arena_alloc(&o->arena, r->plan_count + 1);
	struct plan_request narrow = o->want;

	if (o->part.failed_of)
		choose_failed(r, wanted);
	else if (choose_named(r, o->want.only, wanted, e) < 0)
		return -1;
	if (r->settings.mutants && planning_load_mutants(project, e) < 0)
		return -1;
	if (r->settings.image && foreign_reopen(foreign, &r->settings, project, e) < 0)
		return -1;
	if (plan_restore(plan, project, r, wanted, foreign->path ? &foreign->variant : NULL, e) < 0)
		return -1;
	take_over(o, r);
	narrow.mutants = o->want.mutants;
	return plan_filter(plan, project, &narrow, e);
}

static int make_again(struct run_options *o, struct project *project, struct plan *plan, struct foreign *foreign,
		      struct err *e)
{
	const char *run = o->part.failed_of ? o->part.failed_of : run_of(o, e);
	char *dir = run ? run_resolve(o->results, run, e) : NULL;
	struct run_record record;
	int rc;

	if (!dir)
		return -1;
	rc = run_record_read(&record, dir, e);
	if (rc == 0)
		rc = make_from_record(o, project, &record, plan, foreign, e);
	run_record_finish(&record);
	free(dir);
	return rc;
}

/* ---- either ---- */

int planning_make(struct run_options *o, struct project *project, struct plan *plan, struct foreign *foreign,
		  struct err *e)
{
	int rc;

	if (run_options_again(o))
		rc = make_again(o, project, plan, foreign, e);
	else if (o->given.image)
		rc = make_for_image(o, project, plan, foreign, e);
	else
		rc = plan_make(plan, project, &o->want, e);
	if (rc < 0)
		return -1;
	plan_share(plan, o->part.shard);
	if (o->part.single)
		plan_single(plan);
	return 0;
}

const char *planning_nothing(struct run_options *o)
{
	const struct plan_shard *s = &o->part.shard;

	if (s->count)
		return arena_printf(&o->arena, "share %d of %d has no session", s->index, s->count);
	if (o->part.failed_of)
		return arena_printf(&o->arena, "no session of run %s went wrong, of those that are meant", o->part.failed_of);
	return "no session is meant";
}

/* ---- the order ---- */

static int read_hints(struct history_hints *hints, const char *results, struct err *e)
{
	struct history *h = history_open(NULL, results, false, e);
	int rc = h ? history_hints(h, hints, e) : -1;

	history_close(h);
	return rc;
}

static void order_by(struct plan *p, const struct history_hints *known)
{
	struct session_hint *items = arena_alloc(&p->arena, (known->count + 1) * sizeof *items);

	for (size_t i = 0; i < known->count; i++)
		items[i] = (struct session_hint){known->items[i].session, known->items[i].expected_ms, known->items[i].failure_rate};
	plan_order(p, &(struct session_hints){items, known->count});
}

void planning_order(struct plan *p, const char *results)
{
	struct history_hints hints = {0};
	struct err e = {0};

	if (read_hints(&hints, results, &e) == 0) {
		order_by(p, &hints);
	} else {
		if (e.sys != ENOENT) {
			fputs("runtest: warning: sessions are put in order without their history: ", stderr);
			err_print(stderr, &e);
		}
		plan_order(p, NULL);
	}
	history_hints_finish(&hints);
}

/* ---- for people ---- */

/* Of a large pool some are enough. */
static void print_pool(const struct job *j)
{
	enum { SHOWN = 4 };

	if (strcmp(j->board, j->unit->name) == 0)
		return;
	printf("  (any of");
	for (size_t i = 0; i < j->unit_count && i < SHOWN; i++)
		printf("%s %s", i ? "," : "", j->units[i]->name);
	printf(j->unit_count > SHOWN ? ", ... %zu in all)" : ")", j->unit_count);
}

void planning_print(const struct plan *p, size_t jobs)
{
	struct plan_room room = {jobs ? jobs : (size_t)capacity_cores(), jobs != 0};
	char time[24];

	for (size_t k = 0; k < p->count; k++) {
		const struct job *j = &p->jobs[p->order ? p->order[k] : k];

		printf("%s  %s%s", j->name, j->want.control ? "must fail with " : "must pass",
		       j->want.control ? cause_name(j->want.cause) : "");
		if (j->skip)
			printf("  (skipped: %s)", j->skip);
		else
			print_pool(j);
		putchar('\n');
	}
	printf("%zu session%s planned; nothing was built or booted\n", p->count, p->count == 1 ? "" : "s");
	printf("expected to take %s, %zu %sat a time\n", units_duration_text(plan_expected_ms(p, NULL, room), time), room.slots,
	       jobs ? "" : "on QEMU ");
}
