/* runtest man: the manual page of a command, or of runtest itself, from the texts that --help shows. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/overview.h"
#include "manual/manpage.h"

enum { DATE_SIZE = 16 };

/* Packages that are to be the same whenever they are built set it (https://reproducible-builds.org/specs/source-date-epoch/). */
static const char *date(char out[DATE_SIZE])
{
	const char *given = getenv("SOURCE_DATE_EPOCH");
	time_t when = given ? (time_t)strtoll(given, NULL, 10) : time(NULL);
	struct tm day;

	return gmtime_r(&when, &day) && strftime(out, DATE_SIZE, "%Y-%m-%d", &day) ? out : "1970-01-01";
}

static const char *page_of(const struct command *c, struct arena *a)
{
	return arena_printf(a, "runtest-%s", c->name);
}

/* The commands that the text speaks of, `runtest NAME`, each once. */
static const char *const *spoken_of(const struct command *self, const char *text, struct arena *a)
{
	const char *const *list = arena_list_add(a, NULL, "runtest");

	for (size_t i = 0; command_at(i); i++) {
		const char *call = arena_printf(a, "runtest %s", command_at(i)->name), *found = strstr(text, call);

		if (command_at(i) != self && found && !isalnum((unsigned char)found[strlen(call)]) && found[strlen(call)] != '-')
			list = arena_list_add(a, list, page_of(command_at(i), a));
	}
	return list;
}

static void write_command(const struct command *c, struct buf *out, struct arena *a)
{
	struct manpage page = {.name = page_of(c, a), .version = RUNTEST_VERSION, .synopsis = c->synopsis, .about = c->about};
	char day[DATE_SIZE];
	struct help help;
	struct buf text;

	buf_init(&text);
	overview_of_command(c, &text);
	help_parse(&help, text.data, a);
	page.help = &help;
	page.date = date(day);
	page.see = spoken_of(c, text.data, a);
	manpage_write(out, &page);
	buf_finish(&text);
}

static void write_overview(struct buf *out, struct arena *a)
{
	struct manpage page = {.name = "runtest", .version = RUNTEST_VERSION, .synopsis = overview_synopsis, .about = overview_about};
	char day[DATE_SIZE];
	struct help help;
	struct buf text;

	buf_init(&text);
	overview_head(&text);
	buf_adds(&text, "\nCommands:\n");
	command_add_all(&text);
	buf_addc(&text, '\n');
	overview_tail(&text);
	help_parse(&help, text.data, a);
	page.help = &help;
	page.date = date(day);
	for (size_t i = 0; command_at(i); i++)
		page.see = arena_list_add(a, page.see, page_of(command_at(i), a));
	manpage_write(out, &page);
	buf_finish(&text);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	const struct command *c = NULL;
	struct arena a;
	struct buf out;

	(void)cli;
	if (command_option(&command_man, argc, argv, ":", NULL) == '?')
		return 2;
	if (argc - optind > 1)
		return command_usage_error(&command_man, "one page at a time: '%s' is too much", argv[optind + 1]);
	if (optind < argc && !(c = command_find(argv[optind])))
		return command_usage_error(&command_man, "there is no command %s", argv[optind]);
	arena_init(&a);
	buf_init(&out);
	if (c)
		write_command(c, &out, &a);
	else
		write_overview(&out, &a);
	fwrite(out.data, 1, out.len, stdout);
	buf_finish(&out);
	arena_finish(&a);
	return 0;
}

const struct command command_man = {
	.name = "man",
	.synopsis = "man [COMMAND]",
	.about = "the manual page of a command, or of runtest itself",
	.help = "Prints the page as man(1) reads it; it says what `--help` says. `make man` writes all of them to\n"
		"build/man. To read one where they are not installed:\n"
		"\n"
		"  runtest man run | man -l -\n"
		"\n"
		"Exit status: 0; 2 usage.\n",
	.run = run,
};
