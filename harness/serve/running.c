#include "serve/running.h"

#include <string.h>
#include <unistd.h>

#include "serve/below.h"
#include "serve/markup.h"
#include "util/text.h"

enum { LOOK_BACK = 1024, COLUMNS_MAX = 160 };

/* The last line that is not empty, of the console's last bytes. */
static void add_last_line(struct buf *out, char *text, size_t n)
{
	struct buf line = {0};
	char *begin;

	while (n && strchr("\r\n\t ", text[n - 1]))
		n--;
	text[n] = '\0';
	begin = n ? memrchr(text, '\n', n) : NULL;
	begin = begin ? begin + 1 : text;
	text_add_shortened(&line, begin, COLUMNS_MAX);
	if (line.len) {
		buf_adds(out, "<br><span class=\"soft mono\">");
		markup_text(out, line.data);
		buf_adds(out, "</span>");
	}
	buf_finish(&line);
}

static void add_said(struct buf *out, const struct source *s, const char *run, const char *session)
{
	char attempt[16], text[LOOK_BACK + 1];
	const char *parts[] = {session, attempt, "console.log"};
	uint64_t size;
	ssize_t n;
	int fd;

	snprintf(attempt, sizeof attempt, "%d", below_attempt(s->results, run, session));
	fd = below_open(s->results, run, parts, 3, &size);
	if (fd < 0)
		return;
	n = pread(fd, text, LOOK_BACK, size > LOOK_BACK ? (off_t)(size - LOOK_BACK) : 0);
	close(fd);
	if (n > 0)
		add_last_line(out, text, (size_t)n);
}

void running_add(struct buf *out, const struct source *s, const char *run, const char *session, const char *unit)
{
	buf_adds(out, "<li><a href=\"/live/");
	markup_segment(out, run);
	buf_addc(out, '/');
	markup_segment(out, session);
	buf_adds(out, "\">");
	markup_name(out, session);
	buf_adds(out, "</a>");
	if (unit) {
		buf_adds(out, " <span class=\"soft\">on ");
		markup_text(out, unit);
		buf_adds(out, "</span>");
	}
	add_said(out, s, run, session);
	buf_adds(out, "</li>");
}
