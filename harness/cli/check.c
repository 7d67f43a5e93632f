#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "config/jsonschema.h"
#include "config/reference.h"

static int check_files(const struct cli *cli)
{
	struct project p;
	int status = command_load_project(cli, &p);

	if (status == 0)
		printf("%zu files, no mistakes\n", p.file_count);
	project_finish(&p);
	return status;
}

static int print_text(char *text)
{
	fputs(text, stdout);
	free(text);
	return 0;
}

static const char *file_name_at(const void *ctx, size_t i)
{
	(void)ctx;
	return schema_files[i].name;
}

static int print_schema(const char *name)
{
	const struct schema_file *file = schema_file_find(name);
	const char *nearest;

	if (file)
		return print_text(jsonschema_text(file));
	nearest = project_nearest(name, schema_file_count, file_name_at, NULL);
	return command_usage_error(&command_check, "no schema called \"%s\": %s", name,
				   nearest ? nearest : "expected board-kind, board-unit, scenario or variants");
}

static int run(const struct cli *cli, int argc, char **argv)
{
	if (argc == 1)
		return check_files(cli);
	if (argc == 2 && strcmp(argv[1], "--reference") == 0)
		return print_text(reference_text());
	if (argc == 2 && strcmp(argv[1], "--schema") == 0)
		return command_usage_error(&command_check,
					   "--schema: expected board-kind, board-unit, scenario or variants");
	if (argc == 2 && strncmp(argv[1], "--schema=", 9) == 0)
		return print_schema(argv[1] + 9);
	if (argc == 3 && strcmp(argv[1], "--schema") == 0)
		return print_schema(argv[2]);
	return command_usage_error(&command_check, "unexpected argument \"%s\"", argv[argc - 1]);
}

const struct command command_check = {
	.name = "check",
	.synopsis = "check [--schema FILE-KIND | --reference]",
	.about = "say what is wrong in the project's YAML files, and where",
	.help = "Reads every file of boards/, scenarios/ and images/variants.yaml and reports all mistakes in them.\n"
		"\n"
		"  --schema FILE-KIND   print the JSON Schema of board-kind, board-unit, scenario or variants\n"
		"  --reference          print the reference of every key (docs/configuration.md)\n",
	.run = run,
};
