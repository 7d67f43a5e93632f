#include "manual/manpage.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { WIDTH = 72 };

/* Text for troff: a backslash and a hyphen as they are, and no line that begins like a request. */
static void add_text(struct buf *b, const char *text, size_t n)
{
	bool fresh = !b->len || b->data[b->len - 1] == '\n';

	for (size_t i = 0; i < n; i++) {
		if (fresh && (text[i] == '.' || text[i] == '\''))
			buf_adds(b, "\\&");
		fresh = text[i] == '\n';
		if (text[i] == '\\')
			buf_adds(b, "\\e");
		else if (text[i] == '-')
			buf_adds(b, "\\-");
		else if (text[i] == '`' || text[i] == '\'' || text[i] == '"')
			buf_adds(b, text[i] == '`' ? "\\(ga" : text[i] == '"' ? "\\(dq" : "\\(aq");
		else
			buf_addc(b, text[i]);
	}
}

/* Spans between backticks become bold: they are to be typed. */
static void add_sentence(struct buf *b, const char *text, size_t n)
{
	const char *end = text + n, *tick, *other;

	while ((tick = memchr(text, '`', (size_t)(end - text))) != NULL) {
		other = memchr(tick + 1, '`', (size_t)(end - tick - 1));
		if (!other)
			break;
		add_text(b, text, (size_t)(tick - text));
		buf_adds(b, "\\fB");
		add_text(b, tick + 1, (size_t)(other - tick - 1));
		buf_adds(b, "\\fR");
		text = other + 1;
	}
	add_text(b, text, (size_t)(end - text));
}

/* Lines of a length that people can read in the file, too. */
static void add_wrapped(struct buf *b, const char *text, size_t n)
{
	struct buf line;
	size_t column = 0;

	buf_init(&line);
	add_sentence(&line, text, n);
	for (size_t at = 0, k; at < line.len; at += k) {
		at += strspn(line.data + at, " ");
		k = strcspn(line.data + at, " ");
		if (column && column + k >= WIDTH) {
			buf_addc(b, '\n');
			column = 0;
		}
		if (!column && (line.data[at] == '.' || line.data[at] == '\''))
			buf_adds(b, "\\&");
		buf_printf(b, "%s%.*s", column ? " " : "", (int)k, line.data + at);
		column += k + 1;
	}
	buf_addc(b, '\n');
	buf_finish(&line);
}

/* A line of the text that is indented is shown as it is. */
static void add_lines(struct buf *b, const char *text)
{
	bool literal = false;

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if ((text[0] == ' ') != literal) {
			literal = !literal;
			buf_adds(b, literal ? ".nf\n" : ".fi\n");
		}
		if (literal) {
			add_sentence(b, text, n);
			buf_addc(b, '\n');
		} else {
			add_wrapped(b, text, n);
		}
	}
	buf_adds(b, literal ? ".fi\n" : "");
}

/* A tag or synopsis: words in capitals are what somebody puts in, the others are typed as they are. */
static void add_words(struct buf *b, const char *text, size_t n)
{
	for (size_t i = 0, k; i < n; i += k) {
		bool word = isalnum((unsigned char)text[i]) || text[i] == '-';
		bool capital = true, letters = false;

		for (k = 0; i + k < n && (isalnum((unsigned char)text[i + k]) || text[i + k] == '-') == word; k++) {
			letters |= isupper((unsigned char)text[i + k]) != 0;
			capital &= !islower((unsigned char)text[i + k]);
		}
		if (word)
			buf_adds(b, capital && letters ? "\\fI" : "\\fB");
		add_text(b, text + i, k);
		buf_adds(b, word ? "\\fR" : "");
	}
}

static void add_capitals(struct buf *b, const char *text)
{
	for (; *text; text++) {
		char c = (char)toupper((unsigned char)*text);

		add_text(b, &c, 1);
	}
}

