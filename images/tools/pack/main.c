/* Packs loader, kernel, monitor and protection domains into one boot image. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../common.h"
#include "image.h"
#include "report.h"
#include "system.h"

static const char usage[] =
	"usage: pack --loader=ELF --kernel=ELF --monitor=ELF --placement=PLACEMENT --table=region|monitor [--hypervisor]\n"
	"            [--reload] [--slots] --image=FILE --report=FILE [--payload=FILE] NAME[@VMM]=ELF...\n";

enum choice {
	OPT_LOADER = 1,
	OPT_KERNEL,
	OPT_MONITOR,
	OPT_IMAGE,
	OPT_REPORT,
	OPT_PLACEMENT,
	OPT_TABLE,
	OPT_PAYLOAD,
	OPT_RELOAD,
	OPT_SLOTS,
	OPT_HYPERVISOR,
	OPT_COUNT,
};

static const struct option options[] = {
	{"loader", required_argument, NULL, OPT_LOADER},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"monitor", required_argument, NULL, OPT_MONITOR},
	{"image", required_argument, NULL, OPT_IMAGE},
	{"report", required_argument, NULL, OPT_REPORT},
	{"placement", required_argument, NULL, OPT_PLACEMENT},
	{"table", required_argument, NULL, OPT_TABLE},
	{"payload", required_argument, NULL, OPT_PAYLOAD},
	{"reload", no_argument, NULL, OPT_RELOAD},
	{"slots", no_argument, NULL, OPT_SLOTS},
	{"hypervisor", no_argument, NULL, OPT_HYPERVISOR},
	{0},
};

static const char *const placements[] = {
	[DEVICE_REGION] = "device-region", [INITIAL_TASK] = "initial-task", [CAPDL] = "capdl",
	[CAPDL_FILL] = "capdl-fill", [DT_RESERVED] = "dt-reserved",
};

static enum placement read_placement(const char *name)
{
	for (size_t i = 0; i < sizeof placements / sizeof placements[0]; i++) {
		if (strcmp(name, placements[i]) == 0)
			return (enum placement)i;
	}
	die("pack: --placement=%s is not known", name);
}

static bool table_in_region(const char *where)
{
	if (strcmp(where, "region") && strcmp(where, "monitor"))
		die("pack: --table=%s: expected region or monitor", where);
	return strcmp(where, "region") == 0;
}

/* Its number in the invocation table, from 1. */
static uint64_t find_pd(const struct system *s, const char *name)
{
	for (size_t i = 0; i < s->pd_count; i++) {
		if (strcmp(s->pds[i].name, name) == 0)
			return i + 1;
	}
	die("pack: a guest's VMM %s must be given before it", name);
}

/* NAME=ELF, or for a guest NAME@VMM=ELF. */
static void add_pd(struct system *s, char *argument)
{
	char *path = strchr(argument, '='), *vmm;

	if (!path || path == argument)
		die("pack: %s: expected NAME=ELF", argument);
	*path++ = '\0';
	vmm = strchr(argument, '@');
	if (vmm) {
		*vmm++ = '\0';
		s->vmms[s->pd_count] = find_pd(s, vmm);
	}
	if (s->pd_count == TABLE_MAX_PDS)
		die("pack: more than %d protection domains", TABLE_MAX_PDS);
	program_open(&s->pds[s->pd_count++], argument, path);
}

static void read_options(const char **value, int argc, char **argv)
{
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
}

static void open_system(struct system *s, const char **value, char **pds)
{
	program_open(&s->loader, "loader", value[OPT_LOADER]);
	program_open(&s->kernel, "kernel", value[OPT_KERNEL]);
	program_open(&s->monitor, "monitor", value[OPT_MONITOR]);
	for (; *pds; pds++)
		add_pd(s, *pds);
	s->placement = read_placement(value[OPT_PLACEMENT]);
	s->table_in_region = table_in_region(value[OPT_TABLE]);
	s->reload = value[OPT_RELOAD] != NULL;
	s->slots = value[OPT_SLOTS] != NULL;
	s->hypervisor = value[OPT_HYPERVISOR] != NULL;
	if ((s->placement == DT_RESERVED) != (value[OPT_PAYLOAD] != NULL))
		die("pack: --payload=FILE goes with --placement=dt-reserved");
}

static void close_system(struct system *s)
{
	for (size_t i = 0; i < s->pd_count; i++)
		program_close(&s->pds[i]);
	program_close(&s->monitor);
	program_close(&s->kernel);
	program_close(&s->loader);
}

int main(int argc, char **argv)
{
	static struct system s;
	const char *value[OPT_COUNT] = {NULL};

	read_options(value, argc, argv);
	open_system(&s, value, argv + optind);
	system_lay_out(&s);
	image_write(&s, value[OPT_IMAGE]);
	if (value[OPT_PAYLOAD])
		payload_write(&s, value[OPT_PAYLOAD]);
	report_write(&s, value[OPT_REPORT]);
	close_system(&s);
	return 0;
}
