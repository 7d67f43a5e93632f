/* `runtest flaky`: sessions that come out one way and another on the same image. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/histories.h"
#include "history/flaky.h"
#include "util/buf.h"
#include "util/grid.h"

struct request {
	struct history_place place;
	const char *since;
	bool json;
};

static void print_text(const struct flaky_list *l)
{
	char from[HISTORY_WHEN], to[HISTORY_WHEN];
	struct grid g;
	struct buf out;

	buf_init(&out);
	grid_init(&g, "lrrrrlrl");
	grid_add_all(&g, (const char *const[]){"SESSION", "GOOD", "BAD", "RETRIED", "RATE", "95 %", "IMAGES", "LAST", NULL});
	for (size_t i = 0; i < l->count; i++) {
		const struct flaky_session *f = &l->items[i];

		grid_add(&g, f->session);
		grid_printf(&g, "%d", f->good);
		grid_printf(&g, "%d", f->bad);
		grid_printf(&g, "%d", f->retried);
		grid_printf(&g, "%.1f %%", f->rate.mid * 100);
		grid_printf(&g, "%.1f to %.1f %%", f->rate.low * 100, f->rate.high * 100);
		grid_printf(&g, "%d", f->images);
		grid_add(&g, f->last_run);
	}
	if (l->count)
		grid_print(&g, "", &out);
	if (l->to.run)
		buf_printf(&out, "%zu of %zu sessions flaky, by %zu results from %s to %s\n", l->count, l->sessions, l->results,
			   history_when(l->from.started_ms, from), history_when(l->to.started_ms, to));
	else
		buf_adds(&out, "there are no runs\n");
	fwrite(out.data, 1, out.len, stdout);
	grid_finish(&g);
	buf_finish(&out);
}

static void print_json(const struct flaky_list *l)
{
	json_t *o = flaky_json(l);
	char *text = json_dumps(o, JSON_INDENT(1));

	puts(text);
	free(text);
	json_decref(o);
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {HISTORY_PLACE_OPTIONS, {"since", required_argument, NULL, 's'},
						{"json", no_argument, NULL, 'j'}, {0}};
	int option;

	while ((option = command_option(&command_flaky, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		if (option == 's')
			q->since = optarg;
		else if (!history_place_take(&q->place, option))
			q->json = true;
	}
	if (optind < argc)
		return command_usage_error(&command_flaky, "unexpected argument \"%s\"", argv[optind]);
	return 0;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.json = false};
	struct flaky_list l;
	struct history *h;
	struct err e;
	int status = parse(&q, argc, argv), rc = -1;

	if (status)
		return status;
	h = history_place_open(&q.place, cli, false, &e);
	if (h) {
		rc = flaky_find(h, q.since, &l, &e);
		if (rc == 0)
			(q.json ? print_json : print_text)(&l);
		flaky_finish(&l);
	}
	if (rc == 0 && fflush(stdout) != 0)
		rc = err_sys(&e, ERR_IO, "cannot write to the standard output");
	history_close(h);
	return rc < 0 ? command_error(&e) : 0;
}

const struct command command_flaky = {
	.name = "flaky",
	.synopsis = "flaky [--since RUN] [--json]",
	.about = "sessions that pass and fail with the same image",
	.help = "Shows the sessions that came out one way and another with the same image, the same parameters and the\n"
		"same demand, and those that passed only on a retry: how often, and between which rates the true one lies\n"
		"with 95 % (Wilson). The worst are first: those whose rate is high for certain.\n"
		"\n"
		"  --since RUN     only this run and later ones; without it the last 200 runs, or 100,000 sessions\n"
		"  --json          the same as one JSON object\n"
		HISTORY_PLACE_HELP,
	.run = run,
};
