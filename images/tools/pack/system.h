/* The whole that is packed: programs, where they go in physical memory, and the invocation table. */
#ifndef PACK_SYSTEM_H
#define PACK_SYSTEM_H

#include <stdbool.h>

#include "abi/table.h"
#include "program.h"

struct system {
	struct program loader, kernel, monitor;
	struct program pds[TABLE_MAX_PDS];
	size_t pd_count;
	bool table_in_region; /* else in the initial task's own region */
	bool hypervisor;
	/* Found by system_lay_out, physical: */
	uint64_t ui_start, ui_end; /* the initial task, table included when it lies there */
	uint64_t pv_offset;
	uint64_t region, region_size; /* where the PDs wait, and the table when it lies there */
	uint64_t table_paddr, table_size;
	struct table *table;
};

/* Give every segment its place and write the invocation table. */
void system_lay_out(struct system *s);

#endif
