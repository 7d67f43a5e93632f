/*
 * A server program of the lab host: started with a configuration of its own on ports of its own, watched, started anew on
 * demand. All its processes die with the lab.
 */
#ifndef RUNTEST_LAB_SERVER_H
#define RUNTEST_LAB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/loop.h"
#include "util/err.h"

enum { SERVER_PORTS = 8 };

struct server {
	const char *name;        /* "sshd" */
	const char *log;         /* what it has to say */
	const char *const *argv; /* NULL-terminated */
	bool warden;             /* it starts processes of its own */
	int ports[SERVER_PORTS];
	size_t port_count;
	int held[SERVER_PORTS];  /* sockets that keep the ports ours; private */
	size_t held_count;
	/* Write its files, for these ports. */
	int (*configure)(struct server *s, struct err *e);
	void *ctx;
	struct loop *loop;
	pid_t pid;               /* 0: it does not run */
	int pidfd;
};

/* Ports that are free, files, the process; several may start at once. ERR_INFRA, ERR_IO. */
int server_launch(struct server *s, struct err *e);

/* Wait until it listens on all its ports. Another process may be quicker at one of them: it is tried again with others.
 * ERR_INFRA, ERR_IO, ERR_CANCELLED. */
int server_await(struct server *s, struct err *e);

/* End it and all that it has started, at once. Its ports stay its own. */
void server_stop(struct server *s);

/* For good: its ports are anybody's again. */
void server_close(struct server *s);

/* Anew, on the ports it had. ERR_INFRA, ERR_IO, ERR_CANCELLED. */
int server_restart(struct server *s, struct err *e);

#endif
