/*
 * The monitor is the initial task: it builds the protection domains that the invocation table describes, starts them,
 * and hears of their faults.
 */
#include <stddef.h>

#include "abi/bootinfo.h"
#include "abi/table.h"
#include "lib/hold.h"
#include "lib/print.h"
#include "monitor/fail.h"
#include "monitor/memory.h"
#include "monitor/pd.h"
#include "monitor/report.h"
#include "user/syscall.h"

#define PAGE_SIZE 4096ULL
#define TABLE_VADDR 0x90000000ULL /* where the table is mapped when the kernel has not done so */

/* Filled in by the packer: kept out of .bss, for the packer writes into the file's bytes. */
__attribute__((section(".data"))) volatile struct table_place table_place;

static struct pd pds[TABLE_MAX_PDS];
static uint64_t pd_count;

static void check_untypeds(const struct table_place *place)
{
	if (memory_is_device(place->region_paddr, place->region_paddr + place->region_size))
		print("MON|INFO: bootinfo untyped list matches expected list\n");
	else
		print("MON|INFO: extra device region is missing, using ordinary memory\n");
}

static const struct table *map_table(const struct table_place *place)
{
	uint64_t at;

	if (place->table_vaddr)
		return (const struct table *)(uintptr_t)place->table_vaddr;
	for (at = 0; at < place->table_size; at += PAGE_SIZE)
		memory_map(SLOT_VSPACE, TABLE_VADDR + at, memory_frame_at(place->table_paddr + at), RIGHT_READ);
	return (const struct table *)TABLE_VADDR;
}

static void check_table(const struct table *table)
{
	if (table->magic != TABLE_MAGIC || table->version != TABLE_VERSION)
		fail("MON|ERROR: the invocation table is not there");
	if (table->pd_count > TABLE_MAX_PDS)
		fail("MON|ERROR: the invocation table has too many protection domains");
}

static void create_pds(const struct table *table, uint64_t endpoint)
{
	pd_count = table->pd_count;
	for (uint64_t i = 0; i < pd_count; i++)
		pd_create(&pds[i], &table->pds[i], endpoint, i + 1);
	for (uint64_t i = 0; i < pd_count; i++)
		pd_resume(&pds[i]);
}

static void handle(const struct message_in *m)
{
	struct pd *pd = &pds[m->badge - 1]; /* badges are the monitor's own, so they are in range */

	if (m->label == MESSAGE_NOTIFY) {
		pd->state = PD_READY;
		return;
	}
	pd->state = PD_FAULTED;
	report_fault(pd, m);
}

static bool anyone_running(void)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (pds[i].state == PD_RUNNING)
			return true;
	}
	return false;
}

static void serve(uint64_t endpoint)
{
	struct message_in m = sys_recv(endpoint);

	handle(&m);
}

/* Resume those who are ready, one after the other so that each finishes its lines before the next begins. */
static void run_once_more(uint64_t endpoint)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (pds[i].state != PD_READY)
			continue;
		pd_resume(&pds[i]);
		while (anyone_running())
			serve(endpoint);
	}
}

_Noreturn void monitor_main(const struct bootinfo *info);
_Noreturn void monitor_main(const struct bootinfo *info)
{
	struct table_place place = table_place;
	const struct table *table;
	uint64_t endpoint;

	print("MON|INFO: Microkit Bootstrap\n");
	memory_init(info, &place);
	check_untypeds(&place);
	table = map_table(&place);
	check_table(table);
	endpoint = memory_object(OBJECT_ENDPOINT);
	print("MON|INFO: completed bootstrap invocations\n");
	create_pds(table, endpoint);
	print("MON|INFO: completed system invocations\n");
	while (anyone_running())
		serve(endpoint);
	hold("pd-started");
	run_once_more(endpoint);
	print("MON|INFO: system is up\n");
	for (;;)
		serve(endpoint);
}
