/* A session's console, as it is written. The script fetches the bytes and draws them; docs/dashboard.md. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "serve/answer.h"
#include "serve/below.h"
#include "serve/markup.h"
#include "serve/page.h"
#include "serve/summary.h"

/* Of a long console the end comes first; the rest is one step away. */
enum { WHOLE_MAX = 4 << 20, END_KEPT = 1 << 20 };

static uint64_t begin_at(const struct source *s, const char *run, const char *session, int attempt)
{
	char number[16];
	const char *parts[] = {session, number, "console.log"};
	uint64_t size = 0;
	int fd;

	snprintf(number, sizeof number, "%d", attempt);
	fd = below_open(s->results, run, parts, 3, &size);
	if (fd >= 0)
		close(fd);
	return size > WHOLE_MAX ? size - END_KEPT : 0;
}

static void add_attribute(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " data-%s=\"", name);
	markup_text(out, value);
	buf_addc(out, '"');
}

/* segments: live RUN SESSION */
void page_console(const struct source *s, const struct target *t, struct answer *a)
{
	const char *run = t->segments[1], *session = t->segments[2];
	struct buf *out = &a->body;
	struct err e;
	char *dir = summary_run_folder(s, run, &e);
	int attempt = dir ? below_attempt(s->results, run, session) : 0;

	if (!dir) {
		answer_error(a, &e, false);
		return;
	}
	page_begin(out, s, TAB_RUNS, session, false);
	buf_adds(out, "<section class=\"card answer\" id=\"session\"");
	add_attribute(out, "run", run);
	add_attribute(out, "session", session);
	buf_printf(out, " data-from=\"%" PRIu64 "\" data-attempt=\"%d\"><h1>", begin_at(s, run, session, attempt), attempt);
	markup_name(out, session);
	buf_adds(out, "</h1><p class=\"lead\" id=\"state\" role=\"status\">…</p><p class=\"facts\"><span>Run <a href=\"/runs/");
	markup_segment(out, run);
	buf_adds(out, "/\">");
	markup_text(out, run);
	buf_adds(out, "</a></span><span id=\"unit\"></span><span id=\"whole\"></span></p></section>\n"
		      "<section class=\"card\" id=\"console\" aria-label=\"Console\"><h2>Console<span class=\"soft\" id=\"stream\">"
		      "</span></h2><noscript><p>The console takes a script; the bytes are in the run's folder.</p></noscript></section>\n");
	page_script(out, "console.js");
	page_script(out, "live.js");
	page_end(out);
	free(dir);
}
