#include "result/journal_lines.h"

#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/crew.h"
#include "util/mem.h"

struct line {
	struct jsoncut_span text;   /* without its newline */
	json_t *object;             /* NULL: it is no JSON */
	struct jsoncut_span result; /* of a brief one: its whole result */
};

/* Lines that have been read and not been asked for yet. */
struct journal_ahead {
	struct line lines[512]; /* many enough that threads pay, few enough that memory does not count */
	size_t count, next;
	struct buf *cut;        /* by hand: room for a line without its long members */
};

/* The line without the long members of its result. NULL: it cannot be cut, and is to be read whole and judged as ever. */
static json_t *load_cut(struct line *line, struct buf *cut)
{
	static const char *const longs[] = {"evidence", "phases", "marks", "guest_tests", NULL};

	buf_clear(cut);
	if (!jsoncut_without_inside(cut, line->text, "result", longs, &line->result))
		return NULL;
	return json_loadb(cut->data, cut->len, 0, NULL);
}

static void load_brief(void *arg, size_t hand, size_t i)
{
	struct journal_ahead *a = arg;
	struct line *line = &a->lines[i];

	line->object = load_cut(line, &a->cut[hand]);
	if (line->object)
		return;
	line->result = jsoncut_member(line->text, "result");
	line->object = json_loadb(line->text.text, line->text.n, 0, NULL);
}

/* The line that begins there, or one without text: what follows has no newline. */
static struct jsoncut_span line_at(const struct journal_lines *l, size_t at)
{
	const char *from = l->text + at, *newline = at < l->len ? memchr(from, '\n', l->len - at) : NULL;

	return newline ? (struct jsoncut_span){from, (size_t)(newline - from)} : (struct jsoncut_span){NULL, 0};
}

static void read_ahead(struct journal_lines *l)
{
	struct journal_ahead *a = l->ahead;
	struct jsoncut_span text;
	size_t at = l->at;

	a->count = a->next = 0;
	while (a->count < sizeof a->lines / sizeof a->lines[0] && (text = line_at(l, at)).text) {
		a->lines[a->count++] = (struct line){.text = text};
		at += text.n + 1;
	}
	crew_do(a->count, load_brief, a);
}

/* The next line; one without text at the end. Its object is the caller's. */
static struct line take(struct journal_lines *l)
{
	struct journal_ahead *a = l->ahead;
	struct line line = {0};

	if (a && a->next == a->count)
		read_ahead(l);
	if (a)
		return a->next < a->count ? a->lines[a->next++] : line;
	line.text = line_at(l, l->at);
	if (line.text.text)
		line.object = json_loadb(line.text.text, line.text.n, 0, NULL);
	return line;
}

json_t *journal_lines_next(struct journal_lines *l)
{
	struct line line;

	if (l->at == l->len || l->torn || l->damaged)
		return NULL;
	line = take(l);
	l->torn = !line.text.text;
	l->damaged = !l->torn && !json_is_object(line.object);
	if (l->torn || l->damaged) {
		json_decref(line.object);
		return NULL;
	}
	l->result = line.result;
	l->at += line.text.n + 1;
	l->line++;
	return line.object;
}

void journal_lines_be_brief(struct journal_lines *l)
{
	l->ahead = xcalloc(1, sizeof *l->ahead);
	l->ahead->cut = xcalloc(crew_hands(), sizeof *l->ahead->cut);
}

void journal_lines_finish(struct journal_lines *l)
{
	struct journal_ahead *a = l->ahead;

	if (!a)
		return;
	for (; a->next < a->count; a->next++)
		json_decref(a->lines[a->next].object);
	for (size_t i = 0; i < crew_hands(); i++)
		buf_finish(&a->cut[i]);
	free(a->cut);
	free(a);
	l->ahead = NULL;
}
