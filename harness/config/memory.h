/* How the memory of a board is read, where it is not by the mapping that a QEMU shares: a unit's `memory` section. */
#ifndef RUNTEST_CONFIG_MEMORY_H
#define RUNTEST_CONFIG_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

enum memory_driver { MEMORY_GDB, MEMORY_UBOOT };

/* What a GDB server takes for an address. */
enum gdb_addresses {
	GDB_ADDRESSES_VIRTUAL,  /* what the processor sees, unless it is asked for physical ones as QEMU can be */
	GDB_ADDRESSES_PHYSICAL, /* physical by nature: OpenOCD's mem_ap targets */
};

struct unit_memory {
	enum memory_driver driver;
	struct {
		const char *endpoint; /* of a GDB server: "HOST:PORT", "unix:PATH"; NULL: QEMU's own stub */
	} gdb;
	enum gdb_addresses addresses; /* of that server */
	const struct memory_uboot *uboot; /* MEMORY_UBOOT, else NULL */
};

/* RAM as U-Boot finds it after a reset: it may accuse, and never acquits. */
struct memory_uboot {
	int64_t deadline_ms; /* for the whole of a look, from the reset on */
};

#endif
