#include "util/sha256.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/file.h"

void sha256_begin(struct sha256 *s)
{
	sha256_init(&s->ctx);
}

void sha256_add(struct sha256 *s, const void *p, size_t n)
{
	sha256_update(&s->ctx, n, p);
}

void sha256_add_text(struct sha256 *s, const char *text)
{
	uint64_t n = text ? strlen(text) : 0;

	sha256_add(s, &n, sizeof n);
	if (n)
		sha256_add(s, text, n);
}

char *sha256_end(struct sha256 *s, char *hex)
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(&s->ctx, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return hex;
}

int sha256_file(const char *path, char *hex, struct err *e)
{
	struct sha256 s;
	struct buf b;
	int rc;

	buf_init(&b);
	rc = file_read(path, &b, e);
	if (rc == 0) {
		sha256_begin(&s);
		sha256_add(&s, b.data, b.len);
		sha256_end(&s, hex);
	}
	buf_finish(&b);
	return rc;
}
