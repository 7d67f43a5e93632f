/* What a board says, as the last line of its session in the live view: harmless, and never wider than the terminal. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "live/view.h"
#include "session/shown.h"
#include "util/utf8.h"

const unsigned fuzz_cost = 2;

/* The first byte says how wide the terminal is, and in what pieces the console comes. */
static void show(struct glance *g, const uint8_t *bytes, size_t n)
{
	size_t piece = 1 + bytes[0] % 7;
	struct shown s;

	shown_init(&s, g);
	for (size_t at = 1; at < n; at += piece)
		shown_add(&s, (const char *)bytes + at, n - at < piece ? n - at : piece);
}

static void check_line(const char *line, size_t n, size_t columns)
{
	static const struct utf8_span forbidden[] = {
		{0x00, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
	};
	uint32_t cp;
	size_t len;

	if (utf8_width(line, n) >= columns)
		abort();
	for (size_t i = 0; i < n; i += len) {
		len = utf8_decode(line + i, n - i, &cp);
		if (!len || utf8_among(cp, forbidden, sizeof forbidden / sizeof forbidden[0]))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	size_t columns = n ? 2 + bytes[0] : 0;
	struct glance *g = n ? glance_make() : NULL;
	struct buf out = {0};
	struct view_row *row;
	struct view v;

	if (!g)
		return 0;
	show(g, bytes, n);
	glance_phase(g, "up");
	view_init(&v, 1, false);
	row = view_begin(&v, 0);
	row->board = "board";
	row->glance = g;
	view_draw(&v, columns, 24, 1000, &out);
	for (char *line = out.data, *end; line && (end = strchr(line, '\n')); line = end + 1)
		check_line(line, (size_t)(end - line), columns);
	buf_finish(&out);
	view_finish(&v);
	glance_drop(g);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char boot[] = "\x50U-Boot 2023.01\r\nHit any key to stop autoboot:  2 \b\b\b 1\r\r\n=> \xc3\xa9\xe2\x9c\x93";
	static const char hostile[] = "\x21\x1b]0;title\a\x1b[2J\x9b""31m\xc2\x9b\xe2\x80\xae\x1bP$q\x1b\\\rover\xf0\x9f\x98\x80\xff\0\t\xe6\xbc\xa2";

	add(boot, sizeof boot - 1);
	add(hostile, sizeof hostile - 1);
}
