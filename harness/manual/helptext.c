#include "manual/helptext.h"

#include <string.h>

#include "util/buf.h"

enum { ENTRY_INDENT = 2 };

/* Lines of the text, and where we are. */
struct reader {
	const char *const *lines;
	size_t at, count;
	struct arena *arena;
	struct help *help;
	size_t room;
};

static const char *const *split_lines(const char *text, struct arena *a, size_t *count)
{
	const char **lines = NULL;
	size_t room = 0;

	for (*count = 0; *text; ++*count) {
		size_t n = strcspn(text, "\n");

		lines = arena_grow(a, (void *)lines, &room, *count + 1, sizeof *lines);
		lines[*count] = arena_strndup(a, text, n);
		text += n + (text[n] == '\n');
	}
	return lines;
}

static size_t indent_of(const char *line)
{
	return strspn(line, " ");
}

static bool is_blank(const char *line)
{
	return line[indent_of(line)] == '\0';
}

static void add(struct reader *r, enum help_kind kind, const char *tag, const char *text)
{
	r->help->items = arena_grow(r->arena, r->help->items, &r->room, r->help->count + 1, sizeof *r->help->items);
	r->help->items[r->help->count++] = (struct help_item){kind, tag, text};
}

/* Where the text behind a tag begins: behind the first two spaces that follow a word. 0: there is none. */
static size_t gap_of(const char *line)
{
	const char *gap = strstr(line + indent_of(line), "  ");

	return gap && !is_blank(gap) ? (size_t)(gap - line) + strspn(gap, " ") : 0;
}

static bool is_entry_line(const char *line)
{
	return indent_of(line) == ENTRY_INDENT && !is_blank(line);
}

/* The column in which the texts of a block of entries begin: that of the first that has one, beside it or, of an option,
 * below it. 0: none has. */
static size_t column_of(const struct reader *r)
{
	bool option = false;

	for (size_t i = r->at; i < r->count && indent_of(r->lines[i]) >= ENTRY_INDENT && !is_blank(r->lines[i]); i++) {
		bool entry = is_entry_line(r->lines[i]);
		size_t gap = entry ? gap_of(r->lines[i]) : option ? indent_of(r->lines[i]) : 0;

		if (gap)
			return gap;
		option = entry && r->lines[i][ENTRY_INDENT] == '-';
	}
	return 0;
}

/* A tag that reaches up to the column has one space behind it, or none and its text below; a list of options stays one. */
static size_t text_at(const char *line, size_t column)
{
	size_t gap = gap_of(line), length = strlen(line);

	if (line[ENTRY_INDENT] == '-' && length > column && line[column - 1] == ' ' && line[column] != ' ' && (!gap || gap > column) &&
	    !strstr(line + column, ", -"))
		return column;
	return gap;
}

static char *trimmed(const char *from, size_t n, struct arena *a)
{
	while (n && from[n - 1] == ' ')
		n--;
	return arena_strndup(a, from, n);
}

/* A text's further line: below its first; or elsewhere, where it stays a line of its own. */
static void add_text_line(struct buf *b, const char *line, size_t column)
{
	size_t indent = indent_of(line);

	if (indent != column)
		buf_printf(b, "\n%s", indent > column ? line + column : line + ENTRY_INDENT);
	else
		buf_printf(b, "%s%s", b->len ? (strrchr(b->data, '\n') ? "\n" : " ") : "", line + indent);
}

static void read_entry(struct reader *r, size_t column)
{
	const char *line = r->lines[r->at++];
	size_t split = text_at(line, column);
	struct buf tag, text;

	buf_init(&tag);
	buf_init(&text);
	buf_adds(&tag, trimmed(line + ENTRY_INDENT, (split ? split : strlen(line)) - ENTRY_INDENT, r->arena));
	/* "--one, --two," goes on in the next line. */
	while (!split && tag.len && tag.data[tag.len - 1] == ',' && r->at < r->count && is_entry_line(r->lines[r->at])) {
		line = r->lines[r->at++];
		split = text_at(line, column);
		buf_printf(&tag, " %s", trimmed(line + ENTRY_INDENT, (split ? split : strlen(line)) - ENTRY_INDENT, r->arena));
	}
	if (split)
		buf_adds(&text, line + split);
	while (r->at < r->count && indent_of(r->lines[r->at]) > ENTRY_INDENT && !is_blank(r->lines[r->at]))
		add_text_line(&text, r->lines[r->at++], split && split != column ? split : column);
	add(r, HELP_ENTRY, arena_strdup(r->arena, tag.data ? tag.data : ""), arena_strdup(r->arena, text.data ? text.data : ""));
	buf_finish(&tag);
	buf_finish(&text);
}

