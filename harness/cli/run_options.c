#include "cli/run_options.h"

#include <string.h>

#include "sched/retry.h"
#include "util/clock.h"

/* Is the plan that of an earlier run, or of sessions of one? */
bool run_options_again(const struct run_options *o)
{
	return o->part.failed_of || (o->want.only && o->want.only[0] && strchr(o->want.only[0], '/'));
}

enum images_saying run_options_saying(const struct run_options *o)
{
	return o->quiet ? IMAGES_NOTHING : o->verbose ? IMAGES_ALL : IMAGES_PROGRESS;
}

static int check_image(const struct run_options *o, const struct command *c)
{
	const struct plan_request *w = &o->want;

	if (!o->given.image && (o->given.report || o->given.elfs || w->image_want.control))
		return command_usage_error(c, "--report, --elf and --expect explain an image, and there is no --image");
	if (!o->given.image)
		return 0;
	if (w->variants || w->mutants || w->no_controls || o->resume)
		return command_usage_error(c, "--image is run instead of variants: it does not go with --variant, "
					      "--mutants, --no-controls or --resume");
	if (!w->boards && !w->only)
		return command_usage_error(c, "--board: which board was the image built for? `runtest list boards` shows them");
	return 0;
}

/* A resumed run has its plan already. */
static int check_resume(const struct run_options *o, const struct command *c)
{
	const struct plan_request *w = &o->want;
	bool part = o->part.failed_of || o->part.single || o->part.shard.count || w->only || w->tags;

	if (o->resume && (part || w->scenarios || w->variants || w->boards || w->configs || w->only_qemu || w->mutants ||
			  w->no_controls || w->set || w->repeat > 1 || o->run_id))
		return command_usage_error(c, "--resume goes on with the plan of that run: it takes no scenario or filter");
	return 0;
}

/* Sessions of an earlier run are what they were there. */
static int check_again(const struct run_options *o, const struct command *c)
{
	const struct plan_request *w = &o->want;

	if (o->part.failed_of && w->only)
		return command_usage_error(c, "--only and --only-failed both say which sessions: give one of them");
	for (const char *const *only = w->only; only && *only; only++)
		if (!strchr(*only, '/') != !run_options_again(o))
			return command_usage_error(c, "--only: sessions of an earlier run (RUN/SESSION) do not go with others (%s)",
						   w->only[0]);
	if (!run_options_again(o))
		return 0;
	if (o->given.image || w->mutants || w->set || w->repeat > 1)
		return command_usage_error(c, "sessions of an earlier run have their image, variants and parameters from there: "
					      "that does not go with --image, --mutants, --set or --repeat");
	return 0;
}

static int check(const struct run_options *o, const struct command *c)
{
	const struct plan_request *w = &o->want;
	int status;

	if (!o->resume && !w->scenarios && !w->tags && !w->only && !o->part.failed_of)
		return command_usage_error(c, "which scenario? `runtest list scenarios` shows them, '*' means all");
	if (w->mutants && w->no_controls)
		return command_usage_error(c, "--no-controls leaves out what must fail, and mutants are nothing else");
	if (o->quiet && o->verbose)
		return command_usage_error(c, "--quiet says less, and --verbose more: give one of them");
	status = check_resume(o, c);
	status = status ? status : check_again(o, c);
	return status ? status : check_image(o, c);
}

int run_options_parse(struct run_options *o, const struct command *c, const struct option_place *own, int argc,
		      char **argv)
{
	const struct option_place places[] = {{&run_option_table, o}, own ? *own : (struct option_place){0}};
	int status;

	memset(o, 0, sizeof *o);
	arena_init(&o->arena);
	o->want.repeat = 1;
	o->retries = RETRY_INFRA;
	o->wait_ms = -1;
	o->begun_ms = clock_ms();
	status = option_places_parse(c, places, own ? 2 : 1, argc, argv, &o->arena);
	for (; optind < argc; optind++)
		o->want.scenarios = arena_list_add(&o->arena, o->want.scenarios, argv[optind]);
	return status ? status : check(o, c);
}

void run_options_finish(struct run_options *o)
{
	arena_finish(&o->arena);
}
