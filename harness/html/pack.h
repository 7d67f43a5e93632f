/* Bytes as the page carries them: deflated (zlib format, RFC 1950) and in base64, which the browser unpacks by itself. */
#ifndef RUNTEST_HTML_PACK_H
#define RUNTEST_HTML_PACK_H

#include <stddef.h>

#include "util/buf.h"

/* Appends n bytes, packed. Returns how many that made. */
size_t pack_add(struct buf *out, const void *bytes, size_t n);

/* Appends base64 alone, with no line ends. */
void pack_base64(struct buf *out, const void *bytes, size_t n);

#endif
