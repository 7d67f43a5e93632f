#include "cli/resume.h"

#include <stdlib.h>
#include <string.h>

#include "cli/planning.h"
#include "plan/restore.h"
#include "util/mem.h"

/* A session that a signal or a crash cut off has no verdict of its own: it is run again. That one is skipped, the plan
 * says too; but the journal is to hold every session's end. */
static bool concluded(const struct run_record *r, size_t place)
{
	enum verdict verdict = r->sessions[place].verdict;

	if (verdict == VERDICT_SKIPPED)
		return r->started[place];
	return verdict != VERDICT_NONE && verdict != VERDICT_CANCELLED;
}

int resume_open(struct resume *r, const struct run_options *o, struct project *project, struct plan *plan,
		struct foreign *foreign, struct err *e)
{
	const struct run_record *record = &r->record;

	r->foreign = foreign;
	r->dir = run_resolve(o->results, o->resume, e);
	if (!r->dir)
		return -1;
	r->has_record = true;
	if (run_record_read(&r->record, r->dir, e) < 0)
		return -1;
	if (record->settings.mutants && planning_load_mutants(project, e) < 0)
		return -1;
	if (record->settings.image && foreign_reopen(foreign, &record->settings, project, e) < 0)
		return -1;
	if (plan_restore(plan, project, record, NULL, foreign->path ? &foreign->variant : NULL, e) < 0)
		return -1;
	r->done = xcalloc(plan->count, sizeof *r->done);
	for (size_t i = 0; i < plan->count; i++)
		r->done[i] = concluded(record, i);
	return 0;
}

void resume_close(struct resume *r)
{
	if (r->has_record)
		run_record_finish(&r->record);
	free(r->done);
	free(r->dir);
	memset(r, 0, sizeof *r);
}
