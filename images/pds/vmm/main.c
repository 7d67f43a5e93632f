/*
 * A virtual machine monitor: a protection domain that puts a guest kernel from where its image waits to where it runs,
 * and handles what the guest leaves to it.
 */
#include <stddef.h>

#include "abi/guest.h"
#include "lib/string.h"
#include "machine.h"
#include "self.h"
#include "user/syscall.h"

static struct guest_order *const order = (struct guest_order *)VMM_ORDER;

/* The guest begins with its MMU and caches off, so what was written must not stay in a cache. */
static void clean(const char *from, uint64_t size)
{
	uint64_t line;

	__asm__ volatile("mrs %0, ctr_el0" : "=r"(line));
	line = 4ULL << (line >> 16 & 0xf);
	for (uint64_t at = 0; at < size; at += line)
		__asm__ volatile("dc civac, %0" : : "r"(from + at) : "memory");
	__asm__ volatile("dsb sy" : : : "memory");
}

static void load(void)
{
	char *ram = (char *)VMM_RAM;

	memset(ram, 0, order->ram_size);
	for (uint64_t i = 0; i < order->segment_count; i++) {
		const struct guest_segment *s = &order->segments[i];

		memcpy(ram + (s->address - GUEST_RAM), (const void *)s->from, s->size);
	}
	clean(ram, order->ram_size);
	machine_reset();
}

/* Do as told, tell how it ended, and hear what is next. */
static enum vmm_command obey(enum vmm_command command)
{
	enum word word = WORD_READY;

	if (command == VMM_ALIVE)
		return (enum vmm_command)self_alive();
	if (command == VMM_LOAD)
		load();
	if (command == VMM_START)
		machine_start(order->entry, order->run);
	if (command == VMM_START || command == VMM_GO_ON)
		word = machine_run(order);
	return (enum vmm_command)sys_notify_handler(word);
}

void pd_main(void)
{
	enum vmm_command command;

	self_announce();
	for (command = (enum vmm_command)self_ready();;)
		command = obey(command);
}
