/* runtest completion: scripts for shells, and what those ask: how could the word at the cursor go on? */
#include <stdio.h>
#include <string.h>

#include "cli/candidates.h"
#include "cli/command.h"
#include "cli/overview.h"
#include "cli/shellscripts.h"
#include "manual/cursor.h"
#include "manual/helptext.h"

/* Of a text as help shows it; takes the text. */
static struct help_words words_of(struct buf *text, struct arena *a)
{
	struct help help;

	help_parse(&help, text->data ? text->data : "", a);
	buf_finish(text);
	return help_words(&help, a);
}

static struct help_words words_of_command(const struct command *c, struct arena *a)
{
	struct buf text;

	buf_init(&text);
	overview_of_command(c, &text);
	buf_adds(&text, "\n  --color auto|always|never  whether there are colours\n");
	return words_of(&text, a);
}

static struct help_words words_in_front(struct arena *a)
{
	struct buf text;

	buf_init(&text);
	overview_tail(&text);
	return words_of(&text, a);
}

/* The first sentence is enough of it, or of a line. */
static const char *first_words(struct arena *a, const char *text)
{
	size_t n = strcspn(text, "\n"), some;

	for (some = 0; some < n && !(strchr(".;", text[some]) && (text[some + 1] == ' ' || some + 1 == n)); some++)
		;
	return arena_strndup(a, text, some);
}

static void add_options(struct candidates *c, const struct help_words *help, const char *prefix)
{
	bool letters = strncmp(prefix, "--", 2) != 0 && prefix[0] && prefix[1];

	for (size_t i = 0; i < help->count; i++) {
		const struct help_word *w = &help->words[i];

		if (w->name[0] == '-' && strncmp(w->name, prefix, strlen(prefix)) == 0 && (letters || w->name[1] == '-'))
			candidates_add(c, w->name, first_words(c->arena, w->text));
	}
	if (strncmp("--help", prefix, strlen(prefix)) == 0)
		candidates_add(c, "--help", "how the command is used");
}

static void add_word(struct candidates *c, const struct help_words *help, const char *word, const char *prefix)
{
	const char *about = NULL;

	for (size_t i = 0; i < help->count && !about; i++)
		if (strcmp(help->words[i].name, word) == 0)
			about = first_words(c->arena, help->words[i].text);
	if (strncmp(word, prefix, strlen(prefix)) == 0)
		candidates_add(c, word, about);
}

/* The words that an option's help explains, each on a line of its own. */
static void add_explained(struct candidates *c, const struct help_word *option, const char *prefix)
{
	for (const char *line = option ? strchr(option->text, '\n') : NULL; line; line = strchr(line, '\n')) {
		size_t n;

		line += 1 + strspn(line + 1, " ");
		n = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789-");
		if (n && line[n] == ' ' && line[n + 1] == ' ' && strncmp(line, prefix, strlen(prefix)) == 0)
			candidates_add(c, arena_strndup(c->arena, line, n), first_words(c->arena, line + n + strspn(line + n, " ")));
	}
}

static void answer_at(struct candidates *c, const struct cursor *at, const struct help_words *help)
{
	for (const char *const *want = at->wants; want && *want; want++) {
		struct candidates some = {.arena = c->arena, .cli = c->cli, .results = c->results, .mutants = c->mutants};

		if ((*want)[0] >= 'A' && (*want)[0] <= 'Z')
			candidates_of_kind(&some, *want, at->option, at->prefix);
		else
			add_word(&some, help, *want, at->prefix);
		if (at->option && !some.count)
			add_explained(&some, help_option(help, at->option), at->prefix);
		for (size_t i = 0; i < some.count; i++)
			candidates_add(c, some.list[i].word, some.list[i].about);
	}
	if (at->options)
		add_options(c, help, at->prefix);
}

/* What the words before the cursor say of where to look. */
static void look_around(struct candidates *c, char *const *words, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++) {
		c->mutants |= strcmp(words[i], "--mutants") == 0;
		if (strcmp(words[i], "--results") == 0 && i + 2 < count)
			c->results = words[i + 1];
		else if (strncmp(words[i], "--results=", 10) == 0)
			c->results = words[i] + 10;
	}
}

