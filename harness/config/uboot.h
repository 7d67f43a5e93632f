/*
 * How a U-Boot prompt is spoken to, as a board kind's `uboot` section describes it. Commands are U-Boot's own, with
 * {address}, {file} and {dtb} replaced: UBOOT_ADDRESS, UBOOT_FILE and UBOOT_DTB.
 */
#ifndef RUNTEST_CONFIG_UBOOT_H
#define RUNTEST_CONFIG_UBOOT_H

#include <stdbool.h>
#include <stdint.h>

#define UBOOT_ADDRESS "{address}" /* where a file goes, as 0x70000000 */
#define UBOOT_FILE "{file}"       /* what it is called on the medium */
#define UBOOT_DTB "{dtb}"         /* where the device tree goes, as 0xd0000000 */

/* Where U-Boot finds the files that the harness has put there. */
enum uboot_medium {
	UBOOT_DISK, /* a disk with a FAT file system on it */
	UBOOT_TFTP, /* a TFTP server's folder */
};

/* What the command `start` takes. A raw image is wrapped up where it must be. */
enum uboot_format {
	UBOOT_RAW,    /* go, booti */
	UBOOT_UIMAGE, /* bootm */
	UBOOT_ELF,    /* bootelf */
};
const char *uboot_format_name(enum uboot_format f); /* "raw" */

/* A device tree that is handed to the image. */
struct uboot_dtb {
	uint64_t address; /* physical, of its first byte */
	const char *file; /* absolute; NULL: the unit names it */
};

struct uboot_board {
	enum uboot_medium medium;   /* of QEMU boards; a hardware unit's load section says it */
	enum uboot_format format;
	uint64_t image_address;     /* where the boot image's file goes; 0: at load-address, or (wrapped up) behind it */
	const struct uboot_dtb *dtb; /* NULL: none is brought there */
	const char *banner;         /* what every fresh start says before its first prompt: "U-Boot 20" */
	const char *autoboot;       /* what it says while the start can be stopped */
	const char *interrupt;      /* what is typed to stop it */
	const char *prompt;         /* as it stands at the beginning of a line: "=> " */
	const char *const *prepare; /* commands before the first file, NULL-terminated; never NULL */
	const char *load;           /* "load virtio 0 {address} {file}"; NULL: what is usual for the way files come */
	const char *start;          /* "booti {address} - ${fdtcontroladdr}" */
	const char *started;        /* the sign that the image has taken over: "Starting kernel ..." */
	int64_t deadline_ms;        /* from power-on or reset to that sign */
};

#endif
