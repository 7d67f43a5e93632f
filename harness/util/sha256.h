/* SHA-256 for cache keys and artefact hashes (the only user of libnettle). */
#ifndef RUNTEST_UTIL_SHA256_H
#define RUNTEST_UTIL_SHA256_H

#include <nettle/sha2.h>
#include <stddef.h>

#include "util/err.h"

enum { SHA256_HEX = 65 }; /* 64 digits and the NUL */

struct sha256 {
	struct sha256_ctx ctx;
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
/* A length in front of the text, so that ("ab","c") and ("a","bc") differ. NULL counts as the empty text. */
void sha256_add_text(struct sha256 *s, const char *text);
/* Lower-case hex into hex[SHA256_HEX]; returns hex. */
char *sha256_end(struct sha256 *s, char *hex);

/* The hash of a whole file. */
int sha256_file(const char *path, char *hex, struct err *e);

#endif
