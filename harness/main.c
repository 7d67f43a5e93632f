/* argv to the command table: global options, then a command, or the scenarios of a run. */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/overview.h"

static void print_buffer(struct buf *text)
{
	fwrite(text->data, 1, text->len, stdout);
	buf_finish(text);
}

static void print_help(void)
{
	struct buf text;

	buf_init(&text);
	buf_adds(&text, "Usage: runtest [--project DIR] [--lab ID] COMMAND [ARGUMENT...]\n"
			"       runtest [--project DIR] [--lab ID] SCENARIO...     the same as `runtest run SCENARIO...`\n\n");
	overview_head(&text);
	buf_adds(&text, "\nCommands:\n");
	command_add_all(&text);
	buf_addc(&text, '\n');
	overview_tail(&text);
	print_buffer(&text);
}

static int help_of(const struct command *c)
{
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "Usage: runtest %s\n\n%s\n\n", c->synopsis, c->about);
	overview_of_command(c, &text);
	print_buffer(&text);
	return 0;
}

/* --help and --version mean the same after every command, before `--`. */
static bool has_word(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

static int run_command(const struct cli *cli, const struct command *c, int argc, char **argv)
{
	if (has_word(argc, argv, "--help"))
		return help_of(c);
	if (has_word(argc, argv, "--version"))
		return puts("runtest " RUNTEST_VERSION) < 0;
	optind = 0; /* getopt starts afresh on the command's own words */
	return c->run(cli, argc, argv);
}

/* Started with a standard stream closed, the next file opened would take its number, and what is printed would go there:
 * into the journal, say. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int lacks_value(const char *option)
{
	struct err e;

	err_set(&e, ERR_USAGE, "%s needs %s", option, strcmp(option, "--lab") == 0 ? "the ID of a virtual lab" : "the folder of a project");
	err_hint(&e, "`runtest --help` shows how it is used");
	return command_error(&e);
}

int main(int argc, char **argv)
{
	struct cli cli = {0};
	const struct command *c;
	struct err e;
	int i = 1, status = 0;

	fill_standard_streams();
	for (; i < argc && argv[i][0] == '-' && !status; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return print_help(), 0;
		if (strcmp(argv[i], "--version") == 0)
			return puts("runtest " RUNTEST_VERSION) < 0;
		if (strncmp(argv[i], "--project=", 10) == 0)
			cli.project = argv[i] + 10;
		else if (strcmp(argv[i], "--project") == 0 && i + 1 < argc)
			cli.project = argv[++i];
		else if (strncmp(argv[i], "--lab=", 6) == 0)
			cli.lab = argv[i] + 6;
		else if (strcmp(argv[i], "--lab") == 0 && i + 1 < argc)
			cli.lab = argv[++i];
		else if (strncmp(argv[i], "--color=", 8) == 0)
			status = command_set_colour(NULL, argv[i] + 8);
		else if (strcmp(argv[i], "--color") == 0 && i + 1 < argc)
			status = command_set_colour(NULL, argv[++i]);
		else if (strcmp(argv[i], "--project") == 0 || strcmp(argv[i], "--lab") == 0)
			return lacks_value(argv[i]);
		else
			break; /* an option of `run`: `runtest --only-qemu pd-survives` */
	}
	if (status)
		return status;
	if (i == argc) {
		err_set(&e, ERR_USAGE, "what to do? No command was given");
		err_hint(&e, "`runtest --help` lists the commands");
		return command_error(&e);
	}
	c = command_find(argv[i]);
	if (c)
		return run_command(&cli, c, argc - i, argv + i);
	/* Scenarios without a command. One word less than argv has, so that argv[0] stands for the command's name. */
	return run_command(&cli, &command_run, argc - i + 1, argv + i - 1);
}
