#include "session/shown.h"

#include <string.h>

#include "match/clean.h"
#include "match/text.h"

void shown_init(struct shown *s, struct glance *g)
{
	s->glance = g;
	s->len = 0;
	s->over = false;
}

/* A line of nothing but colours is none. */
static void show(const struct shown *s)
{
	struct cleaner cleaner;
	struct text text;
	const char *line;

	clean_init(&cleaner);
	text_init(&text);
	clean_feed(&cleaner, &text, s->raw, s->len);
	clean_end(&cleaner, &text);
	line = text.bytes.len ? text.bytes.data + strspn(text.bytes.data, " \t") : "";
	if (*line)
		glance_line(s->glance, line);
	text_finish(&text);
}

/* Of what came in one go only the last line with anything on it will be seen: empty ones leave it there. */
void shown_add(struct shown *s, const char *bytes, size_t n)
{
	for (size_t i = 0; s->glance && i < n; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r') {
			s->over = s->len > 0;
			continue;
		}
		if (s->over)
			s->len = 0;
		s->over = false;
		if (s->len < sizeof s->raw)
			s->raw[s->len++] = bytes[i];
	}
	if (s->glance && n)
		show(s);
}
