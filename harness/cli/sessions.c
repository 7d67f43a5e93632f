#include "cli/sessions.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* The one that is called so, or the only one that begins so. */
static const struct session_result *find(const struct run_record *run, const char *name, struct err *e)
{
	const struct session_result *found = NULL;
	size_t matches = 0;

	for (size_t i = 0; i < run->plan_count; i++) {
		if (strcmp(run->sessions[i].name, name) == 0)
			return &run->sessions[i];
		if (strncmp(run->sessions[i].name, name, strlen(name)) == 0) {
			found = &run->sessions[i];
			matches++;
		}
	}
	if (matches == 1)
		return found;
	if (matches)
		err_set(e, ERR_USAGE, "%zu sessions of the run begin with %s", matches, name);
	else
		err_set(e, ERR_USAGE, "the run has no session %s", name);
	err_hint(e, "`runtest report %s --format json` names them all", run->settings.run);
	return NULL;
}

static int read_run(struct past_session *s, const struct cli *cli, const char *results, const char *run, struct err *e)
{
	char *folder = command_results_folder(cli, results), *dir = run_resolve(folder, run, e);
	int rc = dir ? run_record_read(&s->run, dir, e) : -1;

	free(folder);
	free(dir);
	return rc;
}

int past_session_open(struct past_session *s, const struct cli *cli, const char *results, const char *name,
		      struct err *e)
{
	const char *slash = strrchr(name, '/');
	char *run;
	int rc;

	memset(s, 0, sizeof *s);
	if (!slash || !slash[1] || slash == name) {
		err_set(e, ERR_USAGE, "'%s' is not RUN/SESSION", name);
		return err_hint(e, "such as latest/pd-survives.patched.qemu_virt_aarch64.debug.1");
	}
	run = xasprintf("%.*s", (int)(slash - name), name);
	rc = read_run(s, cli, results, run, e);
	free(run);
	s->result = rc == 0 ? find(&s->run, slash + 1, e) : NULL;
	if (!s->result)
		return -1;
	if (!s->result->dir)
		return err_set(e, ERR_USAGE, "the session %s did not run", s->result->name);
	s->dir = xasprintf("%s/%s", s->run.dir, s->result->dir);
	return 0;
}

void past_session_close(struct past_session *s)
{
	run_record_finish(&s->run);
	free(s->dir);
}
