#include "serve/markup.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"

static void add_escaped(struct buf *out, char c)
{
	switch (c) {
	case '&':
		buf_adds(out, "&amp;");
		break;
	case '<':
		buf_adds(out, "&lt;");
		break;
	case '>':
		buf_adds(out, "&gt;");
		break;
	case '"':
		buf_adds(out, "&quot;");
		break;
	case '\'':
		buf_adds(out, "&#39;");
		break;
	default:
		buf_addc(out, c);
	}
}

void markup_text(struct buf *out, const char *text)
{
	struct buf clean = {0};

	if (!text)
		return;
	text_add_lines(&clean, text, strlen(text));
	for (size_t i = 0; i < clean.len; i++)
		add_escaped(out, clean.data[i]);
	buf_finish(&clean);
}

void markup_printf(struct buf *out, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	markup_text(out, text);
	free(text);
}

void markup_name(struct buf *out, const char *session)
{
	for (size_t n; *session; session += n) {
		n = strcspn(session, ".");
		n += session[n] == '.';
		markup_printf(out, "%.*s", (int)n, session);
		buf_adds(out, session[n] ? "<wbr>" : "");
	}
}

void markup_segment(struct buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

	for (; *text; text++)
		if (strchr(plain, *text))
			buf_addc(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
}

void markup_label(struct buf *out, const char *colour, const char *sign, const char *text)
{
	buf_printf(out, "<span class=\"v %s\"><span aria-hidden=\"true\">%s</span>", colour, sign);
	markup_text(out, text);
	buf_adds(out, "</span>");
}

static const struct look {
	const char *colour, *sign;
} looks[VERDICT_COUNT] = {
	[VERDICT_NONE] = {"none", "▶"},     [VERDICT_PASS] = {"good", "✓"}, [VERDICT_EXPECTED_FAIL] = {"good", "✓"},
	[VERDICT_FAIL] = {"bad", "✗"},      [VERDICT_VACUOUS] = {"odd", "∅"}, [VERDICT_FLAKY] = {"odd", "~"},
	[VERDICT_INFRA] = {"odd", "!"},     [VERDICT_TIMEOUT] = {"late", "◔"}, [VERDICT_SKIPPED] = {"none", "–"},
	[VERDICT_CANCELLED] = {"none", "⊘"},
};

void markup_verdict(struct buf *out, enum verdict v, const char *text)
{
	markup_label(out, looks[v].colour, looks[v].sign, text ? text : verdict_name(v));
}

const char *markup_colour(enum verdict v)
{
	return looks[v].colour;
}

/* "2026-01-31T23:58:12.345Z" as "2026-01-31 23:58 UTC". */
void markup_time(struct buf *out, const char *iso)
{
	if (!iso || strlen(iso) < 16 || iso[10] != 'T') {
		buf_adds(out, "–");
		return;
	}
	buf_adds(out, "<time datetime=\"");
	markup_text(out, iso);
	buf_adds(out, "\" title=\"");
	markup_text(out, iso);
	buf_adds(out, "\">");
	markup_printf(out, "%.10s %.5s UTC", iso, iso + 11);
	buf_adds(out, "</time>");
}

void markup_span(struct buf *out, int64_t ms)
{
	int64_t s = (ms + 500) / 1000;

	if (ms < 0)
		buf_adds(out, "–");
	else if (ms < 1000)
		buf_printf(out, "%" PRId64 " ms", ms);
	else if (ms < 60000)
		buf_printf(out, ms < 10000 ? "%.2f s" : "%.1f s", (double)ms / 1000);
	else if (s < 3600)
		buf_printf(out, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else
		buf_printf(out, "%" PRId64 " h %" PRId64 " min", s / 3600, s % 3600 / 60);
}
