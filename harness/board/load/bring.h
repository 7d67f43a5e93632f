/*
 * The ways in which files come to a U-Boot prompt: what is done with them before power goes on, what U-Boot is told, and
 * what has to be done while it listens. What was put somewhere is taken away again with `destroy`, whatever happened.
 */
#ifndef RUNTEST_BOARD_LOAD_BRING_H
#define RUNTEST_BOARD_LOAD_BRING_H

#include "board/load/load.h"
#include "board/load/prompt.h"

struct bring_file {
	const char *path;  /* on this machine */
	const char *name;  /* what it is to be called: letters, digits, "._-", unlike any other's of the session */
	const char *there; /* what U-Boot calls it; set by `put` */
	uint64_t size;     /* bytes */
};

struct bring;
struct bring_ops {
	const char *name;
	const char *command; /* `load`, where neither kind nor unit says one; NULL: one of them has to */
	const char *stale;   /* where to look when something else arrived: a hint */
	/* Before power-on. `files` outlive the driver. */
	int (*put)(struct bring *b, struct bring_file *files, size_t count, struct err *e);
	/* The command `load` has been entered: bring the file, to the point where only the prompt is missing. NULL: U-Boot
	 * does all of it. */
	enum load_end (*feed)(struct bring *b, struct prompt *p, const struct bring_file *f, const char *command);
	void (*destroy)(struct bring *b);
};

struct bring {
	const struct bring_ops *ops;
	int64_t extra_ms; /* how much longer than the kind's deadline it may take; set by `put` */
};

/* The medium of a QEMU board, given to its machine. */
struct bring *bring_qemu_create(const struct board_kind *kind, const struct load_job *job, struct machine_spec *spec);

/* A TFTP server's folder, on this machine or on a lab host. */
struct bring *bring_tftp_create(const struct load_tftp *t, const struct load_job *job);

/* The console itself. */
struct bring *bring_ymodem_create(void);

/* The files are there already. */
struct bring *bring_disk_create(const struct load_disk *d);

/* U-Boot listens to fastboot. */
struct bring *bring_fastboot_create(const struct load_fastboot *f, const struct fastboot_board *how);

#endif
