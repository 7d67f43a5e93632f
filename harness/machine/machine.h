/*
 * A QEMU process and the three things that make it a board: its serial line, its control socket and its RAM.
 *
 * Nothing of it lives outside its owner: its pipes and sockets are connected before the first instruction, the RAM is
 * an anonymous file that this process made and maps, and QEMU dies with the process that started it, however that ends.
 * Order of calls: machine_start, then machine_pump whenever machine_fd polls readable, machine_finish.
 */
#ifndef RUNTEST_MACHINE_MACHINE_H
#define RUNTEST_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/board.h"
#include "proto/qmp.h"
#include "util/err.h"

#define MACHINE_TICK "record-tick" /* in QEMU's warnings about a hub that is empty on purpose */

enum machine_state {
	MACHINE_OFF,      /* not started, or finished */
	MACHINE_RUNNING,
	MACHINE_STOPPING, /* asked to stand still; console bytes may still come */
	MACHINE_STOPPED,  /* stands still: memory does not change */
	MACHINE_RESETTING, /* stands still, and has been asked to reset itself */
	MACHINE_GONE,     /* QEMU has ended by itself; see wait_status */
};

struct machine_spec {
	const struct board_kind *kind; /* with a qemu section */
	const char *program;           /* QEMU to use instead of the kind's, or NULL */
	const char *image;             /* boot image that QEMU itself delivers; NULL where its firmware loads */
	bool image_placed;             /* the image's file says where its bytes go: an ELF, a uImage */
	const char *dtb;               /* device tree instead of QEMU's own, or NULL */
	const char *disk;              /* file behind a read-only disk, or NULL */
	bool refillable;               /* machine_fill will be asked for while it stands still */
	const char *tftp;              /* folder that a network of the machine's own serves by TFTP; NULL: no network */
	const char *log;               /* file for what QEMU says on stderr */
	const char *args;              /* file for its command line, each argument ended by a NUL; NULL: none */
	bool stub;                     /* gdb_fd is wanted; the machine runs all the same, until something is sent there */
	const char *serial;            /* the tty that its serial line is plugged into; NULL: our own pipes */
	const char *arrivals;          /* file in which QEMU notes code at arrival_at when it comes there first (argv.c); or NULL */
	uint64_t arrival_at;           /* virtual */
	const char *record;            /* file to record the boot into, or NULL: machine_can_record must have no objection */
};

struct machine {
	enum machine_state state;
	pid_t pid;
	int pidfd;           /* readable once QEMU has ended */
	int wait_status;     /* in MACHINE_GONE */
	bool greeted;        /* it spoke QMP: it was a QEMU, and came up */
	bool ended_by_host;  /* QEMU said that it was told to end from outside */
	bool was_reset;      /* in MACHINE_RESETTING: the reset itself is done */
	int console_fd;      /* what the serial line brings; non-blocking */
	int keyboard_fd;     /* what goes to it; non-blocking */
	int qmp_fd;
	int fill_fd;         /* of a refillable machine, else -1 */
	int gdb_fd;          /* its GDB stub, of a machine that has one, else -1 */
	bool recording;      /* its end has to be waited for, or the record is lost */
	struct qmp qmp;
	int pending;         /* id of the command whose reply is awaited */
	int next_id;
	int ram_fd;          /* anonymous file behind the RAM */
	uint8_t *ram;        /* guest physical memory, shared with the running guest */
	uint64_t ram_base, ram_size;
	bool cpu_counted;    /* of the process that runs, or ran last */
	int64_t cpu_us;      /* processor time of all that was started and told to end, microseconds */
};

/* A machine that has nothing, and may be finished; cpu_us is 0. */
void machine_init(struct machine *m);

/* RAM for the machine, mapped and empty; call before machine_start, so that it can be poisoned. The machine is as
 * machine_init leaves it before the first call; afterwards, once it was finished, it may be prepared again, and cpu_us
 * goes on. */
int machine_prepare(struct machine *m, const struct board_kind *kind, struct err *e);

/* Start QEMU. ERR_INFRA when it cannot be started. */
int machine_start(struct machine *m, const struct machine_spec *spec, struct err *e);

/*
 * Why a machine like this cannot be recorded, or NULL. The reasons are QEMU's (docs/recording.md): it records one processor,
 * and no network of the user's.
 */
const char *machine_cannot_record(const struct machine_spec *spec);

/* How a machine was started that is to be started again, to run a record instead of by itself. */
struct machine_again {
	const char *const *argv;  /* as machine_argv_write kept it; NULL-terminated */
	const char *record;       /* the file that was recorded into */
	const char *log;          /* file for what QEMU says on stderr */
	bool debug;               /* it stands still before its first instruction, and gdb_fd speaks to its GDB stub */
};

/*
 * Run a recorded boot again, instruction for instruction. RAM is prepared as for machine_start, and filled as it was. It
 * types by itself what was typed, and ends by itself where the record ends. ERR_INFRA when it cannot be started.
 */
int machine_start_again(struct machine *m, const struct machine_again *how, struct err *e);

/* Ask it to stand still, or to go on. The answer comes through machine_pump. */
int machine_request_stop(struct machine *m, struct err *e);
int machine_request_continue(struct machine *m, struct err *e);

/*
 * Reset a machine that stands still, RAM kept; it goes on standing still: RESETTING, then STOPPED again. QEMU puts back
 * what it had delivered by itself (firmware, device tree, boot image).
 */
int machine_request_reset(struct machine *m, struct err *e);

/* Read the control socket (it polled readable) and follow the state. */
int machine_pump(struct machine *m, struct err *e);

/* QEMU has ended (pidfd polled readable): reap it; the state becomes MACHINE_GONE. */
void machine_reap(struct machine *m);

/* Guest physical memory, or NULL when [paddr, paddr + size) does not lie in RAM. */
uint8_t *machine_view(const struct machine *m, uint64_t paddr, uint64_t size);

/*
 * Fill guest RAM with a byte: before the start, or while the machine stands still. Then QEMU has to do it, which has
 * translated code that ran before and would go on running it, whatever stands in memory (decisions/poison.md).
 * ERR_INFRA; also where that is no RAM.
 */
int machine_fill(struct machine *m, uint64_t paddr, uint64_t size, uint8_t byte, struct err *e);

/* Tell QEMU to end, without waiting for it: by the KILL that it cannot refuse, or one that records by TERM, because it has
 * to finish its record (machine_finish does not wait for ever). Safe in every state. */
void machine_kill(struct machine *m);

/* QEMU has been told to end: wait for that, as long as its record may take. RAM stays readable. Safe in every state. */
void machine_await_end(struct machine *m);

/* End QEMU, reap it, give everything back. Safe on a machine that never started. */
void machine_finish(struct machine *m);

/* QEMU's command line for a board; the descriptors are those that QEMU inherits. Strings are owned by the argv. */
struct machine_argv {
	char **argv;
	size_t count, room;
};
struct machine_fds {
	int ram, qmp, fill, gdb; /* fill, gdb: -1 where there is none */
};
void machine_argv_build(struct machine_argv *a, const struct machine_spec *spec, const struct machine_fds *fds);
int machine_argv_write(const struct machine_argv *a, const char *path, struct err *e); /* as spec's args */
/* The line of a machine that runs a record: what was given to it, with these descriptors. ERR_INFRA: that was no record. */
int machine_argv_again(struct machine_argv *a, const struct machine_again *how, const struct machine_fds *fds, struct err *e);
void machine_argv_finish(struct machine_argv *a);

#endif
