/* `runtest regressions`: what has changed since an earlier run. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/histories.h"
#include "cli/regressionsview.h"

struct request {
	struct history_place place;
	const char *run, *since;
	bool json;
};

static int take(struct request *q, int option)
{
	switch (option) {
	case 'u':
		q->run = optarg;
		return 0;
	case 's':
		q->since = optarg;
		return 0;
	case 'j':
		q->json = true;
		return 0;
	default:
		return history_place_take(&q->place, option) ? 0 : 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {HISTORY_PLACE_OPTIONS, {"run", required_argument, NULL, 'u'},
						{"since", required_argument, NULL, 's'}, {"json", no_argument, NULL, 'j'},
						{0}};
	int option, status = 0;

	while (!status && (option = command_option(&command_regressions, argc, argv, ":", options)) != -1)
		status = take(q, option);
	if (!status && optind < argc)
		return command_usage_error(&command_regressions, "unexpected argument \"%s\"", argv[optind]);
	return status;
}

static int print(const struct regressions *r, bool json, struct err *e)
{
	struct buf out;
	int rc = 0;

	buf_init(&out);
	if (json)
		regressions_json(r, &out);
	else
		regressions_text(r, &out);
	if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		rc = err_sys(e, ERR_IO, "cannot write to the standard output");
	buf_finish(&out);
	return rc < 0 ? -1 : regressions_any(r);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.json = false};
	struct regressions r;
	struct history *h;
	struct err e;
	int status = parse(&q, argc, argv), rc = -1;

	if (status)
		return status;
	h = history_place_open(&q.place, cli, false, &e);
	if (h) {
		rc = regressions_find(h, q.run, q.since, &r, &e);
		if (rc == 0)
			rc = print(&r, q.json, &e);
		regressions_finish(&r);
	}
	history_close(h);
	return rc < 0 ? command_error(&e) : rc;
}

const struct command command_regressions = {
	.name = "regressions",
	.synopsis = "regressions [--run RUN] [--since RUN] [--json]",
	.about = "what fails, is flaky or takes longer than in an earlier run",
	.help = "Compares a run with an earlier one: sessions that newly fail, are newly vacuous or flaky, pass again,\n"
		"have no result any more, and sessions whose boots take longer: by more than 10 %, and significantly\n"
		"(Mann-Whitney; Benjamini-Hochberg over all sessions, with 5 % false alarms). docs/history.md says more.\n"
		"\n"
		"  --run RUN       the run to judge: 'latest' (the default), its name, or its folder\n"
		"  --since RUN     the run to compare with; boot times of the runs in between count as new. Without it:\n"
		"                  the last run before it with (mostly) the same sessions\n"
		"  --json          the same as one JSON object\n"
		HISTORY_PLACE_HELP
		"\n"
		"The exit status is 1 when there are regressions that no quarantine excuses, and 0 when there are none.\n",
	.run = run,
};
