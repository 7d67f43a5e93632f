/* `runtest build`: build variants and say where the artefacts are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build/builder.h"
#include "cli/command.h"
#include "util/cancel.h"
#include "util/mem.h"
#include "util/names.h"
#include "util/text.h"

static const char help[] =
	"VARIANT is a name or a glob ('patched*'); without one, every variant is built. What is there already is not\n"
	"built again: one line for each variant, board and configuration says `cached` or `built`, how long it took,\n"
	"the beginning of its key, and where the boot image is.\n"
	"\n"
	"Options:\n"
	"  --board GLOB     kinds of board (repeatable); without it: every QEMU board that the variant is for\n"
	"  --config GLOB    Microkit configurations (repeatable); without it: each variant's first\n"
	"  --jobs N         builds at a time (as many as there are processors)\n"
	"  --keep-going     do not stop at the first failure\n"
	"  --force          build anew what is there already\n"
	"  --verify         build everything once more, in another folder, and compare: same sources, same bytes\n"
	"  -v, --verbose    the commands' output on stderr as it comes\n"
	"\n"
	"Exit status: 0 all there; 1 a build failed, or is not reproducible; 2 usage or configuration; 3 QEMU or the\n"
	"file system; 130 and 143 cancelled.\n";

enum { OPT_BOARD = 256, OPT_CONFIG, OPT_JOBS, OPT_KEEP_GOING, OPT_FORCE, OPT_VERIFY };

static const struct option long_options[] = {
	{"board", required_argument, NULL, OPT_BOARD},
	{"config", required_argument, NULL, OPT_CONFIG},
	{"force", no_argument, NULL, OPT_FORCE},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"keep-going", no_argument, NULL, OPT_KEEP_GOING},
	{"verbose", no_argument, NULL, 'v'},
	{"verify", no_argument, NULL, OPT_VERIFY},
	{0},
};

struct wish {
	struct arena arena; /* owns the lists */
	const char *const *variants, *const *boards, *const *configs; /* NULL-terminated globs; NULL: not given */
	struct build_options options;
	bool verbose;
};

/* Everything that is to be built, and how wide its names are. */
struct selection {
	struct build_request *requests;
	size_t count, room, left_out;
	bool named; /* variants were named */
	int variant_width, board_width, config_width;
};

/* ---- the command line ---- */

static int take_option(struct wish *w, int option)
{
	long jobs = 0;
	int status = 0;

	switch (option) {
	case OPT_BOARD:
		w->boards = arena_list_add(&w->arena, w->boards, optarg);
		break;
	case OPT_CONFIG:
		w->configs = arena_list_add(&w->arena, w->configs, optarg);
		break;
	case OPT_JOBS:
		status = command_count(&command_build, "--jobs", optarg, 1024, &jobs);
		w->options.jobs = (int)jobs;
		break;
	case OPT_KEEP_GOING:
		w->options.keep_going = true;
		break;
	case OPT_FORCE:
		w->options.force = true;
		break;
	case OPT_VERIFY:
		w->options.verify = true;
		break;
	case 'v':
		w->verbose = true;
		break;
	default:
		status = 2;
	}
	return status;
}

static int parse(struct wish *w, int argc, char **argv)
{
	int option, status = 0;

	while (!status && (option = command_option(&command_build, argc, argv, ":v", long_options)) != -1)
		status = take_option(w, option);
	for (; optind < argc; optind++)
		w->variants = arena_list_add(&w->arena, w->variants, argv[optind]);
	return status;
}

/* ---- what is meant ---- */

static void widen(int *width, const char *text)
{
	int n = (int)strlen(text);

	if (n > *width)
		*width = n;
}

/* What no SDK is there for is left out, aloud; where variants were named it is what was asked for, and fails. */
static bool is_left_out(const struct selection *s, const struct build_request *q)
{
	struct arena a;
	const char *why;

	arena_init(&a);
	why = s->named ? NULL : sdk_obstacle(q->variant, q->kind, q->config, &a);
	if (why)
		fprintf(stderr, "runtest: %s for %s, %s is left out: %s\n", q->variant->name, q->kind->name, q->config, why);
	arena_finish(&a);
	return why != NULL;
}

static void add(struct selection *s, const struct variant *v, const struct board_kind *k, const char *config)
{
	if (is_left_out(s, &(struct build_request){v, k, config})) {
		s->left_out++;
		return;
	}
	s->requests = xgrow(s->requests, &s->room, s->count + 1, sizeof *s->requests);
	s->requests[s->count++] = (struct build_request){v, k, config};
	widen(&s->variant_width, v->name);
	widen(&s->board_width, k->name);
	widen(&s->config_width, config);
}