static void print_answers(const struct candidates *c, const char *before)
{
	for (size_t i = 0; i < c->count; i++)
		printf("%s%s%s%s\n", c->list[i].word[0] == ':' ? "" : before, c->list[i].word, c->list[i].about ? "\t" : "",
		       c->list[i].about ? c->list[i].about : "");
}

/* The global options in front of the command. How many words they are, the last word not counted. */
static size_t take_globals(struct cli *cli, char *const *words, size_t count)
{
	size_t i = 0;

	for (; i + 1 < count && words[i][0] == '-'; i++) {
		if (strncmp(words[i], "--project=", 10) == 0)
			cli->project = words[i] + 10;
		else if (strncmp(words[i], "--lab=", 6) == 0)
			cli->lab = words[i] + 6;
		else if (strcmp(words[i], "--project") == 0 && i + 2 < count)
			cli->project = words[++i];
		else if (strcmp(words[i], "--lab") == 0 && i + 2 < count)
			cli->lab = words[++i];
		else if (strcmp(words[i], "--color") == 0 && i + 2 < count)
			i++;
		else if (strncmp(words[i], "--color=", 8) == 0)
			continue;
		else
			break;
	}
	return i;
}

static void answer(const struct cli *given, char *const *words, size_t count, struct arena *a)
{
	struct cli cli = *given;
	size_t skip = take_globals(&cli, words, count);
	struct candidates c = {.arena = a, .cli = &cli};
	const struct command *command = skip + 1 < count ? command_find(words[skip]) : NULL;
	struct help_words help;
	struct cursor at;

	look_around(&c, words, count);
	if (command) {
		help = words_of_command(command, a);
		cursor_find(&at, command->synopsis, &help, words + skip + 1, count - skip - 1, a);
	} else if (skip + 1 < count && words[skip][0] != '-') {
		help = words_of_command(&command_run, a);
		cursor_find(&at, command_run.synopsis, &help, words + skip, count - skip, a);
	} else {
		help = words_in_front(a);
		cursor_find(&at, "runtest COMMAND|SCENARIO", &help, words, count, a);
	}
	answer_at(&c, &at, &help);
	print_answers(&c, at.before);
}

static int print_script(const char *shell)
{
	for (const struct shell_script *s = shell_scripts; s->shell; s++)
		if (strcmp(s->shell, shell) == 0)
			return fputs(s->text, stdout), 0;
	return command_usage_error(&command_completion, "'%s' is no shell that there is a script for: bash, zsh or fish", shell);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"answer", no_argument, NULL, 'a'}, {0}};
	int option = command_option(&command_completion, argc, argv, "+:", options);
	struct arena a;

	if (option == '?')
		return 2;
	if (option == 'a' && optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	if (argc - optind < 1)
		return command_usage_error(&command_completion, option == 'a' ? "--answer needs the words of a line" :
										"for which shell? bash, zsh or fish");
	if (option != 'a' && argc - optind > 1)
		return command_usage_error(&command_completion, "one shell at a time: '%s' is too much", argv[optind + 1]);
	if (option != 'a')
		return print_script(argv[optind]);
	arena_init(&a);
	answer(cli, argv + optind, (size_t)(argc - optind), &a);
	arena_finish(&a);
	return 0;
}

const struct command command_completion = {
	.name = "completion",
	.synopsis = "completion bash|zsh|fish\n       runtest completion --answer -- WORD...",
	.about = "completion of commands, options and the project's names, for a shell",
	.help = "Prints a script for the shell. With it, the tab key goes on with scenarios, variants, boards,\n"
		"units, runs and their sessions, as they are now. To have it in every shell:\n"
		"\n"
		"  bash      echo 'source <(runtest completion bash)' >> ~/.bashrc\n"
		"  zsh       echo 'source <(runtest completion zsh)' >> ~/.zshrc, behind compinit\n"
		"  fish      runtest completion fish > ~/.config/fish/completions/runtest.fish\n"
		"\n"
		"  --answer  what the last WORD of a line could become, one in each line, with what it is behind a\n"
		"            tab; that is what the scripts ask\n"
		"\n"
		"Exit status: 0; 2 usage.\n",
	.run = run,
};
