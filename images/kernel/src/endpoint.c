#include "kernel/endpoint.h"

#include <stddef.h>

#include "lib/print.h"

static void deliver(struct tcb *from, struct tcb *to)
{
	context_set_word(&to->context, 0, from->badge);
	context_set_word(&to->context, 1, from->label);
	for (unsigned i = 0; i < 4; i++)
		context_set_word(&to->context, 2 + i, from->message[i]);
	from->state = THREAD_WAITING;
}

void endpoint_send(struct tcb *t, enum message label, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
	struct endpoint *ep = t->handler;

	t->label = label;
	t->message[0] = w0;
	t->message[1] = w1;
	t->message[2] = w2;
	t->message[3] = w3;
	if (!ep) {
		print("Found thread has no fault handler while trying to handle:\n");
		print("message 0x%x (0x%lx 0x%lx 0x%lx 0x%lx) of the thread at pc 0x%lx\n", label, w0, w1, w2, w3,
		      t->context.pc);
		t->state = THREAD_INACTIVE;
	} else if (ep->receiver) {
		deliver(t, ep->receiver);
		thread_make_runnable(ep->receiver);
		ep->receiver = NULL;
	} else {
		t->state = THREAD_SENDING;
		queue_append(&ep->senders, t);
	}
}

void endpoint_receive(struct endpoint *ep, struct tcb *t)
{
	struct tcb *from = queue_take(&ep->senders);

	if (from) {
		deliver(from, t);
		return;
	}
	t->state = THREAD_RECEIVING;
	t->receives_at = ep;
	ep->receiver = t;
}

void endpoint_cancel(struct tcb *t)
{
	if (t->state == THREAD_SENDING)
		queue_remove(&t->handler->senders, t);
	else if (t->state == THREAD_RECEIVING)
		t->receives_at->receiver = NULL;
}
