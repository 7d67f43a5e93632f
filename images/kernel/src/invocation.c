#include "kernel/invocation.h"

#include <stddef.h>

#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/endpoint.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "kernel/window.h"
#include "lib/print.h"

struct call {
	struct cap *cap;
	const uint64_t *arg;
	uint64_t value; /* what the invocation returns */
};

static struct tcb *tcb_of(const struct cap *cap)
{
	return phys_to_ptr(cap->paddr);
}

static int untyped_retype(struct call *c)
{
	return invoke_untyped_retype(c->cap, c->arg[0], c->arg[1], c->arg[2], c->arg[3]);
}

static int tcb_configure(struct call *c)
{
	struct cap *vspace = cspace_lookup(c->arg[0], CAP_VSPACE);
	struct cap *endpoint = cspace_lookup(c->arg[1], CAP_ENDPOINT);
	struct tcb *t = tcb_of(c->cap);

	if (!vspace || !endpoint)
		return INVALID_CAPABILITY;
	t->vspace = vspace->paddr;
	t->vspace_id = vspace->vspace_id;
	t->handler = phys_to_ptr(endpoint->paddr);
	t->badge = c->arg[2];
	return NO_ERROR;
}

static int tcb_write_registers(struct call *c)
{
	struct tcb *t = tcb_of(c->cap);

	t->context.pc = c->arg[0];
	t->context.sp = c->arg[1];
	context_set_word(&t->context, 0, c->arg[2]);
	return NO_ERROR;
}

static int tcb_read_register(struct call *c)
{
	const struct context *context = &tcb_of(c->cap)->context;
	const uint64_t *general = context_general(context, c->arg[0]);

	if (general)
		c->value = *general;
	else if (c->arg[0] == REGISTER_PC)
		c->value = context->pc;
	else if (c->arg[0] == REGISTER_SP)
		c->value = context->sp;
	else if (c->arg[0] == REGISTER_STATUS)
		c->value = context->status;
	else
		return RANGE_ERROR;
	return NO_ERROR;
}

static int tcb_resume(struct call *c)
{
	struct tcb *t = tcb_of(c->cap);

	if (!t->vspace || (t->state != THREAD_INACTIVE && t->state != THREAD_WAITING))
		return ILLEGAL_OPERATION;
	thread_make_runnable(t);
	return NO_ERROR;
}

static int tcb_suspend(struct call *c)
{
	thread_suspend(tcb_of(c->cap));
	return NO_ERROR;
}

static int mapped(struct cap *cap, int error)
{
	cap->mapped = cap->mapped || !error;
	return error;
}

static int page_table_map(struct call *c)
{
	struct cap *vspace = cspace_lookup(c->arg[0], CAP_VSPACE);

	if (!vspace || c->cap->mapped)
		return INVALID_CAPABILITY;
	return mapped(c->cap, vspace_map_table(vspace->paddr, c->arg[1], c->cap->paddr));
}

static int page_map(struct call *c)
{
	struct cap *vspace = cspace_lookup(c->arg[0], CAP_VSPACE);

	int error;

	if (!vspace || c->cap->mapped)
		return INVALID_CAPABILITY;
	error = vspace_map_page(vspace->paddr, c->arg[1], c->cap->paddr, (unsigned)c->arg[2]);
	if (!error) {
		c->cap->vspace_id = vspace->vspace_id;
		c->cap->vaddr = c->arg[1];
	}
	return mapped(c->cap, error);
}

static int page_unmap(struct call *c)
{
	if (c->cap->mapped)
		vspace_unmap_page(c->cap->vspace_id, c->cap->vaddr, c->cap->paddr);
	c->cap->mapped = false;
	return NO_ERROR;
}

static int page_unify(struct call *c)
{
	arch_unify(c->cap->paddr);
	return NO_ERROR;
}

static int cnode_copy(struct call *c)
{
	struct cap *to = cspace_slot(c->arg[0]);
	const struct cap *from = cspace_slot(c->arg[1]);

	if (!to || !from)
		return RANGE_ERROR;
	if (to->type != CAP_NULL)
		return DELETE_FIRST;
	if (from->type != CAP_FRAME && from->type != CAP_ENDPOINT)
		return INVALID_CAPABILITY;
	*to = *from;
	to->mapped = false;
	return NO_ERROR;
}

static const struct {
	enum cap_type type;
	int (*perform)(struct call *c);
} invocations[] = {
	[UNTYPED_RETYPE] = {CAP_UNTYPED, untyped_retype},
	[TCB_CONFIGURE] = {CAP_TCB, tcb_configure},
	[TCB_WRITE_REGISTERS] = {CAP_TCB, tcb_write_registers},
	[TCB_READ_REGISTER] = {CAP_TCB, tcb_read_register},
	[TCB_RESUME] = {CAP_TCB, tcb_resume},
	[PAGE_TABLE_MAP] = {CAP_PAGE_TABLE, page_table_map},
	[PAGE_MAP] = {CAP_FRAME, page_map},
	[PAGE_UNMAP] = {CAP_FRAME, page_unmap},
	[PAGE_UNIFY] = {CAP_FRAME, page_unify},
	[CNODE_COPY] = {CAP_CSPACE, cnode_copy},
	[TCB_SUSPEND] = {CAP_TCB, tcb_suspend},
};

static int decode(const struct tcb *caller, struct call *c, uint64_t slot, uint64_t label)
{
	c->cap = caller->has_cspace ? cspace_slot(slot) : NULL;
	if (!c->cap || c->cap->type == CAP_NULL) {
		print("Attempted to invoke a null cap #%lu\n", slot);
		return INVALID_CAPABILITY;
	}
	if (label < UNTYPED_RETYPE || label >= sizeof invocations / sizeof invocations[0] ||
	    invocations[label].type != c->cap->type)
		return ILLEGAL_OPERATION;
	return invocations[label].perform(c);
}

void invocation_handle(struct tcb *caller)
{
	uint64_t arg[4];
	struct call c = {.arg = arg};
	int error;

	for (unsigned i = 0; i < 4; i++)
		arg[i] = context_word(&caller->context, 2 + i);
	error = decode(caller, &c, context_word(&caller->context, 0), context_word(&caller->context, 1));
	context_set_word(&caller->context, 0, (uint64_t)error);
	context_set_word(&caller->context, 1, c.value);
}
