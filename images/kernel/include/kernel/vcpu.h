/*
 * Virtual CPUs, on architectures that have them (HAVE_VCPU). A thread that is set to one is a guest's: it runs at the
 * level of a kernel, with system registers of its own, in an address space of intermediate physical addresses.
 */
#ifndef KERNEL_VCPU_H
#define KERNEL_VCPU_H

#include "kernel/invocation.h"

#ifdef HAVE_VCPU

#define VCPU_BITS 8

struct vcpu;

void vcpu_init(struct vcpu *v); /* as a CPU comes out of reset */

/* Invocations of its capability: enum invocation_error. */
int vcpu_set_tcb(struct call *c);
int vcpu_read_register(struct call *c);
int vcpu_write_register(struct call *c);

#endif

#endif
