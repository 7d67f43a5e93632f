#include "html/pack.h"

#include <libdeflate.h>
#include <nettle/base64.h>
#include <stdint.h>
#include <stdlib.h>

#include "util/mem.h"

/* The quickest: consoles and results repeat themselves so much that the slower ones save a twentieth (docs/decisions). */
enum { LEVEL = 1 };

struct packer {
	struct libdeflate_compressor *deflate;
	unsigned char *packed; /* of the last bytes, to be used again */
	size_t room;
};

struct packer *packer_new(void)
{
	struct packer *p = xcalloc(1, sizeof *p);

	p->deflate = libdeflate_alloc_compressor(LEVEL);
	if (!p->deflate)
		abort(); /* out of memory, as for any other allocation */
	return p;
}

void packer_free(struct packer *p)
{
	libdeflate_free_compressor(p->deflate);
	free(p->packed);
	free(p);
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

void pack_add(struct packer *p, struct buf *out, const void *bytes, size_t n)
{
	size_t most = libdeflate_zlib_compress_bound(p->deflate, n);

	p->packed = xgrow(p->packed, &p->room, most, 1);
	pack_base64(out, p->packed, libdeflate_zlib_compress(p->deflate, bytes, n, p->packed, p->room));
}
