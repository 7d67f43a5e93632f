/* A thread's registers, in the order in which trap.S keeps them. */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

struct context {
	union {
		uint64_t x[32]; /* x0 is always 0 */
		struct {
			uint64_t zero, ra, sp;
		};
	};
	uint64_t pc;
	uint64_t status;
};

_Static_assert(sizeof(struct context) == 0x110, "trap.S knows this size");

#define CONTEXT_USER_STATUS (2ULL << 32) /* U-mode of 64 bits, floating point off; no interrupt is enabled */

static inline void context_init(struct context *c)
{
	c->status = CONTEXT_USER_STATUS;
}

static inline uint64_t context_syscall(const struct context *c)
{
	return c->x[17];
}

/* Words of a system call, in and out alike: a0 and following. */
static inline uint64_t context_word(const struct context *c, unsigned i)
{
	return c->x[10 + i];
}

static inline void context_set_word(struct context *c, unsigned i, uint64_t value)
{
	c->x[10 + i] = value;
}

/* A general register by its number, or NULL. */
static inline uint64_t *context_general(struct context *c, uint64_t number)
{
	return number < 32 ? &c->x[number] : 0;
}

#endif
