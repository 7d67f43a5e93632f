/*
 * How the boot image gets into the board's memory and starts. Some boards are given it as power goes on; others have
 * to be talked to at a prompt. The files are put where the board will fetch them before power goes on (prepare); after
 * every power-on and every reset they are brought in and started (deliver).
 */
#ifndef RUNTEST_BOARD_LOAD_H
#define RUNTEST_BOARD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/board.h"
#include "util/buf.h"
#include "util/err.h"

/* A file that has to be in memory when the image starts. */
struct load_file {
	const char *path;  /* on this machine */
	uint64_t address;  /* physical, of its first byte */
	bool placed;       /* the file itself says where its bytes go (an ELF, a uImage): `address` does not count */
};

/* Memory to be filled before anything is loaded, so that what is never written there can be told. */
struct load_fill {
	uint64_t paddr, size; /* bytes; size is a multiple of 4 */
	uint8_t byte;
};

/* What there is to load, and where files for it may be put. Borrowed; outlives the driver. */
struct load_job {
	const struct load_file *files; /* the boot image first; it is the last to arrive and the one that is started */
	size_t count;                  /* from 1 */
	const char *dir;               /* the session's own folder */
	const char *cache;             /* a folder for what other sessions can use as well */
	const struct load_fill *fills; /* done by a driver that can, at every delivery */
	size_t fill_count;
};

/* The console as a driver borrows it for a dialogue; all of it stays logged and watched. */
enum line_state {
	LINE_OK,
	LINE_LATE,  /* the deadline passed */
	LINE_ENDED, /* the session has come to an end meanwhile, and knows why */
};

struct load_line;
struct load_line_ops {
	enum line_state (*send)(struct load_line *l, const char *bytes, size_t n, int64_t deadline_ms);
	/* Wait for at least one byte; all that have come are added to `in`. Deadlines are those of clock_ms(). */
	enum line_state (*receive)(struct load_line *l, struct buf *in, int64_t deadline_ms);
	/* What comes from here on may be the image's own. */
	void (*handing_over)(struct load_line *l);
};

struct load_line {
	const struct load_line_ops *ops;
	bool narrow; /* never more than a UART's receive buffer at a time, whatever comes through */
};

enum load_end {
	LOAD_DONE,    /* the image has been started */
	LOAD_ENDED,   /* the session ended meanwhile */
	LOAD_FAILED,  /* it could not be brought there: err says why (ERR_INFRA) */
	LOAD_REFUSED, /* it is there, byte for byte, and the board would not start it: err says what it said */
};

struct load;
struct load_ops {
	const char *name;
	/* Once, before the first power-on. */
	int (*prepare)(struct load *l, struct err *e);
	/* After every power-on and every reset. */
	enum load_end (*deliver)(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e);
	void (*destroy)(struct load *l);
};

struct load {
	const struct load_ops *ops;
	int64_t patience_ms; /* how long a delivery may take; 0: no time at all */
	size_t unfilled;     /* how many of the job's fills the last delivery could not do */
};

void load_destroy(struct load *l); /* NULL is fine */

/* The board starts its image by itself. */
struct load *load_none_create(void);

struct machine_spec;
/* QEMU puts the image into memory by itself, at power-on and at every reset. */
struct load *load_qemu_create(struct machine_spec *spec, const struct load_job *job);

struct bring;
/* A U-Boot fetches the files in the way that is given (bring.h), which becomes the driver's, and starts the image. `own` is
 * what a unit has instead of its kind's; or NULL. */
struct load *load_uboot_create(const struct board_kind *kind, const struct unit_load *own, const struct load_job *job,
			       struct bring *bring);

/* The board's own fastboot takes the image and starts it. */
struct load *load_fastboot_create(const struct board_unit *unit, const struct load_job *job);

struct memory;
/* A debugger writes files and registers, and lets the board go. `memory`, which may use the same server, lets go of it
 * before; NULL: none. */
struct load *load_openocd_create(const struct board_unit *unit, const struct load_job *job, struct memory *memory);

/* The driver that a hardware unit's load section asks for. `memory` as above. What it borrows outlives it. Never NULL. */
struct load *load_create(const struct board_unit *unit, const struct load_job *job, struct memory *memory);

#endif
