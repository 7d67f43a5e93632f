/* `runtest build`: build variants and say where the artefacts are. */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build/builder.h"
#include "cli/command.h"
#include "util/cancel.h"
#include "util/mem.h"

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

/* Words of the command line: globs over names. */
struct globs {
	char **words;
	int count;
};

struct wish {
	struct globs variants, boards, configs;
	struct build_options options;
	bool verbose;
};

/* Everything that is to be built, and how wide its names are. */
struct selection {
	struct build_request *requests;
	size_t count, room;
	int variant_width, board_width, config_width;
	const char *here; /* the current folder: paths below it are shown relative to it */
};

/* ---- the command line ---- */

static int parse_jobs(const char *text, int *jobs)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 1 || n > 1024)
		return command_usage_error(&command_build, "--jobs takes a whole number from 1 to 1024, not '%s'",
					   text);
	*jobs = (int)n;
	return 0;
}

static int take_option(struct wish *w, int option, char **argv)
{
	switch (option) {
	case OPT_BOARD:
		w->boards.words[w->boards.count++] = optarg;
		return 0;
	case OPT_CONFIG:
		w->configs.words[w->configs.count++] = optarg;
		return 0;
	case OPT_JOBS:
		return parse_jobs(optarg, &w->options.jobs);
	case OPT_KEEP_GOING:
		w->options.keep_going = true;
		return 0;
	case OPT_FORCE:
		w->options.force = true;
		return 0;
	case OPT_VERIFY:
		w->options.verify = true;
		return 0;
	case 'v':
		w->verbose = true;
		return 0;
	case ':':
		return command_usage_error(&command_build, "%s needs a value", argv[optind - 1]);
	default:
		return command_usage_error(&command_build, "no such option: %s", argv[optind - 1]);
	}
}

static int parse(struct wish *w, int argc, char **argv)
{
	int option, status = 0;

	while (!status && (option = getopt_long(argc, argv, ":v", long_options, NULL)) != -1)
		status = take_option(w, option, argv);
	w->variants = (struct globs){argv + optind, argc - optind};
	return status;
}

/* ---- what is meant ---- */

static bool matches(const struct globs *globs, const char *name)
{
	for (int i = 0; i < globs->count; i++)
		if (fnmatch(globs->words[i], name, 0) == 0)
			return true;
	return false;
}

static bool supports(const struct variant *v, const struct board_kind *k)
{
	for (const char *const *glob = v->boards; *glob; glob++)
		if (fnmatch(*glob, k->name, 0) == 0)
			return true;
	return false;
}

static void widen(int *width, const char *text)
{
	int n = (int)strlen(text);

	if (n > *width)
		*width = n;
}

static void add(struct selection *s, const struct variant *v, const struct board_kind *k, const char *config)
{
	s->requests = xgrow(s->requests, &s->room, s->count + 1, sizeof *s->requests);
	s->requests[s->count++] = (struct build_request){v, k, config};
	widen(&s->variant_width, v->name);
	widen(&s->board_width, k->name);
	widen(&s->config_width, config);
}

static void add_configs(struct selection *s, const struct wish *w, const struct variant *v, const struct board_kind *k)
{
	if (!w->configs.count)
		add(s, v, k, v->configs[0]);
	for (const char *const *c = v->configs; w->configs.count && *c; c++)
		if (matches(&w->configs, *c))
			add(s, v, k, *c);
}

static void select_all(struct selection *s, const struct wish *w, const struct project *p)
{
	for (size_t i = 0; i < p->variant_count; i++) {
		const struct variant *v = &p->variants[i];

		if (w->variants.count && !matches(&w->variants, v->name))
			continue;
		for (size_t k = 0; k < p->kind_count; k++) {
			const struct board_kind *kind = &p->kinds[k];

			if (supports(v, kind) && (w->boards.count ? matches(&w->boards, kind->name) : !!kind->qemu))
				add_configs(s, w, v, kind);
		}
	}
}

static const char *variant_name(const void *project, size_t i)
{
	return ((const struct project *)project)->variants[i].name;
}

static const char *kind_name(const void *project, size_t i)
{
	return ((const struct project *)project)->kinds[i].name;
}

/* Every word must mean something; one that does not is more likely a slip than a wish for nothing. */
static int check_words(const struct globs *globs, const char *what, const struct project *p, size_t count,
		       const char *(*name_at)(const void *, size_t))
{
	for (int g = 0; g < globs->count; g++) {
		const char *near;
		size_t i = 0;

		while (i < count && fnmatch(globs->words[g], name_at(p, i), 0) != 0)
			i++;
		if (i < count)
			continue;
		near = project_nearest(globs->words[g], count, name_at, p);
		return command_usage_error(&command_build, "no %s is called %s%s%s%s", what, globs->words[g],
					   near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
	}
	return 0;
}

static int choose(struct selection *s, const struct wish *w, const struct project *p)
{
	int status = check_words(&w->variants, "variant", p, p->variant_count, variant_name);

	if (!status)
		status = check_words(&w->boards, "kind of board", p, p->kind_count, kind_name);
	if (status)
		return status;
	select_all(s, w, p);
	if (!s->count)
		return command_usage_error(&command_build, "none of these variants can be built for these boards and "
							   "configurations; `runtest list variants` shows what can");
	return 0;
}

/* ---- what is said ---- */

static const char *short_path(const struct selection *s, const char *path)
{
	size_t n = strlen(s->here);

	return strncmp(path, s->here, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static void print_failure(const struct build_result *r)
{
	fprintf(stderr, "%s for %s, %s: ", r->request.variant->name, r->request.kind->name, r->request.config);
	err_print(stderr, &r->err);
	for (const char *line = r->tail; *line;) {
		size_t n = strcspn(line, "\n");

		fprintf(stderr, "  | %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
}

static void print_result(void *ctx, const struct build_result *r)
{
	const struct selection *s = ctx;

	if (r->state == BUILD_NOT_BEGUN)
		return;
	printf("%-8s  %-*s  %-*s  %-*s  %6lld ms  %.12s  %s\n", build_state_name(r->state), s->variant_width,
	       r->request.variant->name, s->board_width, r->request.kind->name, s->config_width, r->request.config,
	       (long long)r->ms, r->key[0] ? r->key : "-           ",
	       r->state != BUILD_FAILED ? short_path(s, r->image.path) : r->log ? short_path(s, r->log) : "-");
	fflush(stdout); /* before anything else is said, and as soon as it is so */
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
	struct selection s = {.here = ""};
	struct build_options o = w->options;
	struct build_results results;
	char here[PATH_MAX];
	struct err e = {0};
	int status = choose(&s, w, p);

	if (!status) {
		if (getcwd(here, sizeof here))
			s.here = here;
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

	w.boards.words = xcalloc((size_t)argc, sizeof(char *));
	w.configs.words = xcalloc((size_t)argc, sizeof(char *));
	status = parse(&w, argc, argv);
	if (!status) {
		if (cancel_fd() < 0)
			cancel_init();
		status = command_load_project(cli, &p);
		if (!status)
			status = build(&w, &p);
		project_finish(&p);
	}
	free(w.boards.words);
	free(w.configs.words);
	return status;
}

const struct command command_build = {
	.name = "build",
	.synopsis = "build [OPTION...] [VARIANT...]",
	.about = "Build variants: sources, patches and command, cached by their contents",
	.help = help,
	.run = run,
};
