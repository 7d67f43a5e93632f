/*
 * A board of the lab: a serial line, and a QEMU that runs U-Boot while the board has power. All its processes are direct
 * children of the lab and die with it.
 */
#ifndef RUNTEST_LAB_LABBOARD_H
#define RUNTEST_LAB_LABBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/line.h"
#include "lab/loop.h"
#include "lab/rack.h"
#include "proto/qmp.h"

struct lab_board_reset {
	bool waits; /* one was asked for, and QEMU has not answered */
	void (*done)(void *ctx, unsigned talk, const char *trouble); /* trouble: NULL when it was reset */
	void *ctx;
	unsigned talk;
};

enum { LAB_HANGING = 16 };

struct lab_board {
	const struct rack_board *is;
	int number;          /* from 1: as pdudaemon calls it */
	struct loop *loop;
	const char *tftp;    /* its TFTP root, absolute */
	const char *tty;     /* the host's end of its line */
	const char *log;     /* what QEMU has to say */
	struct line line;
	int gdb, gdb_port;   /* where its GDB server listens while it has power */
	pid_t qemu;          /* 0: none */
	int pidfd, control;
	struct qmp qmp;
	int next_command;
	struct lab_board_reset reset;
	bool on;             /* so the switch says */
	/* faults */
	bool stays_on;       /* off is acknowledged, and nothing happens */
	bool switch_hangs;   /* whatever the switch is told, it does not answer */
	unsigned hanging[LAB_HANGING]; /* talks that wait for it */
	size_t hanging_count;
	bool boots_linux;    /* power on starts a Linux that nobody asked for */
	int64_t reset_every_ms; /* 0: never by itself */
	size_t linux_line;   /* the next one it prints */
};

/* Wire it up, without power. `folder` is the lab's. ERR_INFRA, ERR_IO. Strings from the arena. */
int lab_board_open(struct lab_board *b, const struct rack_board *is, struct loop *loop, const char *folder, struct arena *a,
	       struct err *e);
void lab_board_close(struct lab_board *b);

/* Power; what it has already is no error. */
int lab_board_on(struct lab_board *b, struct err *e);
void lab_board_off(struct lab_board *b);

/* Reset with its RAM as it is; `done` is called when it was, perhaps before this returns. */
void lab_board_reset(struct lab_board *b, struct lab_board_reset done);

/* Reset it again and again from now on, every so many ms; 0: no more. */
void lab_board_reset_every(struct lab_board *b, int64_t ms);

#endif
