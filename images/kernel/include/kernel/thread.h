/* Threads: run until they block; no clock and no priorities. */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/syscall.h"
#include "arch/context.h"
#include "kernel/cap.h"

#define TCB_BITS 10

enum thread_state {
	THREAD_INACTIVE,
	THREAD_RUNNABLE,
	THREAD_SENDING,   /* queued at its handler's endpoint */
	THREAD_WAITING,   /* its message was taken; runs on when resumed */
	THREAD_RECEIVING,
};

struct endpoint;

struct tcb {
	struct context context; /* first: a pointer to one is a pointer to the other */
	enum thread_state state;
	struct tcb *next;       /* in the one queue that it stands in */
	struct cspace cspace;
	uint16_t vspace_id;
	uint64_t vspace;        /* physical address of the root table, 0: none */
	struct endpoint *handler;
	struct endpoint *receives_at;
	uint64_t badge;
	enum message label;     /* the message that it sends, or sent last */
	uint64_t message[4];
};

_Static_assert(sizeof(struct tcb) <= 1 << TCB_BITS, "a TCB must fit its object");

struct queue {
	struct tcb *head, *tail;
};

void queue_append(struct queue *q, struct tcb *t);
struct tcb *queue_take(struct queue *q); /* NULL when empty */
void queue_remove(struct queue *q, struct tcb *t);

struct tcb *thread_current(void);
void thread_make_runnable(struct tcb *t);
void thread_suspend(struct tcb *t); /* out of whatever queue it stands in */

/* Go on with the current thread, or with the next one when it has blocked. */
_Noreturn void thread_schedule(void);

#endif