static void read_literal(struct reader *r)
{
	struct buf text;
	size_t indent = indent_of(r->lines[r->at]);

	buf_init(&text);
	for (; r->at < r->count && indent_of(r->lines[r->at]) >= indent && !is_blank(r->lines[r->at]); r->at++)
		buf_printf(&text, "%s%s", text.len ? "\n" : "", r->lines[r->at] + indent);
	add(r, HELP_LITERAL, NULL, arena_strdup(r->arena, text.data));
	buf_finish(&text);
}

static void read_indented(struct reader *r)
{
	size_t column = column_of(r);

	if (!column || indent_of(r->lines[r->at]) != ENTRY_INDENT) {
		read_literal(r);
		return;
	}
	while (r->at < r->count && is_entry_line(r->lines[r->at]))
		read_entry(r, column);
}

static bool is_heading(const struct reader *r)
{
	const char *line = r->lines[r->at];
	size_t n = strlen(line);

	return n > 1 && line[n - 1] == ':' && r->at + 1 < r->count && indent_of(r->lines[r->at + 1]) > 0 &&
	       !is_blank(r->lines[r->at + 1]);
}

static void read_paragraph(struct reader *r)
{
	struct buf text;

	buf_init(&text);
	for (; r->at < r->count && !is_blank(r->lines[r->at]) && indent_of(r->lines[r->at]) == 0; r->at++)
		buf_printf(&text, "%s%s", text.len ? " " : "", r->lines[r->at]);
	add(r, HELP_PARAGRAPH, NULL, arena_strdup(r->arena, text.data));
	buf_finish(&text);
}

void help_parse(struct help *h, const char *text, struct arena *a)
{
	struct reader r = {.arena = a, .help = h};

	*h = (struct help){0};
	r.lines = split_lines(text, a, &r.count);
	while (r.at < r.count) {
		const char *line = r.lines[r.at];

		if (is_blank(line)) {
			r.at++;
		} else if (indent_of(line)) {
			read_indented(&r);
		} else if (is_heading(&r)) {
			add(&r, HELP_HEADING, NULL, arena_strndup(a, line, strlen(line) - 1));
			r.at++;
		} else {
			read_paragraph(&r);
		}
	}
}

/* ---- the words of tags ---- */

static void add_word(struct help_words *w, size_t *room, const char *word, size_t n, const char *text, struct arena *a)
{
	size_t name = strcspn(word, " ");
	struct help_word one = {.text = text};

	if (name > n || word[0] != '-')
		name = n;
	one.name = arena_strndup(a, word, name);
	if (name < n)
		one.value = arena_strndup(a, word + name + 1, n - name - 1);
	w->words = arena_grow(a, w->words, room, w->count + 1, sizeof *w->words);
	w->words[w->count++] = one;
}

struct help_words help_words(const struct help *h, struct arena *a)
{
	struct help_words w = {0};
	size_t room = 0;

	for (size_t i = 0; i < h->count; i++) {
		const char *tag = h->items[i].tag;

		while (tag && *tag) {
			const char *comma = strstr(tag, ", ");
			size_t n = comma ? (size_t)(comma - tag) : strlen(tag);

			add_word(&w, &room, tag, n, h->items[i].text, a);
			tag += n + (comma ? 2 : 0);
		}
	}
	/* "-f, --follow SECONDS": the letter takes what its name takes. */
	for (size_t i = 0; i + 1 < w.count; i++)
		if (w.words[i].text == w.words[i + 1].text && strlen(w.words[i].name) == 2 && !w.words[i].value &&
		    strncmp(w.words[i + 1].name, "--", 2) == 0)
			w.words[i].value = w.words[i + 1].value;
	return w;
}

const struct help_word *help_option(const struct help_words *w, const char *name)
{
	for (size_t i = 0; name[0] == '-' && i < w->count; i++)
		if (strcmp(w->words[i].name, name) == 0)
			return &w->words[i];
	return NULL;
}
