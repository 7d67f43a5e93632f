/*
 * How a boot image gets into a board's memory and starts, as the `load` section of a board unit says: exactly one driver,
 * and what that one has to know; and what a board kind says of debuggers and of fastboot. All strings live in the
 * project's arena.
 */
#ifndef RUNTEST_CONFIG_LOAD_H
#define RUNTEST_CONFIG_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "config/ssh.h"

enum load_driver { LOAD_TFTP, LOAD_YMODEM, LOAD_DISK, LOAD_FASTBOOT, LOAD_OPENOCD, LOAD_DRIVERS };

struct load_tftp {
	const char *root;            /* absolute; of the TFTP server: on this machine, or on the lab host */
	const struct ssh_host *sftp; /* the lab host; NULL: this machine */
};

struct load_disk {
	const char *file; /* what the image is called there; NULL: as it is called here */
};

struct load_fastboot {
	const char *serial; /* -s; NULL: the only one there is */
};

struct load_openocd {
	const char *endpoint; /* of the GDB server: "HOST:PORT", "unix:PATH" */
};

struct unit_load {
	enum load_driver driver;
	const struct load_tftp *tftp; /* the driver's own, the others are NULL */
	const void *ymodem;
	const struct load_disk *disk;
	const struct load_fastboot *fastboot;
	const struct load_openocd *openocd;
	const char *const *prepare;   /* instead of the kind's uboot: prepare; NULL-terminated; NULL: not said */
	const char *load;             /* instead of the kind's uboot: load; NULL: not said */
	const char *dtb;              /* a device tree, absolute; NULL: the kind's, or none */
	int line;                     /* of its file */
};

/* ---- what a kind says ---- */

struct openocd_file {
	const char *file; /* absolute */
	uint64_t address; /* physical */
};

struct openocd_register {
	const char *name; /* as the GDB server calls it: "a0", "pc" */
	uint64_t value;
	int line;
};

struct openocd_board {
	const char *const *before;          /* commands for the server's monitor, NULL-terminated; never NULL */
	const struct openocd_file *files;   /* beside the boot image */
	size_t file_count;
	const struct openocd_register *registers;
	size_t register_count;
	int64_t deadline_ms;
};

#define FASTBOOT_FILE "{file}" /* the path of a file on this machine */

struct fastboot_board {
	const char *program;          /* "fastboot"; looked up in PATH */
	const char *const *commands;  /* its arguments, one call each; NULL-terminated; never NULL, empty: the usual ones */
	int64_t deadline_ms;          /* of each call */
};

#endif
