/*
 * A long history: how fast runs get into it, and how fast it answers.
 *
 * history FOLDER SESSIONS PER_RUN [URL]: so many sessions in runs of PER_RUN, which never happened, are written below
 * FOLDER (each with four marks and a phase), imported and removed again; then each question is asked five times. Beside
 * the import stands reading the same journals alone, which every importer must.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "history/flaky.h"
#include "history/history.h"
#include "history/regressions.h"
#include "history/trend.h"
#include "result/journal.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"

enum { ROUNDS = 5, SCENARIOS = 50 };

static struct err e;

static void must(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "history: %s: ", what);
	err_print(stderr, &e);
	exit(1);
}

static double processor_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* The same every time. */
static unsigned noise(unsigned a, unsigned b)
{
	unsigned h = a * 2654435761u ^ b * 2246822519u;

	h ^= h >> 15;
	h *= 3266489917u;
	return h ^ h >> 13;
}

/* ---- runs that never happened ---- */

static void add_names(struct buf *out, int i)
{
	int scenario = i % SCENARIOS, variant = i / SCENARIOS;

	buf_printf(out, "\"session\":\"scenario-%d.variant-%d.board.debug.1\",\"scenario\":\"scenario-%d\","
		   "\"variant\":\"variant-%d\",\"board\":\"board\",\"unit\":\"unit-%d\",\"arch\":\"aarch64\",\"config\":\"debug\","
		   "\"repeat\":1,\"expected\":{\"verdict\":\"pass\"}", scenario, variant, scenario, variant, i % 7);
}

static void add_result(struct buf *out, int run, int i, bool last, const char *at)
{
	unsigned n = noise((unsigned)run, (unsigned)i);
	long boot_us = (long)(100000 + 5000 * (i % 20)) * (1000 + n % 100) / 1000 * (last && i % 10 == 0 ? 15 : 10) / 10;
	bool bad = n % 1000 == 0 || (last && i % 500 == 0);

	buf_printf(out, "{\"event\":\"session-ended\",\"at\":\"%s\",\"result\":{", at);
	add_names(out, i);
	buf_printf(out, ",\"verdict\":\"%s\",%s\"why\":\"%s\",\"attempts\":1,\"started\":\"%s\",\"duration_ms\":%ld,\"boot_us\":%ld,"
		   "\"machine_us\":%ld,\"marks\":[", bad ? "fail" : "pass", bad ? "\"cause\":\"kernel-fault\"," : "",
		   bad ? "the kernel faulted" : "every demand was met", at, boot_us / 1000 + 20, boot_us, boot_us);
	for (int m = 1; m <= 4; m++)
		buf_printf(out, "%s{\"mark\":\"mark-%d\",\"by\":\"kernel\",\"boot\":1,\"at_ms\":%ld,\"offset\":%d}", m > 1 ? "," : "",
			   m, boot_us * m / 5000, 100 * m);
	buf_printf(out, "],\"phases\":[{\"name\":\"boot\",\"outcome\":\"done\",\"start_ms\":1,\"end_ms\":%ld}],\"paths\":{"
		   "\"image_sha256\":\"%064d\"}}}\n", boot_us / 1000, i / SCENARIOS);
}

static void write_file(const char *folder, const char *name, struct buf *text)
{
	char *path = xasprintf("%s/%s", folder, name);

	must(file_write_atomic(path, text->data, text->len, false, &e), "write a run");
	free(path);
	buf_clear(text);
}

static void make_run(const char *folder, const char *id, int run, int count, bool last)
{
	time_t begun = 1767225600 + (time_t)run * 3600;
	char at[CLOCK_ISO_SIZE];
	struct tm tm;
	struct buf out;

	gmtime_r(&begun, &tm);
	strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	must(file_mkdirs(folder, &e), "make a run");
	buf_init(&out);
	buf_printf(&out, "{\"schema\":1,\"run\":\"%s\",\"started\":\"%s\",\"command\":[\"runtest\",\"run\",\"*\"],"
		   "\"settings\":{\"version\":\"0\",\"project\":\"/p\",\"jobs\":2},\"plan\":[", id, at);
	for (int i = 0; i < count; i++) {
		buf_adds(&out, i ? ",{" : "{");
		add_names(&out, i);
		buf_adds(&out, "}");
	}
	buf_adds(&out, "]}\n");
	write_file(folder, "run.json", &out);
	for (int i = 0; i < count; i++)
		add_result(&out, run, i, last, at);
	buf_printf(&out, "{\"event\":\"run-ended\",\"at\":\"%s\",\"exit_status\":0}\n", at);
	write_file(folder, "journal.jsonl", &out);
	buf_finish(&out);
}

