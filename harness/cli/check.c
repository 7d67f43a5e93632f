#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "config/jsonschema.h"
#include "config/reference.h"

/* Only here: no run looks at them. */
static int check_examples(struct project *p)
{
	struct err_list errors;
	int status = 0;

	err_list_init(&errors);
	if (project_check_examples(p, &errors) < 0) {
		command_print_mistakes(&errors, p->root);
		fprintf(stderr, "runtest: %zu mistake%s in boards/examples\n", errors.count, errors.count == 1 ? "" : "s");
		status = 2;
	}
	err_list_finish(&errors);
	return status;
}

static int check_files(const struct cli *cli)
{
	struct project p;
	int status = command_load_project(cli, &p, true);

	if (status == 0)
		status = check_examples(&p);

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
	nearest = names_nearest((struct names){file_name_at, NULL, schema_file_count}, name);
	if (nearest)
		return command_usage_error(&command_check, "no schema called \"%s\": did you mean \"%s\"?", name,
					   nearest);
	return command_usage_error(&command_check, "no schema called \"%s\": expected %s", name,
				   "board-kind, board-unit, markers, mutants, nightly, quarantine, scenario or variants");
}

static int run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"reference", no_argument, NULL, 'r'}, {"schema", required_argument, NULL, 's'}, {0}};
	int option = command_option(&command_check, argc, argv, ":", options);

	if (option == '?')
		return 2;
	if (optind < argc)
		return command_usage_error(&command_check, "unexpected argument \"%s\"", argv[optind]);
	if (option == 's')
		return print_schema(optarg);
	return option == 'r' ? print_text(reference_text()) : check_files(cli);
}

const struct command command_check = {
	.name = "check",
	.synopsis = "check [--schema FILE-KIND | --reference]",
	.about = "say what is wrong in the project's YAML files, and where",
	.help = "Reads every file of boards/, scenarios/ and images/variants.yaml and reports all mistakes in them.\n"
		"\n"
		"  --schema FILE-KIND   print the JSON Schema of board-kind, board-unit, markers, mutants, nightly,\n"
		"                       quarantine, scenario or variants\n"
		"  --reference          print the reference of every key (docs/configuration.md)\n",
	.run = run,
};
