/*
 * Bytes as the page carries them: deflated (zlib format, RFC 1950) and in base64, which the browser unpacks by itself.
 * A packer is for one thread.
 */
#ifndef RUNTEST_HTML_PACK_H
#define RUNTEST_HTML_PACK_H

#include <stddef.h>

#include "util/buf.h"

struct packer;

struct packer *packer_new(void);
void packer_free(struct packer *p);

/* Appends n bytes, packed. */
void pack_add(struct packer *p, struct buf *out, const void *bytes, size_t n);

/* Appends base64 alone, with no line ends. */
void pack_base64(struct buf *out, const void *bytes, size_t n);

#endif
