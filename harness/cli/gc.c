/* runtest gc: which runs of a results folder may go, and taking them away. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "nightly/pin.h"
#include "nightly/stock.h"
#include "util/grid.h"
#include "util/units.h"

struct request {
	struct retention limits;
	const char *results, *pin, *unpin;
	bool dry_run;
};

enum { DAYS_MAX = 36500, RUNS_MAX = 1000000 };

/* ---- the command line ---- */

enum { OPT_DRY_RUN = 256, OPT_DAYS, OPT_RUNS, OPT_SIZE, OPT_RESULTS, OPT_PIN, OPT_UNPIN };

static const struct option options[] = {
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},       {"keep-days", required_argument, NULL, OPT_DAYS},
	{"keep-runs", required_argument, NULL, OPT_RUNS},  {"keep-size", required_argument, NULL, OPT_SIZE},
	{"pin", required_argument, NULL, OPT_PIN},         {"results", required_argument, NULL, OPT_RESULTS},
	{"unpin", required_argument, NULL, OPT_UNPIN},     {0},
};

static int take(struct request *q, int option)
{
	switch (option) {
	case OPT_DRY_RUN:
		q->dry_run = true;
		return 0;
	case OPT_DAYS:
		return command_count(&command_gc, "--keep-days", optarg, DAYS_MAX, &q->limits.days);
	case OPT_RUNS:
		return command_count(&command_gc, "--keep-runs", optarg, RUNS_MAX, &q->limits.runs);
	case OPT_SIZE:
		if (units_size(optarg, &q->limits.size) < 0 || !q->limits.size)
			return command_usage_error(&command_gc, "--keep-size takes a size such as 500M or 20G, not '%s'", optarg);
		return 0;
	case OPT_RESULTS:
		q->results = optarg;
		return 0;
	case OPT_PIN:
		q->pin = optarg;
		return 0;
	case OPT_UNPIN:
		q->unpin = optarg;
		return 0;
	default:
		return 2;
	}
}

/* 0, or the exit status 2. */
static int check(const struct request *q, int words)
{
	bool limits = q->limits.days || q->limits.runs || q->limits.size;

	if ((q->pin || q->unpin) && (limits || q->dry_run || (q->pin && q->unpin)))
		return command_usage_error(&command_gc, "--pin and --unpin stand alone: nothing is removed then");
	if (q->pin && words != 1)
		return command_usage_error(&command_gc, words ? "why it is to stay is one word: put it in quotes"
							      : "--pin RUN wants to know why: it stays until somebody unpins it");
	if (!q->pin && words)
		return command_usage_error(&command_gc, "it takes no argument: limits say what may go");
	if (!q->pin && !q->unpin && !limits)
		return command_usage_error(&command_gc, "what may go? Say --keep-days, --keep-runs or --keep-size");
	return 0;
}

static int parse(struct request *q, int argc, char **argv)
{
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_gc, argc, argv, ":", options)) != -1)
		status = option == '?' ? 2 : take(q, option);
	return status ? status : check(q, argc - optind);
}

/* ---- what went, what stays ---- */

static const char *size_text(uint64_t bytes, char out[32])
{
	static const char letters[] = " KMGTP";
	double n = (double)bytes;
	size_t i = 0;

	for (; n >= 1024 && letters[i + 1]; i++)
		n /= 1024;
	if (i)
		snprintf(out, 32, "%.1f%c", n, letters[i]);
	else
		snprintf(out, 32, "%" PRIu64, bytes);
	return out;
}

static const char *when_text(int64_t when_s, char out[32])
{
	time_t t = (time_t)when_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(out, 32, "%Y-%m-%d %H:%M", &tm))
		out[0] = '\0';
	return out;
}

/* What came of the choice: why a run that was to go stays after all. */
struct tally {
	uint64_t freed, left;
	size_t went, stay, failed;
};

static void add_row(struct grid *g, const struct past_run *r, const struct request *q, const char *what, const char *instead)
{
	char text[32];
	struct buf why;

	buf_init(&why);
	retention_explain(&why, r, &q->limits);
	grid_add(g, r->name);
	grid_add(g, when_text(r->when_s, text));
	grid_add(g, size_text(r->size, text));
	grid_add(g, what);
	grid_add(g, instead ? instead : why.data);
	buf_finish(&why);
}

static void count(struct tally *t, const struct past_run *r, bool gone)
{
	if (gone) {
		t->went++;
		t->freed += r->size;
	} else {
		t->stay++;
		t->left += r->size;
	}
}