/* ---- importing them ---- */

struct cost {
	double wall, processor; /* seconds */
};

static struct cost cost_since(int64_t us, double processor)
{
	return (struct cost){(double)(clock_us() - us) / 1e6, processor_s() - processor};
}

static void add_cost(struct cost *sum, struct cost c)
{
	sum->wall += c.wall;
	sum->processor += c.processor;
}

static struct cost read_alone(const char *dir)
{
	double processor = processor_s();
	int64_t us = clock_us();
	struct run_record r;

	must(run_record_read(&r, dir, &e), "read a run");
	run_record_finish(&r);
	return cost_since(us, processor);
}

static struct cost import(struct history *h, const char *dir)
{
	double processor = processor_s();
	int64_t us = clock_us();

	must(history_import_run(h, dir, NULL, &e), "import a run");
	return cost_since(us, processor);
}

static void fill(struct history *h, const char *folder, int sessions, int per_run)
{
	struct cost imports = {0}, reads = {0}, tenth = {0};
	int runs = sessions / per_run;

	for (int run = 0; run < runs; run++) {
		char *id = xasprintf("r%06d", run), *dir = xasprintf("%s/%s", folder, id);
		struct cost c;

		make_run(dir, id, run, per_run, run == runs - 1);
		add_cost(&reads, read_alone(dir));
		c = import(h, dir);
		add_cost(&imports, c);
		if (run >= runs - (runs + 9) / 10)
			add_cost(&tenth, c);
		must(file_remove_tree(dir, &e), "remove a run");
		free(id);
		free(dir);
	}
	printf("  import     %8.0f sessions/s (%.0f for each second of the importer's processor time), n = %d in %d runs\n",
	       sessions / imports.wall, sessions / imports.processor, sessions, runs);
	printf("  the last tenth of it %.0f sessions/s\n", (runs + 9) / 10 * per_run / tenth.wall);
	printf("  reference  %8.0f sessions/s: reading the same journals alone (%.0f for each second of processor time)\n",
	       sessions / reads.wall, sessions / reads.processor);
}

/* ---- asking ---- */

static void ask_regressions(struct history *h)
{
	struct regressions r;

	must(regressions_find(h, NULL, NULL, &r, &e), "regressions");
	if (!regressions_any(&r))
		must(err_set(&e, ERR_IO, "the planted regressions were not found"), "regressions");
	regressions_finish(&r);
}

static void ask_flaky(struct history *h)
{
	struct flaky_list l;

	must(flaky_find(h, NULL, &l, &e), "flaky");
	flaky_finish(&l);
}

static void ask_hints(struct history *h)
{
	struct history_hints hints;

	must(history_hints(h, &hints, &e), "hints");
	history_hints_finish(&hints);
}

static void ask_trend(struct history *h)
{
	struct trend_request q = {.scenario = "scenario-7", .limit = 20};
	struct trend t;

	must(trend_find(h, &q, &t, &e), "a scenario");
	trend_finish(&t);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void ask(const char *url, const char *folder, const char *what, void (*question)(struct history *h))
{
	double ms[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		int64_t us = clock_us();
		struct history *h = history_open(url, folder, false, &e);

		must(h ? 0 : -1, "open the history");
		question(h);
		history_close(h);
		ms[i] = (double)(clock_us() - us) / 1e3;
	}
	qsort(ms, ROUNDS, sizeof *ms, ascending);
	printf("  %-12s %7.0f ms  [%.0f .. %.0f], n = %d\n", what, ms[ROUNDS / 2], ms[0], ms[ROUNDS - 1], ROUNDS);
}

int main(int argc, char **argv)
{
	int sessions = argc > 3 ? atoi(argv[2]) : 0, per_run = argc > 3 ? atoi(argv[3]) : 0;
	const char *url = argc > 4 ? argv[4] : NULL;
	struct history *h;
	char *db;

	if (per_run < 1 || sessions < per_run * 2) {
		fprintf(stderr, "usage: history FOLDER SESSIONS PER_RUN [URL]\n");
		return 2;
	}
	must(file_mkdirs(argv[1], &e), "make the folder");
	h = history_open(url, argv[1], true, &e);
	must(h ? 0 : -1, "open the history");
	fill(h, argv[1], sessions, per_run);
	history_close(h);
	db = xasprintf("%s/history.db", argv[1]);
	if (!url)
		printf("  %.0f bytes for each session\n", (double)file_size(db) / sessions);
	ask(url, argv[1], "regressions", ask_regressions);
	ask(url, argv[1], "flaky", ask_flaky);
	ask(url, argv[1], "a scenario", ask_trend);
	ask(url, argv[1], "hints", ask_hints);
	free(db);
	return 0;
}
