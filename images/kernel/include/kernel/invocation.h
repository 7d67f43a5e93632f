/* Invocations of capabilities. */
#ifndef KERNEL_INVOCATION_H
#define KERNEL_INVOCATION_H

#include "kernel/thread.h"

/* Do what the words of the caller's system call ask for; its status and value are put back there. */
void invocation_handle(struct tcb *caller);

#endif
