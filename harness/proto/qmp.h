/*
 * QMP, QEMU's control protocol: one JSON object per line (docs/interop/qmp-spec in QEMU). A pure codec: bytes in,
 * messages out; no I/O. The only question it keeps open is the one reply that is awaited.
 */
#ifndef RUNTEST_PROTO_QMP_H
#define RUNTEST_PROTO_QMP_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

enum qmp_kind {
	QMP_GREETING, /* {"QMP": ...}: QEMU is there */
	QMP_RETURN,   /* {"return": ..., "id": N} */
	QMP_ERROR,    /* {"error": {"desc": ...}, "id": N} */
	QMP_EVENT,    /* {"event": NAME} */
	QMP_OTHER,    /* JSON, but nothing of the above */
};

struct qmp_message {
	enum qmp_kind kind;
	int id;         /* of a return or an error; -1: none */
	char text[128]; /* the event's name, or the error's description */
	bool by_guest;  /* of an event: the guest itself brought it about */
};

struct qmp {
	struct buf in; /* lines that were not asked for yet, and the bytes of one that is not whole */
	size_t taken;  /* how many bytes of it were */
};

enum { QMP_LINE_MAX = 1 << 20 }; /* a longer line is no QMP */

void qmp_init(struct qmp *q);
void qmp_finish(struct qmp *q);

/* Bytes as they came from the socket. ERR_INFRA when a line grows beyond QMP_LINE_MAX. */
int qmp_feed(struct qmp *q, const char *bytes, size_t n, struct err *e);

/* The next whole message: 1, 0 when there is none yet, -1 (ERR_INFRA) for a line that is no JSON object. */
int qmp_next(struct qmp *q, struct qmp_message *m, struct err *e);

/* A command as it goes over the wire; `id` comes back in its reply. `arguments`: a JSON object, or NULL. */
void qmp_command(struct buf *out, const char *execute, const char *arguments, int id);

#endif
