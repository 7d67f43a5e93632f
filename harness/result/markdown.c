#include "result/markdown.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "util/text.h"

static bool add_entity(struct buf *out, char c)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}, {'@', "&#64;"}};

	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
		if (entities[i].c == c) {
			buf_adds(out, entities[i].entity);
			return true;
		}
	}
	return false;
}

/* CommonMark: a backslash makes any ASCII punctuation plain. What GitHub takes for an address is broken, too. */
static void add_plain(struct buf *out, const char *text, const char *p)
{
	static const char harmless[] = " -,;=%/()'?.:{}";
	bool in_word = *p == '_' && p > text && isalnum((unsigned char)p[-1]) && isalnum((unsigned char)p[1]);
	bool www = *p == '.' && p - text >= 3 && strncasecmp(p - 3, "www", 3) == 0;

	if (*p == ':' && p[1] == '/')
		buf_adds(out, "&#58;");
	else if (www || (ispunct((unsigned char)*p) && !in_word && !strchr(harmless, *p)))
		buf_printf(out, "\\%c", *p);
	else
		buf_addc(out, *p);
}

void markdown_add_text(struct buf *out, const char *text)
{
	struct buf line = {0};

	text_add_line(&line, text);
	for (const char *p = line.data ? line.data : ""; *p; p++)
		if (!add_entity(out, *p))
			add_plain(out, line.data, p);
	buf_finish(&line);
}

void markdown_add_html(struct buf *out, const char *text)
{
	struct buf line = {0};

	text_add_line(&line, text);
	for (const char *p = line.data ? line.data : ""; *p; p++)
		if (!add_entity(out, *p))
			buf_addc(out, *p);
	buf_finish(&line);
}

static size_t longest_run(const char *text, char c)
{
	size_t longest = 0;

	for (size_t n; *text; text += n ? n : 1) {
		for (n = 0; text[n] == c; n++)
			;
		longest = n > longest ? n : longest;
	}
	return longest;
}

void markdown_add_block(struct buf *out, const char *text)
{
	size_t ticks = longest_run(text, '`') + 1, n = strlen(text);

	ticks = ticks < 3 ? 3 : ticks;
	for (size_t i = 0; i < ticks; i++)
		buf_addc(out, '`');
	buf_adds(out, "text\n");
	buf_adds(out, text);
	if (n && text[n - 1] != '\n')
		buf_addc(out, '\n');
	for (size_t i = 0; i < ticks; i++)
		buf_addc(out, '`');
	buf_addc(out, '\n');
}
