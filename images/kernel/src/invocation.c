#include "kernel/invocation.h"

#include <stddef.h>

#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/endpoint.h"
#include "kernel/untyped.h"
#include "kernel/vcpu.h"
#include "kernel/vspace.h"
#include "kernel/window.h"
#include "lib/print.h"

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
	struct cap *cnode = cspace_lookup(c->arg[3], CAP_CSPACE);
	struct tcb *t = tcb_of(c->cap);

	if (!vspace || !endpoint || (c->arg[3] && !cnode))
		return INVALID_CAPABILITY;
	t->vspace = vspace->paddr;
	t->vspace_id = vspace->vspace_id;
	t->handler = phys_to_ptr(endpoint->paddr);
	t->badge = c->arg[2];
	t->cspace = cnode ? cspace_of(cnode) : (struct cspace){NULL, 0};
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

/* enum register_name; NULL when there is none of this number. */
static uint64_t *find_register(struct context *context, uint64_t name)
{
	if (name == REGISTER_PC)
		return &context->pc;
	if (name == REGISTER_SP)
		return &context->sp;
	return name == REGISTER_STATUS ? &context->status : context_general(context, name);
}

static int tcb_read_register(struct call *c)
{
	const uint64_t *value = find_register(&tcb_of(c->cap)->context, c->arg[0]);

	if (!value)
		return RANGE_ERROR;
	c->value = *value;
	return NO_ERROR;
}

static int tcb_write_register(struct call *c)
{
	uint64_t *value = find_register(&tcb_of(c->cap)->context, c->arg[0]);

	if (!value || c->arg[0] == REGISTER_STATUS)
		return RANGE_ERROR;
	*value = c->arg[1];
	return NO_ERROR;
}

static int tcb_resume(struct call *c)
{
	struct tcb *t = tcb_of(c->cap);

	if (!t->vspace || (t->state != THREAD_INACTIVE && t->state != THREAD_WAITING))
		return ILLEGAL_OPERATION;
	if (t->state == THREAD_WAITING && t->label == MESSAGE_NOTIFY)
		context_set_word(&t->context, 0, c->arg[0]);
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

/* A copy of a frame's capability is not mapped: it stands for another mapping of the frame. */
static int cnode_copy(struct call *c)
{
	const struct cspace to = cspace_of(c->cap);
	const struct cap *from = cspace_slot(c->arg[1]);

	if (c->arg[0] >= to.size)
		return RANGE_ERROR;
	if (to.slots[c->arg[0]].type != CAP_NULL)
		return DELETE_FIRST;
	if (!from || from->type == CAP_NULL || from->type == CAP_UNTYPED || from->type == CAP_PAGE_TABLE)
		return INVALID_CAPABILITY;
	to.slots[c->arg[0]] = *from;
	to.slots[c->arg[0]].mapped = false;
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
	[TCB_WRITE_REGISTER] = {CAP_TCB, tcb_write_register},
#ifdef HAVE_VCPU
	[VCPU_SET_TCB] = {CAP_VCPU, vcpu_set_tcb},
	[VCPU_READ_REGISTER] = {CAP_VCPU, vcpu_read_register},
	[VCPU_WRITE_REGISTER] = {CAP_VCPU, vcpu_write_register},
#endif
};

static int decode(struct call *c, uint64_t slot, uint64_t label)
{
	c->cap = cspace_slot(slot);
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
	error = decode(&c, context_word(&caller->context, 0), context_word(&caller->context, 1));
	context_set_word(&caller->context, 0, (uint64_t)error);
	context_set_word(&caller->context, 1, c.value);
}
