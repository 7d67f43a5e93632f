/*
 * One request to a device's HTTP API, and its answer. Redirects are never followed, no proxy is asked, certificates are
 * verified, and every call has a deadline: docs/decisions/http.md. Only this process waits; libcurl is loaded when the
 * first request is made. A secret is in no error.
 */
#ifndef RUNTEST_NET_HTTP_H
#define RUNTEST_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/http.h"
#include "util/buf.h"
#include "util/err.h"

enum { HTTP_BODY_MAX = 256 * 1024 }; /* bytes; a longer answer is no answer */

struct http_answer {
	long status;     /* 200; 0: there was none */
	struct buf body; /* buf_init()ed by the caller */
};

struct http_wait {
	int64_t deadline_ms; /* on clock_ms() */
	bool stoppable;      /* a signal that ends the program ends this, too */
};

/*
 * Ask. 0 with an answer whose status is 2xx; -1: ERR_INFRA or ERR_CANCELLED, says what to look at. The answer may be
 * there even so: its status says. Errors call the server `what` ("the switch"), and the request as its file does.
 */
int http_ask(const struct http_server *s, const struct http_request *q, const char *what, const struct http_wait *wait,
	     struct http_answer *a, struct err *e);

/* ---- for the module http.so (libcurl.c) ---- */

/* A request with its secrets. */
struct http_call {
	const char *url, *method;
	const char *const *headers; /* NULL-terminated */
	const char *body;           /* or NULL */
	const char *ca, *pinned_key; /* or NULL */
	const struct http_login *login; /* how; NULL: not */
	const char *user, *word;    /* of the login: the password or token */
	int64_t patience_ms;
	int stop_fd;                /* readable: end it; -1: nothing */
	/* The answer's body as it comes; 0 when no more is wanted. */
	size_t (*body_came)(void *ctx, const char *bytes, size_t n);
	void *ctx;
};

enum http_end {
	HTTP_ANSWERED,  /* whole */
	HTTP_STOPPED,   /* stop_fd */
	HTTP_LATE,      /* no whole answer in time */
	HTTP_CUT,       /* it ended in the middle, or before it began */
	HTTP_TOO_LONG,  /* body_came wanted no more */
	HTTP_UNREACHED, /* no connection */
	HTTP_UNTRUSTED, /* no certificate that is trusted */
	HTTP_UNPINNED,  /* another key than the pinned one */
	HTTP_NO_FILE,   /* the ca file cannot be used */
	HTTP_FAILED,    /* anything else */
};

struct http_report {
	enum http_end end;
	long status;        /* of the answer; 0: there was none */
	bool connected;     /* HTTP_LATE: was there anybody? */
	char why[256];      /* libcurl's own words, or "" */
	char location[256]; /* of a redirect, without its query */
};

struct http_ops {
	void (*exchange)(const struct http_call *c, struct http_report *r);
};

#define HTTP_MODULE_SYMBOL "http_module"

#endif
