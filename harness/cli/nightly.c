/* runtest nightly: what a file says is done every night, and who is told what came of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/nightsteps.h"
#include "nightly/jobs.h"
#include "nightly/telling.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"

struct request {
	const char *file, *results, *lab, *tell;
	bool dry_run, resume;
};

/* ---- the command line ---- */

enum { OPT_DRY_RUN = 256, OPT_RESUME, OPT_RESULTS, OPT_LAB, OPT_TELL };

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, OPT_DRY_RUN},      {"lab", required_argument, NULL, OPT_LAB},
		{"resume", no_argument, NULL, OPT_RESUME},        {"results", required_argument, NULL, OPT_RESULTS},
		{"tell", required_argument, NULL, OPT_TELL},      {0},
	};
	int option;

	while ((option = command_option(&command_nightly, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		if (option == OPT_DRY_RUN)
			q->dry_run = true;
		else if (option == OPT_RESUME)
			q->resume = true;
		else
			*(option == OPT_LAB ? &q->lab : option == OPT_TELL ? &q->tell : &q->results) = optarg;
	}
	if (argc - optind != 1)
		return command_usage_error(&command_nightly, argc == optind ? "which FILE? docs/nightly.md shows one"
									    : "one FILE at a time");
	if (q->tell && (q->resume || q->dry_run))
		return command_usage_error(&command_nightly, "--tell RUN only tells: it goes with neither --resume nor --dry-run");
	q->file = argv[optind];
	return 0;
}

static int read_nightly(struct nightly *n, struct project *p, const char *file)
{
	struct err_list errors;
	int status = 0;

	err_list_init(&errors);
	if (nightly_load(n, p, file, &errors) < 0) {
		err_list_print(stderr, &errors);
		fprintf(stderr, "runtest: %zu mistake%s in the nightly file; nothing was run\n", errors.count, errors.count == 1 ? "" : "s");
		status = 2;
	}
	for (size_t i = 0; status == 0 && i < n->job_count; i++)
		if (n->jobs[i].where == NIGHTLY_SLURM && !command_find("submit"))
			status = command_usage_error(&command_nightly, "job %s is for Slurm, and this runtest has no `submit`", n->jobs[i].name);
	err_list_finish(&errors);
	return status;
}

/* ---- --dry-run ---- */

static void print_words(const char *const *words)
{
	for (printf("  runtest"); *words; words++)
		printf(" %s", *words);
	putchar('\n');
}

/* As if every job took all the time that it may. */
static int rehearse(const struct nightly_night *n, struct arena *a)
{
	const char *const *units = jobs_hardware(n->nightly, n->project, a);
	int64_t left_ms = n->nightly->budget_ms;

	for (; n->nightly->gate && *units; units++)
		print_words((const char *const[]){"health", "--json", *units, NULL});
	for (size_t i = 0; i < n->nightly->job_count; i++) {
		const struct nightly_job *j = &n->nightly->jobs[i];
		int64_t time_ms = job_time_ms(n->nightly, i, left_ms);

		left_ms -= time_ms;
		print_words(job_words(j, job_boards(j, n->project, NULL, 0, a), time_ms, n->results, "ID", a));
	}
	if (n->nightly->keep)
		print_words(keep_words(n->nightly->keep, n->results, a));
	for (size_t i = 0; i < n->nightly->tell_count; i++)
		printf("  tell %s\n", n->nightly->tell[i].name);
	puts("nothing was run, and nobody was told");
	return 0;
}

/* ---- telling ---- */

struct verdicts {
	struct outcomes outcomes;
	struct run_totals totals;
};

static void add_run(struct nightly_night *n, const struct bulletin_job *j, struct verdicts *v)
{
	char *dir = xasprintf("%s/%s", n->results, j->run);
	struct run_totals t;
	struct run_record r;
	struct err e;

	if (run_record_read(&r, dir, &e) == 0) {
		outcomes_add_run(&v->outcomes, &r, j->name, &n->arena);
		t = run_totals(&r);
		for (int k = 0; k < VERDICT_COUNT; k++)
			v->totals.count[k] += t.count[k];
	} else {
		night_trouble(n, arena_printf(&n->arena, "run %s", j->run), e.what);
	}
	run_record_finish(&r);
	free(dir);
}

static void told(void *ctx, const struct recipient *to, enum telling_end end, int tries, const struct err *e)
{
	struct nightly_night *n = ctx;
	struct err odd;

	if (e) {
		fprintf(stderr, "runtest: nightly: %s: ", to->name);
		err_print(stderr, e);
	}
	if (end == TELLING_TOLD)
		printf("nightly: %s was told\n", to->name);
	else if (end == TELLING_NOTHING)
		printf("nightly: %s: nothing to tell\n", to->name);
	if (end != TELLING_NOTHING && night_told(&n->record, to->name, tries, end == TELLING_TOLD ? NULL : e ? e->what : "stopped by a signal", &odd) < 0)
		command_error(&odd);
}

static void tell(struct nightly_night *n, const char *begun)
{
	char host[256] = "";
	struct verdicts v = {.totals.count = {0}};
	struct telling t = {.nightly = n->nightly, .folder = n->record.folder, .now = &v.outcomes, .told = told, .ctx = n};

	for (size_t i = 0; i < n->job_count; i++)
		if (n->jobs[i].run)
			add_run(n, &n->jobs[i], &v);
	if (gethostname(host, sizeof host - 1) < 0 || !host[0])
		snprintf(host, sizeof host, "localhost");
	t.bulletin = (struct bulletin){
		.name = n->nightly->name,
		.started = begun,
		.host = host,
		.exit_status = n->status,
		.jobs = n->jobs,
		.job_count = n->job_count,
		.totals = v.totals,
		.troubles = n->troubles,
		.trouble_count = n->trouble_count,
	};
	telling_run(&t);
}

/* A run that is there, told as if a night had made it. */
static int tell_of(struct nightly_night *n, const char *run, struct err *e)
{
	struct run_record r;
	char *dir = run_resolve(n->results, run, e);
	int rc = dir ? run_record_read(&r, dir, e) : -1;

	if (rc == 0) {
		n->status = r.ended ? r.exit_status : run_exit_status(&r, false);
		n->jobs = arena_alloc(&n->arena, sizeof *n->jobs);
		n->jobs[n->job_count++] = (struct bulletin_job){NULL, arena_strdup(&n->arena, r.settings.run), n->status};
		tell(n, r.settings.started);
	}
	if (dir)
		run_record_finish(&r);
	free(dir);
	return rc;
}

/* ---- a night ---- */

/* Nobody goes on with the night before. */
enum { SAME_NIGHT_MS = 18 * 60 * 60 * 1000 };

static int begin(struct nightly_night *n, const struct request *q, struct err *e)
{
	int64_t now = (int64_t)time(NULL) * 1000, begun;
	char iso[CLOCK_ISO_SIZE];

	n->began_ms = now;
	if (night_read(&n->record, &n->state, &n->arena, e) < 0)
		return -1;
	begun = clock_iso_ms(n->state.begun);
	if (begun >= 0 && !n->state.ended && q->resume && now - begun < SAME_NIGHT_MS) {
		printf("nightly: going on with the night that began at %s\n", n->state.begun);
		n->began_ms = begun;
		return 0;
	}
	if (begun >= 0 && !n->state.ended)
		fprintf(stderr, "runtest: nightly: the night that began at %s was cut short, and is left as it is\n", n->state.begun);
	memset(&n->state, 0, sizeof n->state);
	n->state.begun = arena_strdup(&n->arena, clock_iso(iso));
	return night_began(&n->record, q->file, e);
}

static int whole_night(struct nightly_night *n, const struct request *q, struct err *e)
{
	if (begin(n, q, e) < 0 || night_gate(n, e) < 0 || night_jobs(n, e) < 0 || night_clear(n, e) < 0)
		return -1;
	tell(n, n->state.begun);
	if (cancel_requested())
		return err_set(e, ERR_CANCELLED, "stopped by a signal; --resume goes on");
	return night_ended(&n->record, n->status, e);
}

static int with_record(struct nightly_night *n, const struct request *q)
{
	struct err e = {0};
	int rc = night_open(&n->record, n->results, n->nightly->name, &e);

	if (rc == 0)
		rc = q->tell ? tell_of(n, q->tell, &e) : whole_night(n, q, &e);
	night_close(&n->record);
	if (rc < 0)
		return command_error(&e);
	return q->tell ? 0 : n->status;
}

/* Made when it is not there: absolute, from the arena. */
static const char *results_folder(const struct cli *cli, const struct request *q, struct arena *a)
{
	char *given = command_results_folder(cli, q->results), *real;
	const char *folder;

	if (!q->dry_run)
		file_mkdirs(given, NULL);
	real = realpath(given, NULL);
	folder = arena_strdup(a, real ? real : given);
	free(real);
	free(given);
	return folder;
}

static int nightly(const struct cli *cli, const struct request *q, struct project *p)
{
	struct nightly nightly;
	struct nightly_night n = {.cli = cli, .project = p, .nightly = &nightly};
	int status = read_nightly(&nightly, p, q->file);

	if (status)
		return status;
	arena_init(&n.arena);
	n.results = results_folder(cli, q, &n.arena);
	status = q->dry_run ? rehearse(&n, &n.arena) : with_record(&n, q);
	arena_finish(&n.arena);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {0};
	struct cli with_lab = *cli;
	struct project p;
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	if (q.lab)
		with_lab.lab = q.lab;
	cancel_init();
	status = command_load_project(&with_lab, &p, true);
	if (status == 0)
		status = nightly(&with_lab, &q, &p);
	project_finish(&p);
	return status;
}

const struct command command_nightly = {
	.name = "nightly",
	.synopsis = "nightly [OPTION...] FILE",
	.about = "run what a file says every night, and tell who is to know",
	.help = "FILE is a NAME.yaml, wherever it stands: jobs, their time budget, whether boards are asked first if\n"
		"they are well, what is kept of older results, and who is told by webhook or mail. docs/nightly.md\n"
		"explains it, contrib/nightly/ has one to begin with, contrib/systemd/ the timer for it.\n"
		"\n"
		"  --dry-run      print the commands it comes to; run nothing, tell nobody\n"
		"  --resume       go on with a night that was cut short less than 18 hours ago; else begin one\n"
		"  --results DIR  where runs are kept (results/ in the project's folder)\n"
		"  --lab ID       whose lab-... boards, where several labs run\n"
		"  --tell RUN     tell of this run as if a night had made it, and do nothing else\n"
		"\n"
		"Two of one FILE do not overlap. Every step is recorded in results/.nightly/NAME/night.jsonl.\n"
		"\n"
		"Exit status: the gravest of the jobs' (130 and 143, then 2, 1, 3, 4, 5, 0), whether anybody could be\n"
		"told or not; 2 also for a mistake in FILE, and when the last night is still going on.\n",
	.run = run,
};
