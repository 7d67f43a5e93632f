#include "kernel/syscall.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "kernel/cap.h"
#include "kernel/endpoint.h"
#include "kernel/invocation.h"
#include "kernel/thread.h"
#include "kernel/window.h"
#include "lib/console.h"

static void debug_putchar(struct tcb *t)
{
	console_putc((char)context_word(&t->context, 0));
}

static void debug_getchar(struct tcb *t)
{
	context_set_word(&t->context, 0, (uint64_t)(int64_t)console_getc());
}

static void recv(struct tcb *t)
{
	struct cap *cap = cspace_lookup(context_word(&t->context, 0), CAP_ENDPOINT);

	if (cap)
		endpoint_receive(phys_to_ptr(cap->paddr), t);
	else
		endpoint_send(t, MESSAGE_UNKNOWN_SYSCALL, SYS_RECV, 0, 0, 0);
}

static void notify_handler(struct tcb *t)
{
	endpoint_send(t, MESSAGE_NOTIFY, context_word(&t->context, 0), 0, 0, 0);
}

static void (*const calls[])(struct tcb *t) = {
	[SYS_DEBUG_PUTCHAR] = debug_putchar,
	[SYS_DEBUG_GETCHAR] = debug_getchar,
	[SYS_INVOKE] = invocation_handle,
	[SYS_RECV] = recv,
	[SYS_NOTIFY_HANDLER] = notify_handler,
};

void syscall_handle(void)
{
	struct tcb *t = thread_current();
	uint64_t number = context_syscall(&t->context);

	cspace_use(t->cspace);
	if (number < sizeof calls / sizeof calls[0] && calls[number])
		calls[number](t);
	else
		endpoint_send(t, MESSAGE_UNKNOWN_SYSCALL, number, 0, 0, 0);
}

void fault_user_exception(uint64_t cause)
{
	struct tcb *t = thread_current();

	endpoint_send(t, MESSAGE_USER_EXCEPTION, t->context.pc, cause, 0, 0);
}

void fault_vm(uint64_t address, bool fetching, uint64_t status)
{
	struct tcb *t = thread_current();

	endpoint_send(t, MESSAGE_VM_FAULT, t->context.pc, address, fetching, status);
}

void fault_vcpu(uint64_t status)
{
	endpoint_send(thread_current(), MESSAGE_VCPU_FAULT, status, 0, 0, 0);
}
