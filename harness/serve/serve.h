/*
 * The dashboard: a web server that shows what is in the results' folder, and changes nothing. docs/dashboard.md has its
 * addresses and how it is protected.
 */
#ifndef RUNTEST_SERVE_SERVE_H
#define RUNTEST_SERVE_SERVE_H

#include <netinet/in.h>

#include "serve/access.h"
#include "serve/source.h"

struct serve_spec {
	struct source source;
	struct access access;
	struct sockaddr_storage address;
	const char *certificate, *key; /* PEM, or NULL */
	unsigned idle_s;
	bool verbose;                  /* a line on stderr for every request */
	/* It listens; the address is the one to open. */
	void (*ready)(void *ctx, const char *url);
	void *ctx;
};

enum { SERVE_PORT = 8642, SERVE_IDLE_S = 30 };

/*
 * ADDRESS, :PORT, ADDRESS:PORT or [ADDRESS]:PORT; addresses are numbers, or localhost. -1: it is none of these. Without a port
 * SERVE_PORT, without an address 127.0.0.1.
 */
int serve_address_parse(struct sockaddr_storage *out, const char *text);
bool serve_address_is_loopback(const struct sockaddr_storage *a);

/* Until cancel_requested(). 0; -1: ERR_INFRA: it cannot listen there, no module. cancel_init() was called. */
int serve_run(const struct serve_spec *spec, struct err *e);

#endif
