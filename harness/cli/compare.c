/* `runtest compare placements`: the designs beside each other, from what a run has shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/comparison.h"

struct request {
	const char *run, *results; /* NULL: not given */
	bool json;
};

static int take(struct request *q, int option)
{
	switch (option) {
	case 'u':
		q->run = optarg;
		return 0;
	case 'r':
		q->results = optarg;
		return 0;
	case 'j':
		q->json = true;
		return 0;
	default:
		return 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"run", required_argument, NULL, 'u'},
						{"results", required_argument, NULL, 'r'},
						{"json", no_argument, NULL, 'j'},
						{0}};
	int option, status = 0;

	while (!status && (option = command_option(&command_compare, argc, argv, ":", options)) != -1)
		status = take(q, option);
	if (status)
		return status;
	if (argc - optind != 1 || strcmp(argv[optind], "placements") != 0)
		return command_usage_error(&command_compare, "what is to be compared? `runtest compare placements`");
	return 0;
}

static int read_run(const struct project *p, const struct request *q, struct run_record *r, struct err *e)
{
	char *results = q->results ? xstrdup(q->results) : xasprintf("%s/results", p->root);
	char *dir = run_resolve(results, q->run ? q->run : "latest", e);
	int rc = dir ? run_record_read(r, dir, e) : -1;

	free(dir);
	free(results);
	return rc;
}

static int print(const struct project *p, const struct run_record *r, bool json, struct err *e)
{
	struct comparison c;
	struct buf out;
	int rc = 0;

	buf_init(&out);
	comparison_make(&c, p, r);
	if (json)
		comparison_json(&c, &out);
	else
		comparison_text(&c, p, &out);
	if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		rc = err_sys(e, ERR_IO, "cannot write to the standard output");
	comparison_finish(&c);
	buf_finish(&out);
	return rc;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {0};
	struct run_record r = {0};
	struct project p;
	struct err e;
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	status = command_load_project(cli, &p, false);
	if (status == 0 && (read_run(&p, &q, &r, &e) < 0 || print(&p, &r, q.json, &e) < 0))
		status = command_error(&e);
	run_record_finish(&r);
	project_finish(&p);
	return status;
}

const struct command command_compare = {
	.name = "compare",
	.synopsis = "compare placements [--run RUN] [--json]",
	.about = "what each placement of images keeps and gives up, from the sessions of a run",
	.help = "One row for each place in which the images of protection domains can wait (`placement` of the variants),\n"
		"one column for each property; behind the table stand the sessions that each cell comes from. A cell\n"
		"without one says so: `runtest run '*'` fills all of them.\n"
		"\n"
		"  --run RUN      the run to take them from: 'latest' (the default), a run's name, or a path\n"
		"  --results DIR  look for RUN in DIR instead of the project's results/\n"
		"  --json         the same as one JSON object\n",
	.run = run,
};
