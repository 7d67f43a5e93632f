/* `runtest attach` and `runtest cancel`: runs that were submitted. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/following.h"
#include "farm/holder.h"
#include "slurm/follow.h"
#include "util/cancel.h"

struct words {
	const char *results, *run;
};

static int parse(struct words *w, const struct command *c, int argc, char **argv)
{
	static const struct option options[] = {{"results", required_argument, NULL, 'r'}, {0}};
	int option;

	*w = (struct words){0};
	while ((option = command_option(c, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		w->results = optarg;
	}
	if (argc - optind > 1)
		return command_usage_error(c, "one RUN at a time: '%s' is too much", argv[optind + 1]);
	w->run = optind < argc ? argv[optind] : "latest";
	return 0;
}

/* ---- attach ---- */

static int follow(const struct cli *cli, struct journal *j)
{
	struct following f = {.cancels = false};
	struct arena a;
	struct err e;
	char *root = command_project_root(cli, &e);
	int status;

	if (!root)
		return command_error(&e);
	arena_init(&a);
	status = following_submitter(&f.how, root, cli->lab, &a, &e) < 0 ? command_error(&e) : following_run(&f, j);
	arena_finish(&a);
	free(root);
	return status;
}

static int attach(const struct cli *cli, int argc, char **argv)
{
	struct journal *j = NULL;
	struct words w;
	char *dir;
	int status = parse(&w, &command_attach, argc, argv);

	if (status)
		return status;
	cancel_init();
	dir = following_find(cli, w.results, w.run);
	if (!dir)
		return 2;
	status = following_open(dir, &j);
	if (j && status == 0)
		status = follow(cli, j);
	journal_close(j);
	free(dir);
	return status;
}

const struct command command_attach = {
	.name = "attach",
	.synopsis = "attach [--results DIR] [RUN]",
	.about = "follow a run that was submitted to Slurm",
	.help = "Merges what the nodes have finished into the run, prints a line for each session as it ends, and reports\n"
		"as `runtest run` does once all have. RUN is 'latest' (the default), the name of a run's folder, or a\n"
		"path. Leaving (^C) leaves the jobs alone; whoever attaches next goes on where this one stopped. While\n"
		"somebody else follows the run, that one is waited for.\n"
		"\n"
		"  --results DIR   look for RUN in DIR instead of the project's results/\n"
		"\n"
		"Exit status: that of the run (`runtest run --help`); 130 and 143: left by a signal.\n",
	.run = attach,
};

/* ---- cancel ---- */

/* Until Slurm has ended them, epilogs included. */
static int wait_for_jobs(const char *run, const struct slurm_groups *groups, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	long n;

	while ((n = follow_active(run, groups, NULL, e)) > 0 && !cancel_requested())
		poll(&stop, 1, 500);
	if (n > 0)
		return err_set(e, ERR_CANCELLED, "stopped while %ld job%s still end%s", n, n == 1 ? "" : "s", n == 1 ? "s" : "");
	return n < 0 ? -1 : 0;
}

static int cancel_jobs(const char *dir, struct arena *a, struct err *e)
{
	const char *who = holder_own_name(a);
	struct slurm_groups groups;
	struct run_record record;
	int rc = run_record_read(&record, dir, e);

	if (rc == 0)
		rc = groups_read(dir, &groups, a, e);
	if (rc == 0)
		rc = follow_cancel(dir, record.settings.run, &groups, who, following_waits, e);
	if (rc == 0)
		rc = wait_for_jobs(record.settings.run, &groups, e);
	run_record_finish(&record);
	return rc;
}

/* Their sessions get their verdicts, and the run its end. */
static int tell_run(const struct cli *cli, const char *dir)
{
	struct journal *j = NULL;
	int status = following_open(dir, &j);

	if (j && status == 0)
		status = follow(cli, j);
	journal_close(j);
	return status == 130 && !cancel_requested() ? 0 : status; /* a run that was cancelled, as it was to be */
}

static int cancel(const struct cli *cli, int argc, char **argv)
{
	struct arena a;
	struct words w;
	struct err e;
	char *dir;
	int status = parse(&w, &command_cancel, argc, argv);

	if (status)
		return status;
	cancel_init();
	dir = following_find(cli, w.results, w.run);
	if (!dir)
		return 2;
	arena_init(&a);
	status = cancel_jobs(dir, &a, &e) < 0 ? command_error(&e) : tell_run(cli, dir);
	arena_finish(&a);
	free(dir);
	return status;
}

const struct command command_cancel = {
	.name = "cancel",
	.synopsis = "cancel [--results DIR] [RUN]",
	.about = "end the jobs of a run that was submitted to Slurm",
	.help = "Tells Slurm to end the jobs of the run, and waits until they have: boards are off then. Sessions that have\n"
		"no verdict become cancelled; `runtest submit --resume RUN` runs them again. RUN as for `runtest attach`.\n"
		"\n"
		"  --results DIR   look for RUN in DIR instead of the project's results/\n"
		"\n"
		"Exit status: 0 they have ended; 1 and 3 as `runtest run`, of what had its verdict before; 2 usage; 130 and\n"
		"143: a signal came before they had ended.\n",
	.run = cancel,
};
