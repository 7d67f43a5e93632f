#include "cli/run_options.h"

#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/elfoption.h"
#include "util/units.h"

const char run_options_help[] =
	"SCENARIO is a name or a glob ('*' in quotes: all of them).\n"
	"\n"
	"Options:\n"
	"  --board GLOB      boards, by unit or kind (repeatable). Without it: every QEMU board; hardware is used only\n"
	"                    when it is named\n"
	"  --lab ID          whose lab-... boards, where several labs run (`make lab`)\n"
	"  --variant GLOB    variants (repeatable); without it: all that the scenario has a demand for\n"
	"  --config NAME     Microkit configuration (debug, release, benchmark, smp-debug, ...; repeatable); without it:\n"
	"                    the first of each variant\n"
	"  --image FILE      an image that somebody else built, instead of variants; needs --board\n"
	"  --report FILE     the report.txt that was written with the image\n"
	"  --elf NAME=FILE   an ELF that went into the image (repeatable): NAME is kernel, monitor or a protection domain\n"
	"  --expect CAUSE    the image must fail, and with this cause; without it: it must pass\n"
	"  --mutants         the mutants of images/mutants.yaml instead of the variants: each must be caught\n"
	"  --no-controls     leave out the negative controls\n"
	"  --only-qemu       no hardware, whatever --board says\n"
	"  --jobs N          sessions at a time (as many as there are processors)\n"
	"  --repeat N        every session N times\n"
	"  --set NAME=N      a scenario's parameter (repeatable); `list scenarios` shows them\n"
	"  --timeout TIME    limit of a whole session (30s, 2m) instead of the scenario's own\n"
	"  --culprit         who wiped lost pages, in sessions that were to lose them, too\n"
	"  --no-record       do not record the boots of QEMU machines: they cannot be replayed then\n"
	"  --no-map          do not sample memory while sessions run: there is no survival map then\n"
	"  --dry-run         print the plan, build and boot nothing\n"
	"  --results DIR     where runs are kept (results/ in the project's folder)\n"
	"  --resume RUN      go on with a run that was cut short: what has its verdict keeps it\n"
	"  --allow-skipped   exit 0 even when every session was skipped\n"
	"  -v, --verbose     consoles and builds on stderr as they come\n"
	"\n"
	"Exit status: 0 all as demanded; 1 a verdict is not ok, or everything was skipped; 2 usage or configuration;\n"
	"3 the lab or the file system (docs/troubleshooting.md, by message); 130 and 143 cancelled.\n";

enum { OPT_BOARD = 256, OPT_CULPRIT, OPT_VARIANT, OPT_CONFIG, OPT_ELF, OPT_EXPECT, OPT_IMAGE, OPT_REPORT, OPT_ONLY_QEMU,
       OPT_JOBS, OPT_LAB, OPT_MUTANTS, OPT_NO_CONTROLS,
       OPT_NO_MAP, OPT_NO_RECORD, OPT_REPEAT, OPT_TIMEOUT, OPT_DRY_RUN, OPT_RESULTS, OPT_RESUME, OPT_SET, OPT_ALLOW_SKIPPED };

static const struct option options[] = {
	{"allow-skipped", no_argument, NULL, OPT_ALLOW_SKIPPED},
	{"board", required_argument, NULL, OPT_BOARD},
	{"config", required_argument, NULL, OPT_CONFIG},
	{"culprit", no_argument, NULL, OPT_CULPRIT},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{"elf", required_argument, NULL, OPT_ELF},
	{"expect", required_argument, NULL, OPT_EXPECT},
	{"image", required_argument, NULL, OPT_IMAGE},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"lab", required_argument, NULL, OPT_LAB},
	{"mutants", no_argument, NULL, OPT_MUTANTS},
	{"no-controls", no_argument, NULL, OPT_NO_CONTROLS},
	{"no-map", no_argument, NULL, OPT_NO_MAP},
	{"no-record", no_argument, NULL, OPT_NO_RECORD},
	{"only-qemu", no_argument, NULL, OPT_ONLY_QEMU},
	{"repeat", required_argument, NULL, OPT_REPEAT},
	{"report", required_argument, NULL, OPT_REPORT},
	{"results", required_argument, NULL, OPT_RESULTS},
	{"resume", required_argument, NULL, OPT_RESUME},
	{"set", required_argument, NULL, OPT_SET},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"variant", required_argument, NULL, OPT_VARIANT},
	{"verbose", no_argument, NULL, 'v'},
	{0},
};

static int take_expectation(struct run_options *o, const char *value)
{
	struct expectation *want = &o->want.image_want;

	want->control = true;
	if (cause_from_name(value, &want->cause) == 0 && want->cause != CAUSE_NONE)
		return 0;
	return command_usage_error(&command_run, "--expect takes a cause such as pd-code-cleared, not '%s'; docs/verdicts.md has them",
				   value);
}

