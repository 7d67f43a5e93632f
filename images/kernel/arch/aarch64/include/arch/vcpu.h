/* How the CPU is switched between protection domains and guests, and what a guest leaves to its handler. */
#ifndef ARCH_VCPU_H
#define ARCH_VCPU_H

#include <stdint.h>

struct vcpu;

/* Set the CPU up for protection domains. */
void vcpu_set_up(void);

/* Have this virtual CPU's registers in the CPU, or, with NULL, what protection domains need there. */
void vcpu_switch(struct vcpu *next);

/* The current thread is a guest's and has left it: tell its handler why. */
void vcpu_exit(uint64_t esr);

#endif
