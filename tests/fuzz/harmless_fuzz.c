/* What a board says, shown to who looks on: printable text alone, the same however the bytes are cut, and not too much. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "util/harmless.h"
#include "util/utf8.h"

const unsigned fuzz_cost = 2;

static struct buf run(const uint8_t *bytes, size_t n, size_t piece)
{
	struct buf out = {0};
	struct harmless h;

	harmless_init(&h);
	for (size_t at = 0; at < n; at += piece)
		harmless_feed(&h, &out, bytes + at, n - at < piece ? n - at : piece);
	harmless_end(&h, &out);
	return out;
}

/* No control characters, and none that turn the direction of writing. */
static void check(const struct buf *b)
{
	static const struct utf8_span forbidden[] = {
		{0x00, 0x08}, {0x0b, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
	};
	uint32_t cp;
	size_t len;

	for (size_t i = 0; i < b->len; i += len) {
		len = utf8_decode(b->data + i, b->len - i, &cp);
		if (!len || utf8_among(cp, forbidden, sizeof forbidden / sizeof forbidden[0]))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf whole = run(bytes, n, n ? n : 1), cut = run(bytes, n, 1);

	if (whole.len != cut.len || (whole.len && memcmp(whole.data, cut.data, whole.len) != 0))
		abort();
	if (whole.len > 8 * n)
		abort();
	check(&whole);
	buf_finish(&whole);
	buf_finish(&cut);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char boot[] = "U-Boot 2023.01\r\nHit any key to stop autoboot:  2 \b\b\b 1\r\r\n=> \xc3\xa9\xe2\x9c\x93";
	static const char hostile[] = "\x1b]0;title\a\x1b[2J\x9b""31m\xc2\x9b\xe2\x80\xae\x1bP$q\x1b\\\rover\xf0\x9f\x98\x80\xff\0";

	add(boot, sizeof boot - 1);
	add(hostile, sizeof hostile - 1);
}
