/* Packs loader, kernel, monitor and protection domains into one boot image. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../common.h"
#include "image.h"
#include "system.h"

static const char usage[] =
	"usage: pack --loader=ELF --kernel=ELF --monitor=ELF --table=region|monitor [--hypervisor]\n"
	"            --image=FILE --report=FILE NAME=ELF...\n";

enum choice {
	OPT_LOADER = 1,
	OPT_KERNEL,
	OPT_MONITOR,
	OPT_IMAGE,
	OPT_REPORT,
	OPT_TABLE,
	OPT_HYPERVISOR,
	OPT_COUNT,
};

static const struct option options[] = {
	{"loader", required_argument, NULL, OPT_LOADER},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"monitor", required_argument, NULL, OPT_MONITOR},
	{"image", required_argument, NULL, OPT_IMAGE},
	{"report", required_argument, NULL, OPT_REPORT},
	{"table", required_argument, NULL, OPT_TABLE},
	{"hypervisor", no_argument, NULL, OPT_HYPERVISOR},
	{0},
};

static bool table_in_region(const char *where)
{
	if (strcmp(where, "region") && strcmp(where, "monitor"))
		die("pack: --table=%s: expected region or monitor", where);
	return strcmp(where, "region") == 0;
}

static void add_pd(struct system *s, char *argument)
{
	char *path = strchr(argument, '=');

	if (!path || path == argument)
		die("pack: %s: expected NAME=ELF", argument);
	*path++ = '\0';
	if (s->pd_count == TABLE_MAX_PDS || strlen(argument) >= TABLE_NAME_SIZE)
		die("pack: %s: too many protection domains, or its name is too long", argument);
	program_open(&s->pds[s->pd_count++], argument, path);
}

int main(int argc, char **argv)
{
	static struct system s;
	const char *value[OPT_COUNT] = {NULL};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) > 0) {
		if (option >= OPT_COUNT)
			die("%s", usage);
		value[option] = optarg ? optarg : "";
	}
	for (int i = OPT_LOADER; i <= OPT_TABLE; i++) {
		if (!value[i] || optind == argc)
			die("%s", usage);
	}
	program_open(&s.loader, "loader", value[OPT_LOADER]);
	program_open(&s.kernel, "kernel", value[OPT_KERNEL]);
	program_open(&s.monitor, "monitor", value[OPT_MONITOR]);
	for (int i = optind; i < argc; i++)
		add_pd(&s, argv[i]);
	s.table_in_region = table_in_region(value[OPT_TABLE]);
	s.hypervisor = value[OPT_HYPERVISOR] != NULL;
	system_lay_out(&s);
	image_write(&s, value[OPT_IMAGE]);
	report_write(&s, value[OPT_REPORT]);
	for (size_t i = 0; i < s.pd_count; i++)
		program_close(&s.pds[i]);
	program_close(&s.monitor);
	program_close(&s.kernel);
	program_close(&s.loader);
	free(s.table);
	return 0;
}
