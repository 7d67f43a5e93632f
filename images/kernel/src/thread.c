#include "kernel/thread.h"

#include <stddef.h>

#include "kernel/arch.h"
#include "kernel/endpoint.h"

static struct queue ready;
static struct tcb *current;

void queue_append(struct queue *q, struct tcb *t)
{
	t->next = NULL;
	if (q->tail)
		q->tail->next = t;
	else
		q->head = t;
	q->tail = t;
}

struct tcb *queue_take(struct queue *q)
{
	struct tcb *t = q->head;

	if (!t)
		return NULL;
	q->head = t->next;
	if (!q->head)
		q->tail = NULL;
	return t;
}

void queue_remove(struct queue *q, struct tcb *t)
{
	struct queue rest = {NULL, NULL};
	struct tcb *other;

	while ((other = queue_take(q))) {
		if (other != t)
			queue_append(&rest, other);
	}
	*q = rest;
}

struct tcb *thread_current(void)
{
	return current;
}

void thread_make_runnable(struct tcb *t)
{
	t->state = THREAD_RUNNABLE;
	if (t != current)
		queue_append(&ready, t);
}

void thread_suspend(struct tcb *t)
{
	if (t->state == THREAD_RUNNABLE)
		queue_remove(&ready, t);
	else if (t->state == THREAD_SENDING || t->state == THREAD_RECEIVING)
		endpoint_cancel(t);
	t->state = THREAD_INACTIVE;
}

_Noreturn void thread_schedule(void)
{
	if (!current || current->state != THREAD_RUNNABLE) {
		current = queue_take(&ready);
		if (!current)
			arch_idle();
		arch_switch_vspace(current->vspace, current->vspace_id);
	}
	arch_resume(&current->context);
}
