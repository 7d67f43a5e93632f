/*
 * From what was seen to a verdict: one pure function over a table of rules, first rule that fits wins. It never
 * concludes from one witness alone where there are two: a pass needs console and memory, and what the console only
 * suspects (a PD faulted) gets its cause from memory (because its code was cleared).
 */
#ifndef RUNTEST_SESSION_JUDGE_H
#define RUNTEST_SESSION_JUDGE_H

#include <stdbool.h>

#include "result/verdict.h"

/* How the session came to its end. */
enum ending {
	END_COMPLETE,      /* every step done */
	END_DENIED,        /* a denied text came */
	END_MISMATCH,      /* the board printed a number that contradicts the image, or would not start it */
	END_TESTS_FAILED,  /* the guest's own tests, or their output, did not hold */
	END_SCRIPT_FAILED, /* an expect script ended with a status other than 0 */
	END_GUEST_OFF,     /* the software switched the machine off or reset it before the end */
	END_TIMEOUT,       /* a deadline passed */
	END_INFRA,         /* the lab broke */
	END_CANCELLED,     /* somebody said stop */
	END_COUNT
};

/* What memory showed at the demanded looks, as a set: several may be true of different pages. */
enum {
	MEMORY_ABSENT = 1 << 0,        /* the board offers no memory witness */
	MEMORY_UNSEEN = 1 << 1,        /* a demanded look did not take place */
	MEMORY_EMPTY = 1 << 2,         /* a PD of the image has no page that could be judged */
	MEMORY_INTACT = 1 << 3,        /* nothing wrong at any demanded look */
	MEMORY_NOT_LOADED = 1 << 4,    /* pages that nothing wrote since the harness had filled them */
	MEMORY_CODE_CLEARED = 1 << 5,
	MEMORY_DATA_CLEARED = 1 << 6,  /* read-only data */
	MEMORY_TABLE_CLEARED = 1 << 7, /* the invocation table */
	MEMORY_CHANGED = 1 << 8,       /* neither the image's bytes nor zero */
	MEMORY_SYSTEM_WRONG = 1 << 9,  /* read-only pages of the kernel or the monitor */
	MEMORY_LOADED_WRONG = 1 << 10, /* any page wrong at the moment "loaded", before the kernel had run */
	MEMORY_STALE = 1 << 11,        /* after a restart, all that was dirty is as it was before */
	MEMORY_PARTIAL = 1 << 12,      /* after a restart, some of what was dirty is fresh, and some is not */
	MEMORY_OTHER_VERSION = 1 << 13, /* pages of another image than the one that is to run, and none of that one's own */
	MEMORY_MIXED = 1 << 14,        /* pages of both */
	MEMORY_WAS_CLEAN = 1 << 15,    /* nothing was dirty before a restart: that all is fresh proves nothing */
	MEMORY_DOUBTFUL = 1 << 18,     /* pages cleared of which nobody knows whether they are code or their owner's to write */
	MEMORY_HEARSAY = 1 << 19,      /* RAM could be seen after a reset only: beside what it accuses of, it acquits nobody */
	MEMORY_REMAINDER = 1 << 16,    /* all of it cleared but for the first bytes of an untyped; beside *_CLEARED */
	MEMORY_TABLE_STANDS = 1 << 17, /* the last look at the invocation table, at the end, found it as the image has it */
};

/* What the replay of the boot showed of protection domains, where the session asked for that; as a set. */
enum {
	EXECUTION_UNASKED = 1 << 0,
	EXECUTION_ABSENT = 1 << 1,  /* asked for, and it could not be had */
	EXECUTION_RAN = 1 << 2,     /* each of them came to its entry in user mode, and none faulted for good */
	EXECUTION_NEVER = 1 << 3,   /* one never came to its entry */
	EXECUTION_FAULTED = 1 << 4, /* one faulted, and only the monitor was left to say so */
	EXECUTION_UNCLEAR = 1 << 5, /* one faulted, and nobody knows who took care of that */
	EXECUTION_EARLY = 1 << 6,   /* one had not come yet when the session was ended, which took all for come */
};

struct observations {
	enum ending ending;
	enum cause console_cause; /* END_DENIED, END_MISMATCH, END_TESTS_FAILED: what the console suspects */
	unsigned memory;          /* set of MEMORY_* */
	unsigned execution;       /* set of EXECUTION_*; 0: as EXECUTION_UNASKED */
	bool checksummed;         /* every protection domain that can has said its own checksum, and it was the image's */
	bool booted;              /* the console showed that the boot came to its end (a marker says so) */
};

struct judgement {
	enum verdict verdict;
	enum cause cause;
	const char *ground; /* one clause: on what it stands; static */
};

struct judgement judge(const struct observations *seen);

#endif
