#include "serve/reply.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

const char reply_policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
			    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void reply_header(struct web_reply *r, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (r->header_count == WEB_HEADERS_MAX)
		return;
	va_start(ap, fmt);
	r->headers[r->header_count].name = name;
	r->headers[r->header_count++].value = xvasprintf(fmt, ap);
	va_end(ap);
}

void reply_begin(struct web_reply *r, int status, const char *type, const char *policy)
{
	r->status = status;
	reply_header(r, "Content-Type", "%s", type);
	reply_header(r, "Content-Security-Policy", "%s", policy && *policy ? policy : reply_policy);
	reply_header(r, "X-Content-Type-Options", "nosniff");
	reply_header(r, "X-Frame-Options", "DENY");
	reply_header(r, "Referrer-Policy", "same-origin");
	reply_header(r, "Cross-Origin-Resource-Policy", "same-origin");
	reply_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	reply_header(r, "Cache-Control", "no-store");
}

void reply_static(struct web_reply *r, const void *data, size_t n)
{
	r->body = WEB_STATIC;
	r->data = data;
	r->size = n;
}

void reply_bytes(struct web_reply *r, struct buf *body)
{
	r->body = WEB_BYTES;
	r->size = body->len;
	r->data = buf_steal(body);
}

void reply_text(struct web_reply *r, int status, const char *text)
{
	struct buf b = {0};

	buf_printf(&b, "%s\n", text);
	reply_begin(r, status, "text/plain; charset=utf-8", NULL);
	reply_bytes(r, &b);
}

void reply_file(struct web_reply *r, int fd, uint64_t offset, uint64_t size)
{
	r->body = WEB_FILE;
	r->fd = fd;
	r->offset = offset;
	r->size = size;
}
