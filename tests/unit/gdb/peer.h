/* A GDB server that does what a script says: an answer for every command, and faults where a test wants them. */
#ifndef RUNTEST_TESTS_GDB_PEER_H
#define RUNTEST_TESTS_GDB_PEER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/gdbpacket.h"

/* When a command begins with `command`, the peer sends `wire` as it stands, or does what the fault says. */
enum peer_fault { PEER_NONE, PEER_SILENT, PEER_CLOSES, PEER_LATE /* when peer_release() says so */ };
struct peer_rule {
	const char *command;
	const char *reply;   /* contents of a packet; NULL: `wire` */
	const char *wire;    /* bytes as they go */
	enum peer_fault fault;
	int times;           /* for so many commands; 0: for all */
};

struct peer {
	int fd;                  /* the client's end */
	const struct peer_rule *rules;
	size_t packet_size;      /* commands must not be longer; 0: not looked at */
	/* read by the test once the peer has ended */
	size_t longest;          /* contents of a command */
	unsigned commands, interrupts, naks;
	char last[256];          /* the last command */

	int own;
	pthread_t thread;
	sem_t release;
	bool joined;
};

static void put(struct peer *p, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = send(p->own, bytes, n, MSG_NOSIGNAL);

		if (done <= 0)
			return;
		bytes += done;
		n -= (size_t)done;
	}
}

static void answer(struct peer *p, const char *contents, size_t n)
{
	struct buf wire = {0};

	gdb_packet_frame(&wire, contents, n);
	put(p, wire.data, wire.len);
	buf_finish(&wire);
}

static void read_memory(struct peer *p, const char *command)
{
	unsigned long long address;
	struct buf reply = {0};
	size_t n;

	if (sscanf(command, "m%llx,%zx", &address, &n) != 2)
		return;
	for (size_t i = 0; i < n; i++)
		buf_printf(&reply, "%02x", (unsigned)(address + i) & 255);
	answer(p, reply.data, reply.len);
	buf_finish(&reply);
}

/* The rule for this command that is not used up. */
static const struct peer_rule *rule_of(struct peer *p, int *used, const char *command)
{
	for (size_t i = 0; p->rules[i].command; i++)
		if (strncmp(command, p->rules[i].command, strlen(p->rules[i].command)) == 0 &&
		    (!p->rules[i].times || used[i]++ < p->rules[i].times))
			return &p->rules[i];
	return NULL;
}

/* False: the peer has closed. */
static bool obey(struct peer *p, int *used, const char *command)
{
	const struct peer_rule *r = rule_of(p, used, command);

	if (r && r->fault == PEER_CLOSES)
		return false;
	if (r && r->fault == PEER_SILENT)
		return true;
	if (r && r->fault == PEER_LATE)
		sem_wait(&p->release);
	if (r && r->reply)
		answer(p, r->reply, strlen(r->reply));
	else if (r)
		put(p, r->wire, strlen(r->wire));
	else if (command[0] == 'm')
		read_memory(p, command);
	else
		answer(p, "", 0);
	return true;
}

static bool take(struct peer *p, int *used, struct gdb_decoder *d, enum gdb_event ev)
{
	p->naks += ev == GDB_NAK;
	if (ev == GDB_NAK)
		return obey(p, used, p->last);
	if (ev != GDB_PACKET)
		return true;
	p->commands++;
	if (d->packet.len > p->longest)
		p->longest = d->packet.len;
	snprintf(p->last, sizeof p->last, "%s", d->packet.data);
	put(p, "+", 1);
	return obey(p, used, d->packet.data);
}

static void *serve(void *arg)
{
	struct peer *p = arg;
	struct gdb_decoder d;
	int used[32] = {0};
	char chunk[4096];
	bool open = true;
	enum gdb_event ev;
	ssize_t n;

	gdb_decoder_init(&d);
	while (open && (n = read(p->own, chunk, sizeof chunk)) > 0) {
		for (ssize_t i = 0; i < n && open; i++)
			if (chunk[i] == GDB_INTERRUPT) {
				p->interrupts++;
				open = obey(p, used, "\003");
			}
		gdb_decoder_feed(&d, chunk, (size_t)n);
		while (open && (ev = gdb_decoder_next(&d)) != GDB_NOTHING)
			open = take(p, used, &d, ev);
	}
	gdb_decoder_finish(&d);
	close(p->own);
	return NULL;
}

/* Memory is answered by rule or, where there is none for "m", with the low byte of every address. */
static inline void peer_start(struct peer *p, const struct peer_rule *rules)
{
	int fds[2];

	memset(p, 0, sizeof *p);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		abort();
	p->fd = fds[0];
	p->own = fds[1];
	p->rules = rules;
	if (sem_init(&p->release, 0, 0) < 0)
		abort();
	if (pthread_create(&p->thread, NULL, serve, p) != 0)
		abort();
}

/* The late answer goes now. */
static inline void peer_release(struct peer *p)
{
	sem_post(&p->release);
}

/* After the client has closed its end. */
static inline void peer_end(struct peer *p)
{
	if (!p->joined)
		pthread_join(p->thread, NULL);
	p->joined = true;
}

#endif
