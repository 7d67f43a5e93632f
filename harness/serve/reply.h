/* Replies, with the headers that every one of them has. */
#ifndef RUNTEST_SERVE_REPLY_H
#define RUNTEST_SERVE_REPLY_H

#include "serve/web.h"
#include "util/buf.h"

/* What pages of ours may load and do: nothing from elsewhere, no script or style but files of ours. */
extern const char reply_policy[];

/* Another header; value from a format. One too many is left out. */
void reply_header(struct web_reply *r, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The status and the headers against misuse: what it is, no guessing of it, no frames, no leaks to other sites, not kept by
 * anybody. `policy` NULL: reply_policy. */
void reply_begin(struct web_reply *r, int status, const char *type, const char *policy);

void reply_bytes(struct web_reply *r, struct buf *body); /* the body is taken over */
void reply_text(struct web_reply *r, int status, const char *text); /* plain text, with a line end */
void reply_static(struct web_reply *r, const void *data, size_t n);
void reply_file(struct web_reply *r, int fd, uint64_t offset, uint64_t size);

#endif
