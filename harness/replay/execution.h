/*
 * The third witness: on the replay of a boot, was the entry of each protection domain reached in user mode, and what came
 * next? Console and memory cannot tell where nothing is printed: a release image is silent, and a kernel that halted early
 * leaves memory as it was, too. Nothing is perturbed, because the boot is over (docs/execution.md).
 *
 * Every protection domain enters at the same virtual address (Microkit links them so): which one it is tells the physical
 * page that is mapped there, or, of a copied frame, its contents. What it does next is seen where it traps into the kernel:
 * at the vector for synchronous exceptions of user mode, by the processor's own registers. No symbols are needed.
 */
#ifndef RUNTEST_REPLAY_EXECUTION_H
#define RUNTEST_REPLAY_EXECUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bootimage.h"
#include "replay/recording.h"
#include "util/mem.h"

/* Who ran next after a protection domain had faulted. */
enum execution_heir {
	HEIR_NONE,    /* it has not faulted */
	HEIR_MONITOR, /* the initial task's or monitor's own fault handler: nobody else wanted it */
	HEIR_PD,      /* a protection domain: its parent */
	HEIR_UNKNOWN, /* code that is nobody's, as far as the image is known */
	HEIR_NOBODY,  /* no user code at all */
};

struct execution_pd {
	const char *name;        /* the protection domain's; NULL: the frame is nobody's, as far as the image is known */
	uint64_t frame;          /* the physical page of its entry when it first came there; 0: it never came */
	bool copied;             /* told by the frame's contents, not by its address */
	unsigned entries;        /* how often it came there: more than once when it is restarted */
	uint64_t instruction;    /* so many of the boot's had run before the first time */
	unsigned faults;
	uint64_t fault_pc, fault_address; /* of the last one */
	const char *fault;       /* "data abort", "illegal instruction", ...; static; NULL: none */
	enum execution_heir heir;
	const char *heir_pd;     /* HEIR_PD: whose */
	uint64_t fault_at;       /* when: so many of the boot's instructions had run */
	bool back;               /* it came to its entry again after its last fault */
};

struct execution {
	struct arena arena;
	struct execution_pd *pds; /* those of the image first, in its order, whether they came or not */
	size_t count, room;
	bool over;                /* entries were watched to the recorded end of the boot */
	bool followed;            /* and faults; else up to instruction `until` only */
	uint64_t until;
	unsigned traps;           /* how many were looked at */
};

/*
 * Look. Frames and names of the image are borrowed while this runs. ERR_USAGE when the record cannot be run, ERR_INFRA,
 * ERR_CANCELLED; a budget that is used up is no error (`over` is false). `out` is to be finished even on error.
 */
int execution_find(struct execution *out, const struct recording *rec, const char *dir, unsigned boot,
		   const struct boot_image *img, int64_t budget_ms, struct err *e);
void execution_finish(struct execution *x);

/* What became of one, in words: "came to its entry in user mode (frame 0x6024b000), and ran on". From the arena. */
const char *execution_text(const struct execution_pd *pd, struct arena *a);

/* What became of one. */
enum execution_fate {
	FATE_NEVER,   /* its entry was not reached */
	FATE_RAN,     /* it ran on */
	FATE_HANDLED, /* it faulted, and its parent took care of it, or somebody brought it back */
	FATE_FAULTED, /* it faulted, and only the monitor was left to say so */
	FATE_UNCLEAR, /* it faulted, and who took care of it is not known */
};
enum execution_fate execution_fate(const struct execution_pd *pd);
const char *execution_fate_name(enum execution_fate f); /* "never", "ran", "handled", "faulted", "unclear" */

#endif
