/* `runtest lab`: a virtual lab, in the foreground; and what a lab that runs is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "config/labs.h"
#include "lab/control.h"
#include "lab/fault.h"
#include "lab/lab.h"
#include "lab/rack.h"
#include "util/cancel.h"

static const char help[] =
	"A lab of real servers (sshd, ser2net, pdudaemon, a TFTP server) on loopback ports, and of boards that are QEMUs\n"
	"with U-Boot behind them. It stays in the foreground, says `lab ready`, and goes away on ^C, on SIGTERM and with its\n"
	"parent; everything that it has started goes with it. Its boards are units called lab-...:\n"
	"\n"
	"  runtest run pd-survives --board 'lab-*'\n"
	"\n"
	"  runtest lab [--id ID] [--node BOARD=NODE]...   be a lab; without an ID the first number that is free. NODE is the\n"
	"                                                 node of Slurm's that the board hangs on (docs/slurm.md)\n"
	"  runtest lab list                               the labs that run, and their processes\n"
	"  runtest lab tell ID on|off|reset|state BOARD   what pdudaemon and others tell it; `state` prints on or off\n"
	"  runtest lab tell ID fault BOARD KIND [ARG]     something goes wrong from now on; docs/lab.md\n"
	"  runtest lab faults                             the kinds of faults\n"
	"\n"
	"Exit status: 0 it was asked to go, or did as it was told; 2 usage; 3 the lab or the file system.\n";

/* ---- being one ---- */

static void say_ready(const struct lab *lab)
{
	printf("lab ready: %s\n", lab->id);
	for (size_t i = 0; i < lab->board_count; i++)
		printf("  %-15s %-8s %s\n", lab->boards[i].is->name, arch_name(lab->boards[i].is->arch), lab->boards[i].is->about);
	fflush(stdout);
}

/* Told when our parent dies, which it may have done before we asked for that. */
static bool die_with_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	return getppid() == parent;
}

static int check_nodes(const char *const *nodes)
{
	const char *name;
	size_t i;

	for (; nodes && *nodes; nodes++) {
		name = strchr(*nodes, '=');
		for (i = 0; name && i < rack_count; i++)
			if (strncmp(rack[i].name, *nodes, (size_t)(name - *nodes)) == 0 && !rack[i].name[name - *nodes])
				break;
		if (!name || !name[1] || i == rack_count)
			return command_usage_error(&command_lab, "--node takes BOARD=NODE with a board of the lab, such as "
								 "lab-a64=lab1, not '%s'", *nodes);
	}
	return 0;
}

static int be_lab(const struct cli *cli, const char *id, const char *const *nodes)
{
	pid_t parent = getppid();
	struct err e;
	char *root;
	int rc;

	if (id && !lab_id_valid(id))
		return command_usage_error(&command_lab, "--id takes lower-case letters, digits, - and _, not '%s'", id);
	root = command_project_root(cli, &e);
	if (!root)
		return command_error(&e);
	cancel_init();
	if (!die_with_parent(parent)) {
		free(root);
		return 0;
	}
	rc = lab_run(root, id, nodes, say_ready, &e);
	free(root);
	return rc < 0 && !(e.kind == ERR_CANCELLED && cancel_requested()) ? command_error(&e) : 0;
}

/* ---- telling one ---- */

static int list_labs(const struct cli *cli)
{
	struct arena a;
	struct labs l;
	struct err e;
	char *root = command_project_root(cli, &e);

	if (!root)
		return command_error(&e);
	arena_init(&a);
	l = labs_find(root, &a);
	for (size_t i = 0; i < l.count; i++)
		printf("%s  pid %d  %s\n", l.items[i].id, (int)l.items[i].pid, l.items[i].ready ? "ready" : "starting");
	arena_finish(&a);
	free(root);
	return 0;
}

static int tell(const struct cli *cli, int argc, char **argv)
{
	struct buf answer;
	char *root, *folder;
	struct err e;
	int rc;

	if (argc < 3 || !lab_id_valid(argv[0]))
		return command_usage_error(&command_lab, "expected: tell ID on|off|reset|state|fault BOARD ...");
	root = command_project_root(cli, &e);
	if (!root)
		return command_error(&e);
	cancel_init();
	buf_init(&answer);
	folder = xasprintf("%s/" LABS_FOLDER "/%s", root, argv[0]);
	rc = control_tell(folder, argv + 1, (size_t)argc - 1, &answer, &e);
	if (rc == 0)
		puts(answer.data ? answer.data : "");
	buf_finish(&answer);
	free(folder);
	free(root);
	return rc < 0 ? command_error(&e) : 0;
}

static int list_faults(void)
{
	struct arena a;

	arena_init(&a);
	fputs(fault_help(&a), stdout);
	arena_finish(&a);
	return 0;
}

static int obey(const struct cli *cli, const char *id, const char *const *nodes, int argc, char **argv)
{
	if (argc == 0)
		return check_nodes(nodes) ? 2 : be_lab(cli, id, nodes);
	if (nodes)
		return command_usage_error(&command_lab, "--node is for being a lab, not for '%s'", argv[0]);
	if (!id && strcmp(argv[0], "tell") == 0)
		return tell(cli, argc - 1, argv + 1);
	if (!id && argc == 1 && strcmp(argv[0], "list") == 0)
		return list_labs(cli);
	if (!id && argc == 1 && strcmp(argv[0], "faults") == 0)
		return list_faults();
	return command_usage_error(&command_lab, "expected tell, list or faults, not '%s'", argv[0]);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"id", required_argument, NULL, 'i'}, {"node", required_argument, NULL, 'n'}, {0}};
	const char *const *nodes = NULL;
	const char *id = NULL;
	struct arena a;
	int option, status = 0;

	arena_init(&a);
	while (!status && (option = command_option(&command_lab, argc, argv, "+:", options)) != -1) {
		if (option == '?')
			status = 2;
		else if (option == 'i')
			id = optarg;
		else
			nodes = arena_list_add(&a, nodes, optarg);
	}
	if (!status)
		status = obey(cli, id, nodes, argc - optind, argv + optind);
	arena_finish(&a);
	return status;
}

const struct command command_lab = {
	.name = "lab",
	.synopsis = "lab [--id ID] [--node BOARD=NODE]... | lab tell ID WORD... | lab list | lab faults",
	.about = "a virtual lab: real servers, and U-Boot boards in QEMU",
	.help = help,
	.run = run,
};
