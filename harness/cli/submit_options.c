#include "cli/submit_options.h"

static const struct option_row rows[] = {
	{.kind = OPTION_FLAG, .name = "detach", .at = offsetof(struct submit_options, detach),
	 .help = "say the run's name once everything is in the queue, and end"},
	{.kind = OPTION_TEXT, .name = "by-database", .value = "URL", .at = offsetof(struct submit_options, database),
	 .help = "the nodes share no folder with this machine: plan and results go by this database"},
	{.kind = OPTION_TEXT, .name = "partition", .value = "NAME", .at = offsetof(struct submit_options, partition),
	 .help = "Slurm's partition, instead of the default one"},
	{.kind = OPTION_TEXTS, .name = "sbatch", .value = "OPTION", .at = offsetof(struct submit_options, sbatch),
	 .help = "a further option for sbatch, as it is (repeatable)"},
};

const struct option_table submit_option_table = {rows, sizeof rows / sizeof rows[0]};
