#include "html/pack.h"

#include <nettle/base64.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "util/mem.h"

/* Beyond this much, time counts for more than the last tenth of the size. */
enum { QUICK_FROM = 1 << 15 };

/* Many small streams come in turn: one state for all of them, since making it costs more than a small stream does. */
static z_stream *stream_of(int level)
{
	static z_stream streams[2];
	static bool made[2];
	int which = level == 1;

	if (!made[which]) {
		if (deflateInit(&streams[which], level) != Z_OK)
			abort(); /* out of memory, as for any other allocation */
		made[which] = true;
	}
	deflateReset(&streams[which]);
	return &streams[which];
}

void pack_base64(struct buf *out, const void *bytes, size_t n)
{
	enum { PIECE = 3 << 12 };
	char text[BASE64_ENCODE_RAW_LENGTH(PIECE)];
	const uint8_t *p = bytes;

	for (size_t piece; n; p += piece, n -= piece) {
		piece = n < PIECE ? n : PIECE;
		base64_encode_raw(text, piece, p);
		buf_add(out, text, BASE64_ENCODE_RAW_LENGTH(piece));
	}
}

size_t pack_add(struct buf *out, const void *bytes, size_t n)
{
	z_stream *z = stream_of(n < QUICK_FROM ? 6 : 1);
	size_t most = deflateBound(z, n), before = out->len;
	unsigned char *packed = xmalloc(most);
	const unsigned char *p = bytes;
	size_t done = 0;
	int rc;

	/* zlib counts in unsigned int. */
	do {
		uInt in = n < (1u << 30) ? (uInt)n : 1u << 30, room = most - done < (1u << 30) ? (uInt)(most - done) : 1u << 30;

		z->next_in = (Bytef *)(uintptr_t)p;
		z->avail_in = in;
		z->next_out = packed + done;
		z->avail_out = room;
		rc = deflate(z, in == n ? Z_FINISH : Z_NO_FLUSH);
		p += in - z->avail_in;
		n -= in - z->avail_in;
		done += room - z->avail_out;
	} while (rc == Z_OK);
	pack_base64(out, packed, done);
	free(packed);
	return out->len - before;
}
