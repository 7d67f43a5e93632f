/* A thread's registers, in the order in which trap.S keeps them. */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

struct context {
	uint64_t x[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t status;
	struct vcpu *vcpu; /* the thread is a guest's and runs at EL1; not for trap.S */
};

_Static_assert(sizeof(struct context) == 0x118, "trap.S knows the fields");

#define CONTEXT_USER_STATUS 0x3c0 /* EL0, interrupts masked: nothing in this system raises one */

static inline void context_init(struct context *c)
{
	c->status = CONTEXT_USER_STATUS;
}

static inline uint64_t context_syscall(const struct context *c)
{
	return c->x[7];
}

/* Words of a system call, in and out alike. */
static inline uint64_t context_word(const struct context *c, unsigned i)
{
	return c->x[i];
}

static inline void context_set_word(struct context *c, unsigned i, uint64_t value)
{
	c->x[i] = value;
}

/* A general register by its number, or NULL. */
static inline uint64_t *context_general(struct context *c, uint64_t number)
{
	return number < 31 ? &c->x[number] : 0;
}

#endif
