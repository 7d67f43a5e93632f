/* runtest health: is a board unit fit for use, which part of it is not, and which were left on? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/lefton.h"
#include "health/sweep.h"
#include "util/cancel.h"
#include "util/units.h"

struct request {
	struct left_on_request left_on;
	bool sweep;
};

/* ---- the command line ---- */

static int take_time(const char *option, int64_t *ms)
{
	return units_duration_ms(optarg, ms) == 0 ? 0 :
		command_usage_error(&command_health, "%s takes a time such as 30s or 12h, not '%s'", option, optarg);
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'L':
		q->sweep = true;
		return 0;
	case 'H':
		return take_time("--hand-limit", &q->left_on.hand_limit_ms);
	case 'w':
		return take_time("--wait", &q->left_on.wait_ms);
	default:
		return 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"left-on", no_argument, NULL, 'L'},
						{"hand-limit", required_argument, NULL, 'H'},
						{"wait", required_argument, NULL, 'w'},
						{0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_health, argc, argv, ":", options)) != -1)
		status = take(q, option);
	q->left_on.units = argv + optind;
	q->left_on.unit_count = (size_t)(argc - optind);
	if (status == 0 && !q->sweep)
		status = command_usage_error(&command_health, "expected --left-on");
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.left_on.hand_limit_ms = SWEEP_HAND_HOURS * INT64_C(3600000)};
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	cancel_init();
	return left_on_sweep(cli, &q.left_on);
}

const struct command command_health = {
	.name = "health",
	.synopsis = "health --left-on [OPTION...] [UNIT...]",
	.about = "switch off boards that were left on",
	.help = "\n"
		"  --left-on          switch off the units that were left on, and that nobody has; quiet when there are none\n"
		"  --hand-limit TIME  those that a person switched on by hand are left alone for so long (12h)\n"
		"  --wait TIME        how long to wait for a unit that somebody has (0s)\n",
	.run = run,
};
