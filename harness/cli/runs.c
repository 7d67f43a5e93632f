#include "cli/runs.h"

#include <string.h>

#include <stdlib.h>

#include "cli/images.h"
#include "config/quarantine.h"
#include "util/cancel.h"
#include "util/clock.h"

/* Names of the units of a pool; NULL: the job is named after its only unit. */
static const char *const *units_of(const struct job *j, struct arena *a)
{
	const char **names = arena_alloc(a, (j->unit_count + 1) * sizeof *names);

	if (strcmp(j->board, j->unit->name) == 0)
		return NULL;
	for (size_t i = 0; i < j->unit_count; i++)
		names[i] = j->units[i]->name;
	return names;
}

const char *const *runs_command(const struct cli *cli, const char *name, int argc, char **argv, struct arena *a)
{
	enum { BEFORE = 6 };
	const char **words = arena_alloc(a, ((size_t)argc + BEFORE + 1) * sizeof *words);
	size_t n = 0;

	words[n++] = "runtest";
	if (cli->project) {
		words[n++] = "--project";
		words[n++] = cli->project;
	}
	if (cli->lab) {
		words[n++] = "--lab";
		words[n++] = cli->lab;
	}
	words[n++] = name;
	for (int i = 1; i < argc; i++)
		words[n++] = argv[i];
	return words;
}

static struct planned *planned_of(struct plan *p)
{
	struct planned *list = arena_alloc(&p->arena, p->count * sizeof *list);

	for (size_t i = 0; i < p->count; i++) {
		const struct job *j = &p->jobs[i];

		list[i] = (struct planned){
			.name = j->name,
			.scenario = j->scenario->name,
			.variant = j->variant->name,
			.board = j->unit->kind->name,
			.unit = j->unit->name,
			.units = units_of(j, &p->arena),
			.arch = arch_name(j->unit->kind->arch),
			.config = j->config,
			.repeat = j->repeat,
			.expected = j->want,
			.skip = j->skip,
		};
	}
	return list;
}

struct journal *runs_begin(const char *results, const struct project *project, struct plan *plan,
			   struct run_settings *settings, struct err *e)
{
	char iso[CLOCK_ISO_SIZE];

	settings->started = clock_iso(iso);
	settings->version = RUNTEST_VERSION;
	settings->project = project->root;
	settings->qemu_version = images_qemu_version(plan, project->root);
	return journal_create(results, settings, planned_of(plan), plan->count, e);
}

static bool has(const struct quarantine **list, size_t count, const struct quarantine *q)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == q)
			return true;
	return false;
}

const char *const *runs_expired(const struct project *project, struct plan *plan)
{
	char day[QUARANTINE_DAY];
	const char *today = quarantine_today(day), *const *complaints = NULL;
	const struct quarantine **seen = arena_alloc(&plan->arena, (project->quarantine_count + 1) * sizeof *seen);
	size_t count = 0;

	for (size_t i = 0; i < plan->count && project->quarantine_count; i++) {
		const struct quarantine *q = project_quarantine(project, plan->jobs[i].name, today);
		char *text;

		if (!q || !quarantine_expired(q, today) || has(seen, count, q))
			continue;
		seen[count++] = q;
		text = quarantine_complaint(q, plan->jobs[i].name);
		complaints = arena_list_add(&plan->arena, complaints, arena_strdup(&plan->arena, text));
		free(text);
	}
	return complaints;
}

int runs_conclude(struct journal *j, bool allow_skipped, struct err *e)
{
	struct run_record record;
	int rc = run_record_read(&record, journal_dir(j), e), status = 0;

	if (rc == 0) {
		record.ended = false; /* this end is still to come: a resumed run's first one does not count */
		status = cancel_requested() ? cancel_exit_status() : run_exit_status(&record, allow_skipped);
		rc = journal_run_ended(j, status, e);
	}
	run_record_finish(&record);
	return rc < 0 ? -1 : status;
}
