/*
 * Boards as boards/ describes them. A *kind* is a sort of hardware (boards/kinds/NAME.yaml); a *unit* is one such board
 * that somebody can switch on (boards/units/NAME.yaml). A kind with a `qemu` section needs no unit file: the machine
 * itself is its unit, called as the kind is. All strings and arrays live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_BOARD_H
#define RUNTEST_CONFIG_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/console.h"
#include "config/load.h"
#include "config/marker.h"
#include "config/memory.h"
#include "config/mq.h"
#include "config/power.h"
#include "config/uboot.h"

enum arch { ARCH_AARCH64, ARCH_RISCV64, ARCH_COUNT };
const char *arch_name(enum arch a); /* "aarch64" */

struct memory_range {
	uint64_t base, size; /* bytes, physical */
};

/* Memory that the board's device tree sets aside by name: the kernel hands it out as device memory. */
struct reserved_region {
	const char *name;
	uint64_t base, size; /* bytes, physical */
};

/* How QEMU gets the boot image. */
enum qemu_deliver {
	QEMU_DELIVER_LOADER, /* -device loader,file=IMAGE,addr=LOAD-ADDRESS,cpu-num=0 */
	QEMU_DELIVER_KERNEL, /* -kernel IMAGE (riscv64: OpenSBI starts it) */
	QEMU_DELIVER_UBOOT,  /* its firmware is U-Boot, which loads the image: see the kind's `uboot` */
};

struct qemu_board {
	const char *program;       /* "qemu-system-aarch64"; looked up in PATH */
	const char *machine;       /* value of -machine: "virt,virtualization=on" */
	const char *cpu;           /* value of -cpu, or NULL */
	int cpus;                  /* value of -smp; 1 by default */
	enum qemu_deliver deliver;
	const char *firmware;      /* file that starts instead of the image (-bios, or -kernel on riscv64), or NULL */
	const char *const *args;   /* further arguments, NULL-terminated; never NULL */
};

/* Where the device tree of hardware comes from, which builds of images get. */
enum kind_tree_source { TREE_OF_FILE, TREE_OF_MACHINE };

struct kind_tree {
	enum kind_tree_source source;
	const char *file;                 /* TREE_OF_FILE: a flattened one, absolute path */
	const struct qemu_board *machine; /* TREE_OF_MACHINE: the QEMU machine that dumps it, with the kind's memory */
};

/* When a machine takes part that needs no unit file. */
enum kind_use {
	KIND_USE_ALWAYS,     /* in every run that does not choose boards */
	KIND_USE_WHEN_NAMED, /* only where --board or a scenario's `boards` names it */
};

struct board_kind {
	const char *name;           /* "qemu_virt_aarch64", also the name Microkit gives the board */
	const char *about;          /* one line */
	enum arch arch;
	const char *entry;          /* "el2", "el1", "s-mode": the level at which the loader is entered */
	struct memory_range memory; /* RAM */
	const struct reserved_region *reserved; /* parts of it that the device tree reserves */
	size_t reserved_count;
	uint64_t load_address;      /* where the boot image goes; 0 when `deliver` decides */
	enum kind_use use;
	const struct marker_table *const *markers; /* what boot software prints there; NULL-terminated, or NULL */
	int64_t boot_deadline_ms;   /* how long a boot may take, from power-on to the mark that ends it; 0: no limit */
	int64_t discharge_ms;       /* hardware: how long off before on again */
	const struct uboot_board *uboot; /* NULL: no U-Boot loads there */
	const struct openocd_board *openocd; /* how a debugger loads it; NULL: the image alone, from its first byte on */
	const struct fastboot_board *fastboot; /* how fastboot loads it; NULL: as it usually does */
	const struct qemu_board *qemu; /* NULL: real hardware */
	const struct kind_tree *tree;  /* of hardware: its device tree, or NULL */
	const char *file;           /* where it is defined */
	int line;
};

/* What a health check has to know, and when the unit is set aside (farm/health.h). */
struct unit_care {
	const char *image;   /* known to be good there, absolute; NULL: a variant of the project's */
	int set_aside_after; /* so many sessions in a row that ended infra */
};

struct board_unit {
	const char *name;              /* what --board selects (besides the kind's name) */
	const struct board_kind *kind;
	const char *about;             /* may be NULL */
	const char *qemu_program;      /* another QEMU than the kind's, or NULL */
	const struct unit_memory *memory; /* NULL: QEMU's shared mapping, or none */
	const struct unit_console *console; /* NULL: QEMU's own pipes, or (hardware) none */
	const struct unit_mq *mq;      /* the machine queue that has it, instead of all drivers of our own; or NULL */
	const struct unit_power *power; /* NULL: QEMU's own process, or none */
	const struct unit_reset *reset; /* NULL: it cannot be reset without losing power, or QEMU does it */
	const struct unit_load *load;  /* NULL: QEMU's own, or (hardware) none */
	const char *node;              /* what Slurm calls the lab host it hangs on; NULL: it is on no farm */
	const char *qemu_serial;       /* where QEMU's serial line is plugged in, a tty; NULL: pipes */
	const struct unit_care *care;  /* its section `health`; NULL: there is none */
	bool implied;                  /* the machine that a QEMU kind is by itself */
	const char *file;
	int line;
};

/* How long this board must stay off before it is switched on again: ms. */
int64_t board_unit_discharge_ms(const struct board_unit *u);

/* After so many sessions in a row that ended infra the unit is set aside; 0: as the program has it. */
unsigned board_unit_set_aside_after(const struct board_unit *u);

/* The reserved region of that name, or NULL. */
const struct reserved_region *board_kind_reserved(const struct board_kind *k, const char *name);

#endif