static void add_configs(struct selection *s, const struct wish *w, const struct variant *v, const struct board_kind *k)
{
	if (!w->configs)
		add(s, v, k, v->configs[0]);
	for (const char *const *c = v->configs; w->configs && *c; c++)
		if (names_match(w->configs, *c))
			add(s, v, k, *c);
}

static void select_all(struct selection *s, const struct wish *w, const struct project *p)
{
	for (size_t i = 0; i < p->variant_count; i++) {
		const struct variant *v = &p->variants[i];

		if (w->variants && !names_match(w->variants, v->name))
			continue;
		for (size_t k = 0; k < p->kind_count; k++) {
			const struct board_kind *kind = &p->kinds[k];

			if (names_match(v->boards, kind->name) &&
			    (w->boards ? names_match(w->boards, kind->name) : !!kind->qemu))
				add_configs(s, w, v, kind);
		}
	}
}

static int choose(struct selection *s, const struct wish *w, const struct project *p)
{
	struct err e;

	if (project_check_globs(w->variants, "variant", project_variant_names(p), &e) < 0 ||
	    project_check_globs(w->boards, "kind of board", project_kind_names(p), &e) < 0)
		return command_error(&e);
	s->named = w->variants != NULL;
	select_all(s, w, p);
	if (!s->count && !s->left_out)
		return command_usage_error(&command_build, "none of these variants can be built for these boards and "
							   "configurations; `runtest list variants` shows what can");
	return 0;
}

/* ---- what is said ---- */

static void print_failure(const struct build_result *r)
{
	struct buf tail = {0};

	fprintf(stderr, "%s for %s, %s: ", r->request.variant->name, r->request.kind->name, r->request.config);
	err_print(stderr, &r->err);
	text_add_lines(&tail, r->tail, strlen(r->tail));
	for (const char *line = tail.len ? tail.data : ""; *line;) {
		size_t n = strcspn(line, "\n");

		fprintf(stderr, "  | %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
	buf_finish(&tail);
}

/* Rows come as builds end, so the widths are those of what was asked for, known beforehand. */
static void print_result(void *ctx, const struct build_result *r)
{
	const char *path = r->state != BUILD_FAILED ? r->image.path : r->log ? r->log : "-";
	const struct selection *s = ctx;
	struct buf row = {0};

	if (r->state == BUILD_NOT_BEGUN)
		return;
	buf_printf(&row, "%-8s  %-*s  %-*s  %-*s  %6lld ms  %-12.12s  ", build_state_name(r->state), s->variant_width,
		   r->request.variant->name, s->board_width, r->request.kind->name, s->config_width, r->request.config,
		   (long long)r->ms, r->key[0] ? r->key : "-");
	text_add_path(&row, path);
	puts(row.data);
	fflush(stdout); /* before anything else is said, and as soon as it is so */
	buf_finish(&row);
	if (r->state == BUILD_FAILED)
		print_failure(r);
}

/* A variant that does not build weighs more than a lab that is not well: it is what was asked about. */
static int exit_status(const struct build_results *results)
{
	int status = 0;

	for (size_t i = 0; i < results->count; i++) {
		int own = results->items[i].state == BUILD_FAILED ? err_exit_status(&results->items[i].err) : 0;

		if (own && (!status || own == 1))
			status = own;
	}
	return status;
}

static int build(const struct wish *w, const struct project *p)
{
	struct selection s = {0};
	struct build_options o = w->options;
	struct build_results results;
	struct err e = {0};
	int status = choose(&s, w, p);

	if (!status) {
		o.root = p->root;
		o.output = w->verbose ? STDERR_FILENO : -1;
		o.done = print_result;
		o.ctx = &s;
		if (build_all(s.requests, s.count, &o, &results, &e) < 0)
			status = e.kind == ERR_CANCELLED ? command_error(&e) : exit_status(&results);
		if (results.by_state[BUILD_NOT_BEGUN])
			fprintf(stderr, "runtest: %zu not begun%s\n", results.by_state[BUILD_NOT_BEGUN],
				cancel_requested() ? "" : " (--keep-going builds them all the same)");
		build_results_finish(&results);
	}
	free(s.requests);
	return cancel_requested() ? cancel_exit_status() : status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct wish w = {0};
	struct project p;
	int status;

	arena_init(&w.arena);
	status = parse(&w, argc, argv);
	if (!status) {
		if (cancel_fd() < 0)
			cancel_init();
		status = command_load_project(cli, &p, false);
		if (!status)
			status = build(&w, &p);
		project_finish(&p);
	}
	arena_finish(&w.arena);
	return status;
}

const struct command command_build = {
	.name = "build",
	.synopsis = "build [OPTION...] [VARIANT...]",
	.about = "build variants: sources, patches and command, cached by their contents",
	.help = help,
	.run = run,
};
