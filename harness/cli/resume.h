/* Going on with a run that was cut short: its plan from run.json, its verdicts from the journal. */
#ifndef RUNTEST_CLI_RESUME_H
#define RUNTEST_CLI_RESUME_H

#include <stdbool.h>

#include "cli/foreign.h"
#include "cli/run_options.h"
#include "plan/plan.h"
#include "result/journal.h"

struct resume {
	char *dir;  /* the run's folder */
	bool *done; /* by place in the plan: has its verdict */
	struct run_record record;
	bool has_record;
	struct foreign *foreign; /* borrowed: open when the run was of a given image */
};

/* Fills the plan with the run's own jobs. ERR_USAGE when there is no such run, or the project no longer has what it
 * planned, or the image that was given is another one by now. `foreign` is zeroed; the caller closes it. Close `r` in
 * either case. */
int resume_open(struct resume *r, const struct run_options *o, struct project *project, struct plan *plan,
		struct foreign *foreign, struct err *e);
void resume_close(struct resume *r);

#endif
