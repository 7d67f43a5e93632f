#include "cli/run_end.h"

#include <stdio.h>

#include "cli/command.h"
#include "cli/ending.h"
#include "cli/histories.h"
#include "cli/runs.h"
#include "util/cancel.h"
#include "util/proc.h"

struct end {
	struct journal *j;
	const char *results;
	bool allow_skipped;
};

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

static int conclude(void *ctx)
{
	struct end *end = ctx;
	struct err e;
	int status = runs_conclude(end->j, end->allow_skipped, &e);

	if (status < 0 || report(journal_dir(end->j), &e) < 0)
		return command_error(&e);
	history_import_quietly(end->results, journal_dir(end->j)); /* the journal can be imported later, too */
	if (cancel_requested())
		fprintf(stderr, "runtest: cancelled; `runtest run --resume %s` goes on\n", journal_run(end->j));
	return status;
}

int run_end(struct journal *j, const char *results, bool allow_skipped)
{
	struct end end = {j, results, allow_skipped};
	struct err e;
	int status = proc_call(conclude, &end, &e);

	return status < 0 ? command_error(&e) : status;
}
