/* The jobs of a run that was submitted, without following it: how many there are, and their end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "slurm/client.h"
#include "slurm/followed.h"
#include "slurm/submit.h"
#include "util/clock.h"
#include "util/file.h"

static int note_cancelled(const char *run_dir, const char *who, struct err *e)
{
	char now[CLOCK_ISO_SIZE], *path = xasprintf("%s/" SLURM_FOLDER "/" CANCELLED_FILE, run_dir);
	char *text = xasprintf("%s at %s", who, clock_iso(now));
	int rc = file_write_atomic(path, text, strlen(text), true, e);

	free(text);
	free(path);
	return rc;
}

void follow_uncancel(const char *run_dir)
{
	char *path = xasprintf("%s/" SLURM_FOLDER "/" CANCELLED_FILE, run_dir);

	unlink(path);
	free(path);
}

int follow_cancel(const char *run_dir, const char *run, const struct slurm_groups *groups, const char *who,
		  void (*waiting)(void *ctx, const char *text), struct err *e)
{
	struct arena a;
	struct buf out;
	int rc = 0;

	if (who && note_cancelled(run_dir, who, e) < 0)
		return -1;
	arena_init(&a);
	buf_init(&out);
	for (size_t i = 0; rc == 0 && i < groups->count; i++) {
		const char *argv[] = {"scancel", "--quiet", arena_printf(&a, "--name=%s", submit_job_name(run, &groups->items[i], &a)),
				      NULL};
		struct client_call call = {.argv = argv, .patience_ms = INT64_MAX, .despite_signals = true, .waiting = waiting};

		rc = client_call(&call, &out, e);
	}
	buf_finish(&out);
	arena_finish(&a);
	return rc;
}

static long count_tasks(const char *list)
{
	struct slurm_range r;
	long n = !*list;

	while (tasks_next(&list, &r))
		n += (r.to - r.from) / r.step + 1;
	return n;
}

long follow_active(const char *run, const struct slurm_groups *groups, long *ending, struct err *e)
{
	const char *argv[] = {"squeue", "--noheader", "--array", "--states=all", SQUEUE_FORMAT, NULL, NULL};
	struct client_call call = {.argv = argv, .patience_ms = INT64_MAX, .despite_signals = true};
	struct slurm_line line = {0};
	struct arena a;
	struct buf out;
	size_t at = 0;
	long n = 0, over = 0;

	if (ending)
		*ending = 0;
	if (!groups->count)
		return 0;
	arena_init(&a);
	buf_init(&out);
	argv[5] = follow_names(&a, run, groups);
	if (client_call(&call, &out, e) < 0)
		n = -1;
	while (n >= 0 && squeue_next(out.data ? out.data : "", out.len, &at, &line, &a)) {
		n += line.state.stage != STAGE_ENDED ? count_tasks(line.tasks) : 0;
		over += line.state.stage == STAGE_ENDING ? count_tasks(line.tasks) : 0;
	}
	if (ending)
		*ending = over;
	buf_finish(&out);
	arena_finish(&a);
	return n;
}
