/* `runtest ab`: the same scenarios on two states of a kernel, and what differs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/abview.h"
#include "cli/command.h"
#include "cli/side.h"
#include "cli/trial.h"
#include "util/cancel.h"
#include "util/file.h"

enum { OPT_BASE = 256, OPT_HEAD, OPT_PATCH };

struct ab {
	struct trial_options options;
	const char *base, *head;      /* revisions; NULL: as the variant says, or as the base */
	const char *const *patches;   /* absolute */
	struct git_revision at[2];
	struct plan plan;             /* jobs 2i and 2i + 1 are the two sides of a pair */
};

/* ---- the command line ---- */

static int take_patch(struct ab *ab, const char *path)
{
	char *real = realpath(path, NULL);

	if (!real)
		return command_usage_error(&command_ab, "--patch %s: there is no such file", path);
	ab->patches = arena_list_add(&ab->options.arena, ab->patches, arena_strdup(&ab->options.arena, real));
	free(real);
	return 0;
}

static int take(struct ab *ab, int option)
{
	switch (option) {
	case OPT_BASE:
		ab->base = optarg;
		return 0;
	case OPT_HEAD:
		ab->head = optarg;
		return 0;
	case OPT_PATCH:
		return take_patch(ab, optarg);
	default:
		return trial_option(&ab->options, &command_ab, option, optarg);
	}
}

static int parse(struct ab *ab, int argc, char **argv)
{
	static const struct option options[] = {{"base", required_argument, NULL, OPT_BASE},
						{"head", required_argument, NULL, OPT_HEAD},
						{"patch", required_argument, NULL, OPT_PATCH},
						TRIAL_OPTIONS,
						{0}};
	struct plan_request *want = &ab->options.want;
	int option, status = 0;

	while (!status && (option = command_option(&command_ab, argc, argv, ":v", options)) != -1)
		status = take(ab, option);
	for (; optind < argc; optind++)
		want->scenarios = arena_list_add(&ab->options.arena, want->scenarios, argv[optind]);
	if (status)
		return status;
	if (!want->scenarios)
		return command_usage_error(&command_ab, "which scenario? `runtest list scenarios` shows them");
	if (!ab->head && !ab->patches)
		return command_usage_error(&command_ab, "nothing to compare with: give --patch FILE or --head REV");
	return 0;
}

/* ---- the two sides ---- */

static const struct variant *side_of(struct ab *ab, const struct variant *v, int side, struct err *e)
{
	static const char *const marks[] = {"base", "head"};
	struct arena *a = &ab->plan.arena;
	const char *revision = side && ab->head ? ab->head : ab->base;
	struct variant *copy;

	if (!revision)
		copy = side_as_is(a, v, marks[side]);
	else
		copy = (struct variant *)side_at(a, v, revision, marks[side], &ab->at[side], e);
	if (copy && side)
		side_patch(a, copy, ab->patches);
	return copy;
}

/* Sides of a variant are made once: a build belongs to one variant. */
struct pair {
	const struct variant *of, *side[2];
};

static const struct pair *pair_of(struct ab *ab, const struct variant *v, struct pair *pairs, size_t *count,
				  struct err *e)
{
	struct pair *p = pairs;

	while (p < pairs + *count && p->of != v)
		p++;
	if (p < pairs + *count)
		return p;
	p->of = v;
	for (int side = 0; side < 2; side++)
		if (!(p->side[side] = side_of(ab, v, side, e)))
			return NULL;
	++*count;
	return p;
}

/* Every job of `from` twice, and all boots of the same thing beside each other. */
static int make_sides(struct ab *ab, const struct plan *from, struct err *e)
{
	struct plan *to = &ab->plan;
	struct pair *pairs = xcalloc(from->count, sizeof *pairs);
	size_t count = 0;
	int rc = 0;

	arena_init(&to->arena);
	to->jobs = arena_alloc(&to->arena, 2 * from->count * sizeof *to->jobs);
	for (size_t i = 0; rc == 0 && i < from->count; i++) {
		const struct job *j = &from->jobs[i];
		const struct pair *p = pair_of(ab, j->variant, pairs, &count, e);

		for (int side = 0; p && side < 2; side++)
			to->jobs[to->count++] = side_job(&to->arena, j, p->side[side], j->repeat);
		rc = p ? 0 : -1;
	}
	free(pairs);
	return rc;
}

/* ---- running and telling ---- */

static int boot_and_tell(struct ab *ab, const struct project *project, const char *const *argv)
{
	struct trial t = {.project = project, .options = &ab->options, .plan = &ab->plan, .command = argv};
	struct abview view = {.revisions = {ab->at[0].commit, ab->at[1].commit}, .patches = ab->patches};
	struct run_record record = {0};
	struct err e;
	int status;

	t.results = ab->options.results ? ab->options.results
					: arena_printf(&ab->options.arena, "%s/results", project->root);
	if (trial_run(&t, &record, &e) < 0)
		status = command_error(&e);
	else
		status = abview_print(&view, &record, stdout);
	run_record_finish(&record);
	return status;
}

static int compare(struct ab *ab, const struct project *project, const char *const *argv)
{
	struct plan plan = {0};
	struct err e;
	int status;

	if (plan_make(&plan, project, &ab->options.want, &e) < 0 || make_sides(ab, &plan, &e) < 0)
		status = command_error(&e);
	else
		status = boot_and_tell(ab, project, argv);
	plan_finish(&ab->plan);
	plan_finish(&plan);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	const char *const *words = NULL;
	struct ab ab = {.base = NULL};
	struct project project;
	int status;

	trial_options_init(&ab.options);
	words = arena_list_add(&ab.options.arena, words, "runtest");
	for (int i = 0; i < argc; i++)
		words = arena_list_add(&ab.options.arena, words, argv[i]);
	status = parse(&ab, argc, argv);
	if (status == 0) {
		cancel_init();
		status = command_load_project(cli, &project, false);
		if (status == 0)
			status = compare(&ab, &project, words);
		project_finish(&project);
	}
	trial_options_finish(&ab.options);
	return status;
}

const struct command command_ab = {
	.name = "ab",
	.synopsis = "ab [--base REV] [--patch FILE...] [--head REV] [OPTION...] SCENARIO...",
	.about = "does a patch change a verdict? The same scenarios with and without it",
	.help = "Boots every variant twice, from revision --base, and with the patches on top of it (or from --head), and\n"
		"shows the differences: verdict and cause, pages, the first line of the console, boot time. The variant's\n"
		"`source` is in a git repository, which is only read; without --base it is built as the variants file says.\n"
		"docs/kernel.md shows it at work.\n"
		"\n"
		"Options:\n"
		"  --base REV       the commit, tag or branch to compare with\n"
		"  --head REV       what is compared: another revision, instead of the base\n"
		"  --patch FILE     a patch on top of it (repeatable); paths in it start at the variant's source folder\n"
		"  --variant GLOB, --board GLOB, --config NAME, --repeat N, --set NAME=N, --timeout TIME, --jobs N,\n"
		"  --results DIR, -v   as `runtest run` has them\n"
		"\n"
		"Exit status: 0 no verdict or cause changed, or only for the better; 1 one is worse: not ok, and nothing\n"
		"the base came to; 2 usage or configuration; 3 a side could not be judged: the lab failed, or everything\n"
		"was skipped; 130 and 143 cancelled.\n",
	.run = run,
};