/* One run that may go: take it away, unless that is only a rehearsal. */
static void let_go(struct stock *s, const struct past_run *r, const struct request *q, struct grid *g, struct tally *t)
{
	struct err e = {0};
	int rc = q->dry_run ? 0 : stock_remove(s, r, &e);

	if (rc < 0) {
		fputs("runtest: ", stderr);
		err_print(stderr, &e);
		t->failed++;
	}
	add_row(g, r, q, rc ? "stays" : q->dry_run ? "would go" : "went",
		rc < 0 ? "it could not be removed" : rc ? "somebody goes on with it, or has pinned it" : NULL);
	count(t, r, rc == 0);
}

static void sum_up(const struct stock *s, const struct request *q, const struct tally *t)
{
	char freed[32], left[32];

	if (s->swept)
		printf("%zu that an earlier gc had begun to remove: finished\n", s->swept);
	printf("%zu of %zu run%s %s (%s); %zu %s (%s)\n", t->went, s->count, s->count == 1 ? "" : "s",
	       q->dry_run ? "would go" : "went", size_text(t->freed, freed), t->stay, t->stay == 1 ? "stays" : "stay",
	       size_text(t->left, left));
	if (q->limits.size && t->left > q->limits.size)
		printf("what must stay takes more than --keep-size: unpin, or look which failures are settled\n");
}

static int collect(struct stock *s, const struct request *q)
{
	struct tally t = {0};
	struct buf out;
	struct grid g;

	retention_choose(s->runs, s->count, &q->limits, time(NULL));
	grid_init(&g, "llrll");
	grid_add_all(&g, (const char *const[]){"RUN", "LAST SIGN (UTC)", "SIZE", "", "WHY", NULL});
	for (size_t i = 0; i < s->count; i++) {
		if (retention_goes(&s->runs[i])) {
			let_go(s, &s->runs[i], q, &g, &t);
			continue;
		}
		add_row(&g, &s->runs[i], q, "stays", NULL);
		count(&t, &s->runs[i], false);
	}
	buf_init(&out);
	if (s->count)
		grid_print(&g, "", &out);
	fwrite(out.data ? out.data : "", 1, out.len, stdout);
	buf_finish(&out);
	grid_finish(&g);
	sum_up(s, q, &t);
	return t.failed ? 3 : 0;
}

static int pin(const struct request *q, const char *results, const char *why, struct err *e)
{
	char *dir = run_resolve(results, q->pin ? q->pin : q->unpin, e);
	int rc = !dir ? -1 : q->pin ? pin_set(dir, why, e) : pin_clear(dir, e);

	free(dir);
	return rc;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {0};
	struct stock s;
	struct err e = {0};
	char *results;
	int status = parse(&q, argc, argv), rc;

	if (status)
		return status;
	results = command_results_folder(cli, q.results);
	if (q.pin || q.unpin) {
		rc = pin(&q, results, argv[optind], &e);
	} else {
		rc = stock_open(&s, results, !q.dry_run, &e);
		status = rc == 0 ? collect(&s, &q) : 0;
		stock_close(&s);
	}
	free(results);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = err_sys(&e, ERR_IO, "cannot write the list");
	return rc < 0 ? command_error(&e) : status;
}

const struct command command_gc = {
	.name = "gc",
	.synopsis = "gc [OPTION...]   (or: gc --pin RUN WHY)",
	.about = "remove old runs, but never the last failing one of anything",
	.help = "Says of every run in results/ whether it goes, and why. A run goes when any of the limits is\n"
		"passed:\n"
		"\n"
		"  --keep-days N     its last sign of life is more than N days ago\n"
		"  --keep-runs N     N newer ones are there\n"
		"  --keep-size SIZE  all together take more than SIZE (500M, 20G); the oldest go first\n"
		"\n"
		"Whatever the limits, these stay: of every session (SCENARIO.VARIANT.UNIT.CONFIG) the newest run in\n"
		"which it failed, in which it ended infra, and in which it was as demanded; the newest run, `latest`,\n"
		"one that goes on, one that is pinned, one that cannot be read. Only folders with a run.json are\n"
		"runs; links are not followed. What a gc that was killed had begun, the next one finishes.\n"
		"\n"
		"  --dry-run         say it, and remove nothing\n"
		"  --results DIR     the runs in DIR instead of the project's results/\n"
		"  --pin RUN WHY     that run stays until it is unpinned; WHY is shown\n"
		"  --unpin RUN\n"
		"\n"
		"Exit status: 0; 2 usage; 3 something could not be removed. docs/nightly.md.\n",
	.run = run,
};
