/*
 * The web server, as the rooms see it: requests come in, replies go out. Only GET and HEAD get here, and no request has a body
 * that anybody reads. The module serve.so does the talking (harness/serve/module/, libmicrohttpd); it knows nothing of runs.
 *
 * Everything happens in one thread, inside run(): nobody waits in answer(). What takes time is answered WEB_LATER and
 * resumed when it is there; a stream is asked for bytes whenever its viewer can take some, and resumed when there are more.
 */
#ifndef RUNTEST_SERVE_WEB_H
#define RUNTEST_SERVE_WEB_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/err.h"

enum { WEB_HEADERS_MAX = 16 };

enum web_body {
	WEB_LATER,  /* none yet: resume() when the reply has been filled in */
	WEB_BYTES,  /* data, size; malloc'd, taken over */
	WEB_STATIC, /* the same, and it stays */
	WEB_FILE,   /* size bytes of fd from an offset; fd is taken over */
	WEB_STREAM, /* read() says what comes next */
};

/* Why a stream has nothing to give. */
enum { WEB_STREAM_WAITS = 0, WEB_STREAM_ENDS = -1 };

struct web_reply {
	int status; /* 200, ... */
	enum web_body body;
	const void *data;
	uint64_t size;
	int fd;
	uint64_t offset;
	/* At most `room` bytes into `out`; how many, or one of the two above. */
	ssize_t (*read)(void *stream, char *out, size_t room);
	void (*close)(void *stream); /* when the viewer has gone, or the stream has ended */
	void *stream;
	struct web_header {
		const char *name; /* stays */
		char *value;      /* malloc'd, taken over */
	} headers[WEB_HEADERS_MAX];
	size_t header_count;
};

/* One request, until its reply is through. */
struct web_call {
	const char *method, *target; /* as they came: "/runs/latest?x=%20y" */
	/* The value of a header, or NULL. Only inside answer(). */
	const char *(*header)(const struct web_call *c, const char *name);
	bool asleep; /* nothing goes on until resume() */
	struct web_reply reply;
	void *of_app; /* whatever the application keeps with it */
};

struct web_spec {
	struct sockaddr_storage address; /* port 0: any that is free */
	const char *certificate, *key;   /* PEM, both or neither */
	unsigned idle_s;                 /* a connection on which nothing moves is closed after so many seconds */
	void (*answer)(void *ctx, struct web_call *c); /* fills c->reply */
	void (*ended)(void *ctx, struct web_call *c);  /* also of one that was given up; a stream is closed before */
	void *ctx;
};

struct web;

struct web_ops {
	struct web *(*start)(const struct web_spec *spec, struct err *e); /* ERR_INFRA: the address is taken, ... */
	unsigned short (*port)(struct web *w);
	int (*poll_fd)(struct web *w);    /* readable: run() has something to do */
	int (*timeout_ms)(struct web *w); /* so has it after this time; -1: no */
	void (*run)(struct web *w);
	void (*resume)(struct web_call *c); /* of one that is asleep; goes on in the next run() */
	void (*stop)(struct web *w);        /* every call is ended */
};

/* What pages are made of besides their text: style sheets, scripts, pictures. */
struct web_asset {
	const char *name, *type; /* "dashboard.css", "text/css; charset=utf-8" */
	const unsigned char *data, *end;
};

/* What serve.so has to offer. */
struct web_module {
	const struct web_ops *ops;
	const struct web_asset *assets; /* until one without a name */
};

#endif