/* Directly below a section's title none is needed, and mandoc would say so. */
static void add_paragraph(struct buf *b)
{
	size_t at = b->len;

	while (at > 1 && b->data[at - 2] != '\n')
		at--;
	if (strncmp(b->data + (at ? at - 1 : 0), ".SH", 3) != 0)
		buf_adds(b, ".PP\n");
}

static void add_item(struct buf *b, const struct help_item *item)
{
	switch (item->kind) {
	case HELP_HEADING:
		buf_adds(b, ".SH ");
		add_capitals(b, item->text);
		buf_addc(b, '\n');
		break;
	case HELP_PARAGRAPH:
		add_paragraph(b);
		add_lines(b, item->text);
		break;
	case HELP_ENTRY:
		buf_adds(b, ".TP\n");
		add_words(b, item->tag, strlen(item->tag));
		buf_addc(b, '\n');
		if (*item->text)
			add_lines(b, item->text);
		else
			buf_adds(b, "\\&\n");
		break;
	case HELP_LITERAL:
		add_paragraph(b);
		buf_adds(b, ".RS 4\n.nf\n");
		add_text(b, item->text, strlen(item->text));
		buf_adds(b, "\n.fi\n.RE\n");
		break;
	}
}

static const char status[] = "Exit status: ";

static bool is_status(const struct help_item *i)
{
	return i->kind == HELP_PARAGRAPH && (strncmp(i->text, status, sizeof status - 1) == 0 ||
					     strncmp(i->text, "The exit status is", 18) == 0);
}

static void add_body(struct buf *b, const struct help *h)
{
	bool headed = false;

	for (size_t i = 0; i < h->count; i++) {
		const struct help_item *item = &h->items[i];

		if (is_status(item))
			continue;
		if (!headed && item->kind == HELP_ENTRY && item->tag[0] == '-') {
			buf_adds(b, ".SH OPTIONS\n");
			headed = true;
		}
		headed |= item->kind == HELP_HEADING;
		add_item(b, item);
	}
}

static void add_status(struct buf *b, const struct help *h)
{
	bool headed = false;

	for (size_t i = 0; i < h->count; i++) {
		const char *text = h->items[i].text;

		if (!is_status(&h->items[i]))
			continue;
		buf_adds(b, headed ? ".PP\n" : ".SH EXIT STATUS\n");
		headed = true;
		add_lines(b, strncmp(text, status, sizeof status - 1) == 0 ? text + sizeof status - 1 : text);
	}
}

static void add_synopsis(struct buf *b, const char *synopsis)
{
	buf_adds(b, ".SH SYNOPSIS\n.nf\n");
	for (size_t n; *synopsis; synopsis += n + (synopsis[n] == '\n')) {
		n = strcspn(synopsis, "\n");
		while (n && *synopsis == ' ')
			synopsis++, n--;
		if (strncmp(synopsis, "runtest ", 8) == 0)
			synopsis += 8, n -= 8;
		buf_adds(b, "\\fBruntest\\fR ");
		add_words(b, synopsis, n);
		buf_addc(b, '\n');
	}
	buf_adds(b, ".fi\n");
}

static void add_see(struct buf *b, const char *const *see)
{
	buf_adds(b, ".SH SEE ALSO\n");
	for (; see && *see; see++)
		buf_printf(b, ".BR %s (1)%s\n", *see, see[1] ? "," : "");
}

void manpage_write(struct buf *out, const struct manpage *p)
{
	buf_adds(out, ".TH ");
	add_capitals(out, p->name);
	buf_printf(out, " 1 %s \"runtest %s\" \"runtest manual\"\n.SH NAME\n%s \\- ", p->date, p->version, p->name);
	add_text(out, p->about, strlen(p->about));
	buf_addc(out, '\n');
	add_synopsis(out, p->synopsis);
	buf_adds(out, ".SH DESCRIPTION\n");
	add_body(out, p->help);
	add_status(out, p->help);
	add_see(out, p->see);
}
