/*
 * The monitor is the initial task: it builds the protection domains that the invocation table describes, starts them,
 * and hears of their faults.
 */
#include <stddef.h>

#include "abi/bootinfo.h"
#include "abi/layout.h"
#include "lib/hold.h"
#include "lib/print.h"
#include "monitor/block.h"
#include "monitor/command.h"
#include "monitor/memory.h"
#include "monitor/place.h"
#include "monitor/system.h"
#include "monitor/untypeds.h"

/* Filled in by the packer: kept out of .bss, for the packer writes into the file's bytes. */
__attribute__((section(".data"))) volatile struct layout system_layout;
__attribute__((section(".data"))) volatile struct expected_untypeds system_untypeds;

static const struct table *find_table(const struct layout *l)
{
	static struct place place;

	if (l->table_vaddr)
		return (const struct table *)(uintptr_t)l->table_vaddr;
	place_open(&place, l->table);
	return (const struct table *)place_show(&place, RIGHT_READ);
}

_Noreturn void monitor_main(const struct bootinfo *info);
_Noreturn void monitor_main(const struct bootinfo *info)
{
	static struct layout l;
	const struct table *table;

	l = system_layout;
	print("MON|INFO: Microkit Bootstrap\n");
	memory_init(info, &l);
	block_init(&l);
	untypeds_check(info, &system_untypeds, &l);
	table = find_table(&l);
	print("MON|INFO: completed bootstrap invocations\n");
	system_create(table, &l);
	print("MON|INFO: completed system invocations\n");
	system_wait();
	system_start_guests();
	hold("pd-started");
	system_run_once_more();
	print("MON|INFO: system is up\n");
	if (COMMANDS)
		command_serve();
	system_serve();
}
