#include "cli/option_table.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/units.h"

enum { HELP_COLUMN = 20, FIRST_CODE = 256 };

static int take_count(const struct command *c, const struct option_row *row, int *place, const char *value)
{
	char name[64];
	long n = 0;
	int status;

	snprintf(name, sizeof name, "--%s", row->name);
	if (row->least <= 0 && strcmp(value, "0") == 0) {
		*place = 0;
		return 0;
	}
	status = command_count(c, name, value, row->most, &n);
	if (!status)
		*place = (int)n;
	return status;
}

static int take_time(const struct command *c, const struct option_row *row, int64_t *place, const char *value)
{
	if (units_duration_ms(value, place) == 0 && *place >= row->least)
		return 0;
	return command_usage_error(c, "--%s takes a time such as 500ms, 30s or 2m, not '%s'", row->name, value);
}

static int take(const struct command *c, const struct option_row *row, void *into, struct arena *a, const char *value)
{
	void *place = (char *)into + row->at;
	const char **text = place;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)place = true;
		return 0;
	case OPTION_ONCE:
		if (*text)
			return command_usage_error(c, "--%s: one at a time", row->name);
		*text = value;
		return 0;
	case OPTION_TEXT:
		*text = value;
		return 0;
	case OPTION_TEXTS:
		*(const char *const **)place = arena_list_add(a, *(const char *const **)place, value);
		return 0;
	case OPTION_COUNT:
		return take_count(c, row, place, value);
	case OPTION_TIME:
		return take_time(c, row, place, value);
	default:
		return row->take(c, into, a, value);
	}
}

/* The tables as getopt_long() wants them. */
struct spelled {
	struct option *options;
	char *letters;
	const struct option_row **rows; /* by code */
	void **into;
	size_t count;
};

static void spell(struct spelled *s, const struct option_place *places, size_t count, struct arena *a)
{
	size_t rows = 0, letters = 0;

	for (size_t i = 0; i < count; i++)
		rows += places[i].table->count;
	*s = (struct spelled){.options = arena_alloc(a, (rows + 1) * sizeof *s->options),
			      .letters = arena_alloc(a, rows + 2),
			      .rows = arena_alloc(a, rows * sizeof *s->rows),
			      .into = arena_alloc(a, rows * sizeof *s->into)};
	s->letters[letters++] = ':';
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < places[i].table->count; j++) {
			const struct option_row *row = &places[i].table->rows[j];

			if (row->kind == OPTION_HEADING)
				continue;
			if (row->letter)
				s->letters[letters++] = row->letter;
			s->rows[s->count] = row;
			s->into[s->count] = places[i].into;
			s->options[s->count] = (struct option){
				row->name, row->kind == OPTION_FLAG ? no_argument : required_argument, NULL,
				row->letter ? row->letter : FIRST_CODE + (int)s->count};
			s->count++;
		}
}

static int take_code(const struct command *c, const struct spelled *s, int code, struct arena *a)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->options[i].val == code)
			return take(c, s->rows[i], s->into[i], a, optarg);
	return 2; /* reported by command_option() */
}

int option_places_parse(const struct command *c, const struct option_place *places, size_t count, int argc, char **argv,
			struct arena *a)
{
	struct spelled s;
	int code, status = 0;

	spell(&s, places, count, a);
	while (!status && (code = command_option(c, argc, argv, s.letters, s.options)) != -1)
		status = take_code(c, &s, code, a);
	return status;
}

/* The help's further lines go below its first one. */
static void add_help(struct buf *out, const char *help)
{
	for (const char *end; (end = strchr(help, '\n')); help = end + 1)
		buf_printf(out, "%.*s\n%*s", (int)(end - help), help, HELP_COLUMN, "");
	buf_printf(out, "%s\n", help);
}

void option_table_text(const struct option_table *table, struct buf *out)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		char word[64], letter[8] = "";

		if (row->kind == OPTION_HEADING) {
			buf_printf(out, "%s\n", row->help);
			continue;
		}
		if (row->letter)
			snprintf(letter, sizeof letter, "-%c, ", row->letter);
		snprintf(word, sizeof word, "  %s--%s%s%s", letter, row->name, row->value ? " " : "",
			 row->value ? row->value : "");
		buf_printf(out, "%-*s", HELP_COLUMN - 1, word);
		if (strlen(word) >= HELP_COLUMN)
			buf_printf(out, "\n%*s", HELP_COLUMN - 1, "");
		buf_addc(out, ' ');
		add_help(out, row->help);
	}
}
