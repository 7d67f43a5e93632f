/* How a run's end is told: to people, or folded for the CI system whose log it goes to. */
#ifndef RUNTEST_CLI_ENDING_H
#define RUNTEST_CLI_ENDING_H

#include "result/report.h"

/* What the environment says of who reads: GITHUB_ACTIONS, GITLAB_CI. A terminal is for people. */
enum report_reader ending_reader(void);

/* Failures and table to standard output, for this reader. */
void ending_print(const struct run_record *r, enum report_reader reader);

/* All that belongs to a run's end: the above for whoever reads, and the summary appended to $GITHUB_STEP_SUMMARY where there
 * is one. That it cannot be written is said, and fails nothing. */
void ending_end(const struct run_record *r);

#endif
