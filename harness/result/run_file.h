/* run.json: a run's settings and plan, written once before anything starts. */
#ifndef RUNTEST_RESULT_RUN_FILE_H
#define RUNTEST_RESULT_RUN_FILE_H

#include "result/fields.h"
#include "result/journal.h"

#define RUN_FILE "run.json"
#define JOURNAL_FILE "journal.jsonl"

/* Into the run's folder, synced. */
int run_file_write(const char *dir, const struct run_settings *settings, const struct planned *plan, size_t plan_count,
		   struct err *e);

/* Settings and plan of r->dir into r. ERR_USAGE when there is no run.json, ERR_IO when it is damaged. */
int run_file_read(struct run_record *r, struct err *e);

/* Those of the settings that results.json shows. */
extern const struct field_list run_settings_fields;

#endif
