#include "cli/run_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/units.h"

const char run_options_help[] =
	"SCENARIO is a name or a glob ('*' in quotes: all of them).\n"
	"\n"
	"Options:\n"
	"  --board GLOB      boards, by unit or kind (repeatable). Without it: every QEMU board; hardware is used only\n"
	"                    when it is named\n"
	"  --variant GLOB    variants (repeatable); without it: all that the scenario has a demand for\n"
	"  --config NAME     Microkit configuration (debug, release, benchmark, smp-debug, ...; repeatable); without it:\n"
	"                    the first of each variant\n"
	"  --only-qemu       no hardware, whatever --board says\n"
	"  --jobs N          sessions at a time (as many as there are processors)\n"
	"  --repeat N        every session N times\n"
	"  --timeout TIME    limit of a whole session (30s, 2m) instead of the scenario's own\n"
	"  --dry-run         print the plan, build and boot nothing\n"
	"  --results DIR     where runs are kept (results/ in the project's folder)\n"
	"  --resume RUN      go on with a run that was cut short: what has its verdict keeps it\n"
	"  --allow-skipped   exit 0 even when every session was skipped\n"
	"  -v, --verbose     consoles and builds on stderr as they come\n";

enum { OPT_BOARD = 256, OPT_VARIANT, OPT_CONFIG, OPT_ONLY_QEMU, OPT_JOBS, OPT_REPEAT, OPT_TIMEOUT, OPT_DRY_RUN,
       OPT_RESULTS, OPT_RESUME, OPT_ALLOW_SKIPPED };

static const struct option options[] = {
	{"allow-skipped", no_argument, NULL, OPT_ALLOW_SKIPPED},
	{"board", required_argument, NULL, OPT_BOARD},
	{"config", required_argument, NULL, OPT_CONFIG},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"only-qemu", no_argument, NULL, OPT_ONLY_QEMU},
	{"repeat", required_argument, NULL, OPT_REPEAT},
	{"results", required_argument, NULL, OPT_RESULTS},
	{"resume", required_argument, NULL, OPT_RESUME},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"variant", required_argument, NULL, OPT_VARIANT},
	{"verbose", no_argument, NULL, 'v'},
	{0},
};

/* Append to a NULL-terminated list. */
static const char *const *append(struct arena *a, const char *const *list, const char *word)
{
	size_t n = 0;
	const char **grown;

	while (list && list[n])
		n++;
	grown = arena_alloc(a, (n + 2) * sizeof *grown);
	if (n)
		memcpy(grown, list, n * sizeof *grown);
	grown[n] = word;
	return grown;
}

static int count_of(const char *option, const char *text, long most, long *out, struct err *e)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	if (errno || end == text || *end || *out < 1 || *out > most)
		return err_set(e, ERR_USAGE, "%s takes a whole number from 1 to %ld, not '%s'", option, most, text);
	return 0;
}

static int take(struct run_options *o, int opt, const char *value, struct err *e)
{
	struct plan_request *want = &o->want;
	long n = 0;
	int rc = 0;

	switch (opt) {
	case OPT_ALLOW_SKIPPED:
		o->allow_skipped = true;
		break;
	case OPT_BOARD:
		want->boards = append(&o->arena, want->boards, value);
		break;
	case OPT_CONFIG:
		want->configs = append(&o->arena, want->configs, value);
		break;
	case OPT_DRY_RUN:
		o->dry_run = true;
		break;
	case OPT_JOBS:
		rc = count_of("--jobs", value, 1024, &n, e);
		o->jobs = (size_t)n;
		break;
	case OPT_ONLY_QEMU:
		want->only_qemu = true;
		break;
	case OPT_REPEAT:
		rc = count_of("--repeat", value, 1000000, &n, e);
		want->repeat = (int)n;
		break;
	case OPT_RESULTS:
		o->results = value;
		break;
	case OPT_RESUME:
		o->resume = value;
		break;
	case OPT_TIMEOUT:
		if (units_duration_ms(value, &o->timeout_ms) < 0 || o->timeout_ms == 0)
			rc = err_set(e, ERR_USAGE, "--timeout takes a time such as 500ms, 30s or 2m, not '%s'", value);
		break;
	case OPT_VARIANT:
		want->variants = append(&o->arena, want->variants, value);
		break;
	case 'v':
		o->verbose = true;
		break;
	default:
		rc = -1;
	}
	return rc;
}

static int bad_option(int argc, char **argv, int opt, struct err *e)
{
	const char *word = optind - 1 < argc ? argv[optind - 1] : "";

	if (opt == ':')
		return err_set(e, ERR_USAGE, "%s needs a value", word);
	return err_set(e, ERR_USAGE, "there is no option %s", word);
}

/* A resumed run has its plan already. */
static int check(const struct run_options *o, struct err *e)
{
	const struct plan_request *w = &o->want;

	if (!o->resume && !w->scenarios)
		return err_set(e, ERR_USAGE, "which scenario? `runtest list scenarios` shows them, '*' means all");
	if (o->resume && (w->scenarios || w->variants || w->boards || w->configs || w->only_qemu || w->repeat > 1))
		return err_set(e, ERR_USAGE, "--resume goes on with the plan of that run: it takes no scenario or filter");
	return 0;
}

int run_options_parse(struct run_options *o, int argc, char **argv, struct err *e)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int opt;

	memset(o, 0, sizeof *o);
	arena_init(&o->arena);
	o->jobs = cores > 0 ? (size_t)cores : 1;
	o->want.repeat = 1;
	while ((opt = getopt_long(argc, argv, ":v", options, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return bad_option(argc, argv, opt, e);
		if (take(o, opt, optarg, e) < 0)
			return -1;
	}
	for (; optind < argc; optind++)
		o->want.scenarios = append(&o->arena, o->want.scenarios, argv[optind]);
	return check(o, e);
}

void run_options_finish(struct run_options *o)
{
	arena_finish(&o->arena);
}
