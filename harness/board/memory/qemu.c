/* Guest RAM of a QEMU machine: the mapping that the machine shares with its process; stopping goes through QMP. */
#include <stdlib.h>

#include "board/memory/memory.h"
#include "machine/machine.h"
#include "util/mem.h"

struct qemu_memory {
	struct memory base;
	struct machine *machine; /* borrowed */
};

static struct machine *machine_of(struct memory *m)
{
	return ((struct qemu_memory *)m)->machine;
}

static int qemu_request_stop(struct memory *m, struct err *e)
{
	return machine_request_stop(machine_of(m), e);
}

static int qemu_request_continue(struct memory *m, struct err *e)
{
	return machine_request_continue(machine_of(m), e);
}

static int qemu_fd(struct memory *m)
{
	return machine_of(m)->qmp_fd;
}

static int qemu_pump(struct memory *m, struct err *e)
{
	return machine_pump(machine_of(m), e);
}

/* A machine that has ended stands as still as one that was stopped: its RAM is ours and stays readable. */
static bool qemu_stopped(struct memory *m)
{
	return machine_of(m)->state == MACHINE_STOPPED || machine_of(m)->state == MACHINE_GONE;
}

static const uint8_t *qemu_view(struct memory *m, uint64_t paddr, uint64_t size)
{
	return machine_view(machine_of(m), paddr, size);
}

static int qemu_poison(struct memory *m, uint64_t paddr, uint64_t size, uint8_t byte, struct err *e)
{
	return machine_fill(machine_of(m), paddr, size, byte, e);
}

static void qemu_destroy(struct memory *m)
{
	free(m);
}

static const struct memory_ops qemu_ops = {
	.name = "qemu",
	.request_stop = qemu_request_stop,
	.request_continue = qemu_request_continue,
	.fd = qemu_fd,
	.pump = qemu_pump,
	.stopped = qemu_stopped,
	.view = qemu_view,
	.poison = qemu_poison,
	.destroy = qemu_destroy,
};

struct memory *memory_qemu_create(struct machine *m)
{
	struct qemu_memory *mem = xcalloc(1, sizeof *mem);

	mem->base.ops = &qemu_ops;
	mem->machine = m;
	return &mem->base;
}
