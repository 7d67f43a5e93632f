/*
 * How a U-Boot prompt is spoken to, as a board kind's `uboot` section describes it. Commands are U-Boot's own, with
 * {address} and {file} replaced: UBOOT_ADDRESS and UBOOT_FILE.
 */
#ifndef RUNTEST_CONFIG_UBOOT_H
#define RUNTEST_CONFIG_UBOOT_H

#include <stdint.h>

#define UBOOT_ADDRESS "{address}" /* where a file goes, as 0x70000000 */
#define UBOOT_FILE "{file}"       /* what it is called on the medium */

/* Where U-Boot finds the files that the harness has put there. */
enum uboot_medium {
	UBOOT_DISK, /* a disk with a FAT file system on it */
	UBOOT_TFTP, /* a TFTP server's folder */
};

struct uboot_board {
	enum uboot_medium medium;
	const char *autoboot;       /* what it says while the start can be stopped */
	const char *interrupt;      /* what is typed to stop it */
	const char *prompt;         /* as it stands at the beginning of a line: "=> " */
	const char *const *prepare; /* commands before the first file, NULL-terminated; never NULL */
	const char *load;           /* "load virtio 0 {address} {file}" */
	const char *start;          /* "booti {address} - ${fdtcontroladdr}" */
	const char *started;        /* the sign that the image has taken over: "Starting kernel ..." */
	int64_t deadline_ms;        /* from power-on or reset to that sign */
};

#endif