/* What explains an image, and what is demanded of it. */
static int take_image(struct run_options *o, int opt, const char *value)
{
	struct image_elf elf;

	switch (opt) {
	case OPT_EXPECT:
		return take_expectation(o, value);
	case OPT_IMAGE:
		if (o->given.image)
			return command_usage_error(&command_run, "--image: one at a time");
		o->given.image = value;
		return 0;
	case OPT_REPORT:
		o->given.report = value;
		return 0;
	case OPT_ELF:
		o->given.elfs = arena_list_add(&o->arena, o->given.elfs, value);
		return elf_option_take(&command_run, value, &o->arena, &elf);
	default:
		return 2;
	}
}

static int take(struct run_options *o, int opt, const char *value)
{
	struct plan_request *want = &o->want;
	long n = 0;
	int status = 0;

	switch (opt) {
	case OPT_ALLOW_SKIPPED:
		o->allow_skipped = true;
		break;
	case OPT_BOARD:
		want->boards = arena_list_add(&o->arena, want->boards, value);
		break;
	case OPT_CONFIG:
		want->configs = arena_list_add(&o->arena, want->configs, value);
		break;
	case OPT_DRY_RUN:
		o->dry_run = true;
		break;
	case OPT_JOBS:
		status = command_count(&command_run, "--jobs", value, 1024, &n);
		o->jobs = (size_t)n;
		break;
	case OPT_LAB:
		o->lab = value;
		break;
	case OPT_MUTANTS:
		want->mutants = true;
		break;
	case OPT_NO_CONTROLS:
		want->no_controls = true;
		break;
	case OPT_CULPRIT:
		o->culprit = true;
		break;
	case OPT_NO_MAP:
		o->no_map = true;
		break;
	case OPT_NO_RECORD:
		o->no_record = true;
		break;
	case OPT_ONLY_QEMU:
		want->only_qemu = true;
		break;
	case OPT_REPEAT:
		status = command_count(&command_run, "--repeat", value, 1000000, &n);
		want->repeat = (int)n;
		break;
	case OPT_RESULTS:
		o->results = value;
		break;
	case OPT_RESUME:
		o->resume = value;
		break;
	case OPT_SET:
		want->set = arena_list_add(&o->arena, want->set, value);
		break;
	case OPT_TIMEOUT:
		if (units_duration_ms(value, &o->timeout_ms) < 0 || o->timeout_ms == 0)
			status = command_usage_error(
				&command_run, "--timeout takes a time such as 500ms, 30s or 2m, not '%s'", value);
		break;
	case OPT_VARIANT:
		want->variants = arena_list_add(&o->arena, want->variants, value);
		break;
	case 'v':
		o->verbose = true;
		break;
	default:
		status = take_image(o, opt, value);
	}
	return status;
}

static int check_image(const struct run_options *o)
{
	const struct plan_request *w = &o->want;

	if (!o->given.image && (o->given.report || o->given.elfs || w->image_want.control))
		return command_usage_error(&command_run, "--report, --elf and --expect explain an image, and there is no --image");
	if (!o->given.image)
		return 0;
	if (w->variants || w->mutants || w->no_controls || o->resume)
		return command_usage_error(&command_run, "--image is run instead of variants: it does not go with --variant, "
							 "--mutants, --no-controls or --resume");
	if (!w->boards)
		return command_usage_error(&command_run, "--board: which board was the image built for? `runtest list boards` shows them");
	return 0;
}

/* A resumed run has its plan already. */
static int check(const struct run_options *o)
{
	const struct plan_request *w = &o->want;

	if (!o->resume && !w->scenarios)
		return command_usage_error(&command_run,
					   "which scenario? `runtest list scenarios` shows them, '*' means all");
	if (w->mutants && w->no_controls)
		return command_usage_error(&command_run, "--no-controls leaves out what must fail, and mutants are nothing else");
	if (o->resume && (w->scenarios || w->variants || w->boards || w->configs || w->only_qemu || w->mutants ||
			  w->no_controls || w->set || w->repeat > 1))
		return command_usage_error(
			&command_run, "--resume goes on with the plan of that run: it takes no scenario or filter");
	return check_image(o);
}

int run_options_parse(struct run_options *o, int argc, char **argv)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int option, status = 0;

	memset(o, 0, sizeof *o);
	arena_init(&o->arena);
	o->jobs = cores > 0 ? (size_t)cores : 1;
	o->want.repeat = 1;
	while (!status && (option = command_option(&command_run, argc, argv, ":v", options)) != -1)
		status = take(o, option, optarg);
	for (; optind < argc; optind++)
		o->want.scenarios = arena_list_add(&o->arena, o->want.scenarios, argv[optind]);
	return status ? status : check(o);
}

void run_options_finish(struct run_options *o)
{
	arena_finish(&o->arena);
}
