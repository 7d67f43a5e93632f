/* Invocations of capabilities. */
#ifndef KERNEL_INVOCATION_H
#define KERNEL_INVOCATION_H

#include "kernel/cap.h"
#include "kernel/thread.h"

struct call {
	struct cap *cap;
	const uint64_t *arg;
	uint64_t value; /* what the invocation returns */
};

/* Do what the words of the caller's system call ask for; its status and value are put back there. */
void invocation_handle(struct tcb *caller);

#endif
