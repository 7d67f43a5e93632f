#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/ending.h"
#include "html/html.h"
#include "result/report.h"
#include "util/mem.h"
#include "util/text.h"

static void print_table(const struct run_record *r)
{
	report_table(stdout, r, command_colour());
	report_failures(stdout, r);
}

static void print_buffer(void (*write)(struct buf *out, const struct run_record *r), const struct run_record *r)
{
	struct buf text;

	buf_init(&text);
	write(&text, r);
	fwrite(text.data, 1, text.len, stdout);
	buf_finish(&text);
}

static void print_junit(const struct run_record *r)
{
	print_buffer(report_junit, r);
}

static void print_tap(const struct run_record *r)
{
	print_buffer(report_tap, r);
}

static void print_tap13(const struct run_record *r)
{
	print_buffer(report_tap13, r);
}

static void print_summary(const struct run_record *r)
{
	print_buffer(report_summary, r);
}

static void print_github(const struct run_record *r)
{
	ending_print(r, REPORT_FOR_GITHUB);
}

static void print_gitlab(const struct run_record *r)
{
	ending_print(r, REPORT_FOR_GITLAB);
}

static void print_json(const struct run_record *r)
{
	print_buffer(report_json, r);
}

static const struct format {
	const char *name;
	void (*print)(const struct run_record *r);
} formats[] = {
	{"github", print_github}, {"gitlab", print_gitlab},   {"json", print_json}, {"junit", print_junit},
	{"summary", print_summary}, {"table", print_table}, {"tap", print_tap},   {"tap13", print_tap13},
};

static const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(name, formats[i].name) == 0)
			return &formats[i];
	return NULL;
}

struct request {
	const char *results;         /* --results, or NULL */
	const struct format *format; /* NULL: the table, and the files again */
	const char *run;
	bool html;
};

/* 0, or the exit status 2. */
static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'}, {"html", no_argument, NULL, 'h'},
		{"results", required_argument, NULL, 'r'}, {0}};
	int option;

	while ((option = command_option(&command_report, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		if (option == 'r')
			q->results = optarg;
		else if (option == 'h')
			q->html = true;
		else if (!(q->format = format_find(optarg)))
			return command_usage_error(&command_report, "'%s' is no format: table, junit, json, tap, tap13, summary, "
							   "github or gitlab", optarg);
	}
	if (q->html && q->format)
		return command_usage_error(&command_report, "--html and --format exclude one another");
	if (argc - optind > 1)
		return command_usage_error(&command_report, "one RUN at a time: '%s' is too much", argv[optind + 1]);
	q->run = optind < argc ? argv[optind] : "latest";
	return 0;
}

static int read_run(const struct cli *cli, const struct request *q, struct run_record *r, struct err *e)
{
	char *results = command_results_folder(cli, q->results);
	char *dir = run_resolve(results, q->run, e);
	int rc = dir ? run_record_read(r, dir, e) : -1;

	free(dir);
	free(results);
	return rc;
}

/* Where the page lies, to be opened. */
static int write_page(const struct cli *cli, const struct request *q, struct err *e)
{
	char *results = command_results_folder(cli, q->results);
	char *dir = run_resolve(results, q->run, e), *path = dir ? xasprintf("%s/" HTML_REPORT_FILE, dir) : NULL;
	int rc = dir ? html_report_write(dir, e) : -1;
	struct buf shown;

	buf_init(&shown);
	if (rc == 0) {
		text_add_path(&shown, path);
		printf("%s\n", shown.data);
	}
	buf_finish(&shown);
	free(path);
	free(dir);
	free(results);
	return rc;
}

/* The table and the files again, or one format. */
static int write_report(const struct cli *cli, const struct request *q, struct err *e)
{
	struct run_record r = {0};
	int rc = read_run(cli, q, &r, e);

	if (rc == 0)
		(q->format ? q->format->print : print_table)(&r);
	if (rc == 0 && !q->format)
		rc = report_write_all(&r, e);
	run_record_finish(&r);
	return rc;
}

static int report(const struct cli *cli, int argc, char **argv)
{
	struct request q = {0};
	struct err e = {0};
	int status = parse(&q, argc, argv), rc;

	if (status)
		return status;
	rc = (q.html ? write_page : write_report)(cli, &q, &e);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = err_sys(&e, ERR_IO, "cannot write the report");
	return rc < 0 ? command_error(&e) : 0;
}

const struct command command_report = {
	.name = "report",
	.synopsis = "report [OPTION...] [RUN]",
	.about = "make a run's reports again from its journal",
	.help = "RUN is 'latest' (the default), the name of a run's folder below results/, or a path.\n"
		"Without --format the verdict table goes to standard output, and junit.xml and\n"
		"results.json are written into the run's folder again. The journal alone is read, so this\n"
		"works for a run that was killed, or that is still going on: sessions without a verdict\n"
		"are shown as cancelled.\n"
		"\n"
		"  --format FORMAT  write this to standard output, and no files:\n"
		"      table    the verdicts, and the failures in full\n"
		"      junit    JUnit XML, as Jenkins and GitLab read it\n"
		"      json     results.json\n"
		"      tap      TAP 14; tap13 for readers that know no later one, such as Debian 12's prove\n"
		"      summary  a page of Markdown, as GitHub shows it of a step\n"
		"      github   annotations, failures in groups, the table: for a log of GitHub Actions\n"
		"      gitlab   failures in collapsed sections, the table: for a log of GitLab CI\n"
		"  --html           write report.html into the run's folder, a page that needs nothing\n"
		"                   else, and print where it is\n"
		"  --results DIR    look for RUN in DIR instead of the project's results/\n"
		"\n"
		"The exit status is 0 when the report could be made; what the run itself exited with is\n"
		"`exit_status` in results.json.\n",
	.run = report,
};
