#include "cli/run_options.h"

#include <string.h>
#include <unistd.h>

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
	if (!w->boards)
		return command_usage_error(c, "--board: which board was the image built for? `runtest list boards` shows them");
	return 0;
}

/* A resumed run has its plan already. */
static int check(const struct run_options *o, const struct command *c)
{
	const struct plan_request *w = &o->want;

	if (!o->resume && !w->scenarios)
		return command_usage_error(c, "which scenario? `runtest list scenarios` shows them, '*' means all");
	if (w->mutants && w->no_controls)
		return command_usage_error(c, "--no-controls leaves out what must fail, and mutants are nothing else");
	if (o->resume && (w->scenarios || w->variants || w->boards || w->configs || w->only_qemu || w->mutants ||
			  w->no_controls || w->set || w->repeat > 1 || o->run_id))
		return command_usage_error(c, "--resume goes on with the plan of that run: it takes no scenario or filter");
	return check_image(o, c);
}

int run_options_parse(struct run_options *o, const struct command *c, const struct option_place *own, int argc,
		      char **argv)
{
	const struct option_place places[] = {{&run_option_table, o}, own ? *own : (struct option_place){0}};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int status;

	memset(o, 0, sizeof *o);
	arena_init(&o->arena);
	o->jobs = cores > 0 ? (int)cores : 1;
	o->want.repeat = 1;
	status = option_places_parse(c, places, own ? 2 : 1, argc, argv, &o->arena);
	for (; optind < argc; optind++)
		o->want.scenarios = arena_list_add(&o->arena, o->want.scenarios, argv[optind]);
	return status ? status : check(o, c);
}

void run_options_finish(struct run_options *o)
{
	arena_finish(&o->arena);
}
