/* Endpoints carry faults and words from threads to the one who receives there. */
#ifndef KERNEL_ENDPOINT_H
#define KERNEL_ENDPOINT_H

#include "kernel/thread.h"

#define ENDPOINT_BITS 5

struct endpoint {
	struct queue senders;
	struct tcb *receiver;
};

_Static_assert(sizeof(struct endpoint) <= 1 << ENDPOINT_BITS, "an endpoint must fit its object");

/* Block `t` with its message until its handler resumes it. A thread without handler stops for good. */
void endpoint_send(struct tcb *t, enum message label, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3);
void endpoint_receive(struct endpoint *ep, struct tcb *t);

/* A thread that sends or receives gives up; its message, if any, is lost. */
void endpoint_cancel(struct tcb *t);

#endif
