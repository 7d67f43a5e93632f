/*
 * The boards of a virtual lab: what each is, and how it is wired. Between them they use every transport that the harness
 * has for boards on a shelf, on both architectures.
 */
#ifndef RUNTEST_LAB_RACK_H
#define RUNTEST_LAB_RACK_H

#include <stddef.h>

#include "config/board.h"

enum rack_console { RACK_RFC2217, RACK_TELNET, RACK_RAW, RACK_SSH, RACK_TTY };
enum rack_power { RACK_PDUDAEMON, RACK_EXEC };
enum rack_load { RACK_TFTP_SFTP, RACK_TFTP_COPY, RACK_YMODEM };
enum rack_memory { RACK_GDB, RACK_UBOOT_MEMORY };

struct rack_board {
	const char *name; /* of the unit */
	const char *kind; /* boards/kinds/ */
	const char *about;
	enum arch arch;
	enum rack_console console;
	enum rack_power power;
	enum rack_load load;
	enum rack_memory memory;
};

extern const struct rack_board rack[];
extern const size_t rack_count;

/* Is its console offered by ser2net? */
int rack_has_port(const struct rack_board *b);

#endif
