/* Pieces of web addresses (RFC 3986). */
#ifndef RUNTEST_NET_URL_H
#define RUNTEST_NET_URL_H

#include "util/buf.h"

/* Append `text` so that it means itself as a value in a query or as a part of a path: all but letters, digits and -._~
 * becomes %XX. */
void url_add_escaped(struct buf *out, const char *text);

#endif
