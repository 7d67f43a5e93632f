/*
 * What one session came to, and everything its verdict stands on. The session fills it; it travels as one JSON object
 * (docs/results.md) from the session's process through the journal into every report.
 */
#ifndef RUNTEST_RESULT_MODEL_H
#define RUNTEST_RESULT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/cases.h"
#include "result/verdict.h"
#include "util/err.h"
#include "util/mem.h"

enum phase_outcome { PHASE_NOT_REACHED, PHASE_DONE, PHASE_FAILED, PHASE_TIMEOUT, PHASE_CANCELLED };
const char *phase_outcome_name(enum phase_outcome o); /* "not-reached", "done", "failed", "timeout", "cancelled" */
int phase_outcome_from_name(const char *name, enum phase_outcome *o); /* -1: no such outcome */

struct phase_result {
	const char *name;
	enum phase_outcome outcome;
	int64_t start_ms, end_ms; /* since power-on; -1: not reached */
	uint64_t offset;          /* byte in console.log: what came before belongs to earlier phases */
};

/* One thing seen on the console: an expected text that came, or a denied one. */
struct console_sighting {
	const char *pattern;
	const char *where;     /* "scenarios/pd-survives.yaml:31" */
	const char *text;      /* what matched */
	int64_t at_ms;         /* since power-on */
	uint64_t offset;       /* byte in console.log */
	enum cause cause;      /* of a denied text; CAUSE_NONE for an expected one */
};

/* A phase of the boot that the console showed to be reached (boards/markers/). */
struct session_mark {
	const char *mark;  /* "kernel-up" */
	const char *by;    /* who said it: "kernel" */
	unsigned boot;     /* which boot of the session, from 1 */
	int64_t at_ms;     /* since power-on */
	uint64_t offset;   /* byte in console.log */
};

/* An untyped of which memory was cleared, and all that the image has in it and lost with it. */
struct untyped_loss {
	const char *region, *owner, *pd; /* "hello-0", "pd", "hello" or NULL */
	unsigned pages;                  /* cleared, or cleared in part */
};

struct untyped_evidence {
	uint64_t start, end; /* physical, exclusive */
	const char *told_by; /* "console": it was printed; "alignment": the least block that holds what was cleared */
	const struct untyped_loss *lost;
	size_t lost_count;
};

enum page_count_class {
	COUNT_INTACT,
	COUNT_CLEARED,
	COUNT_PARTLY_CLEARED,
	COUNT_CHANGED,
	COUNT_BLANK,
	COUNT_STALE,
	COUNT_OTHER_VERSION,
	COUNT_CLASSES
};

/* Pages of one class side by side. */
struct page_span {
	const char *class; /* "cleared" */
	uint64_t start, end;
	const char *const *names; /* of functions and objects in it, by address: the first few; NULL-terminated or NULL */
	unsigned names_total;     /* how many there are */
};

/* One region at one look. */
struct page_evidence {
	const char *moment;  /* "kernel-up" */
	unsigned look;       /* which look at this moment, from 1 */
	const char *stopped; /* "guest", "machine": how the machine stood still */
	int64_t at_ms;
	const char *where;   /* the look's "scenarios/pd-survives.yaml:28", or NULL */
	const char *region;  /* "hello-0" */
	const char *owner;   /* "pd", ... */
	const char *pd;      /* NULL unless owner is pd */
	const char *role;    /* "waits", "runs", "pristine" */
	const char *access;  /* "rx", ... */
	bool judged;         /* counts for the verdict */
	bool demanded;       /* the scenario demands it intact (or fresh) at this moment */
	const char *demand;  /* "intact", "fresh", "report": what the look demands */
	uint64_t paddr, size;
	unsigned count[COUNT_CLASSES];
	unsigned poisoned;   /* of the changed ones: never written since power-on */
	unsigned dirty;      /* demand fresh: not as the image has it, before the restart */
	unsigned restored;   /* of those: as the image has it again */
	const struct page_span *spans; /* all but intact and blank */
	size_t span_count;
};

/* One test of the guest's own, as the guest printed it. */
struct guest_case {
	const char *name; /* "suite/case" when tests are nested */
	enum case_outcome outcome;
	int number;       /* as the guest counts; 0: it does not */
	int64_t time_us;  /* how long it took, as the guest says; -1: it does not */
	const char *text; /* reason and diagnostics, lines; or NULL */
	int64_t at_ms;    /* when its result came, since power-on */
	uint64_t offset;  /* byte in console.log */
};

/* What one step of the scenario read of them. */
struct guest_tests {
	const char *format; /* "tap", ...; NULL when nothing came by which to tell */
	const char *from;   /* the protection domain that runs them, or NULL */
	const char *where;  /* "scenarios/guest-tests.yaml:31" */
	int64_t planned;    /* results that the output promised at its outermost level; -1: none */
	unsigned came;      /* results that came there */
	unsigned count[CASE_OUTCOMES];
	const char *const *faults; /* what is wrong with the output itself; NULL-terminated or NULL */
	const struct guest_case *cases;
	size_t case_count;
};

/* All looks at one moment: of many only some are kept in full. */
struct moment_evidence {
	const char *moment;
	unsigned looks, broken;           /* broken: with a page at fault that was demanded otherwise */
	unsigned worst_look, worst_pages; /* the look with the most of those (0: none), and how many */
	int64_t first_ms, last_ms;
};

/* What the scenario kept of what the board said. */
struct session_fact {
	const char *name, *value;
};

struct parameter_value {
	const char *name;
	int64_t value;
};

/* Pages that the same chain of calls lost, as the replay of the boot showed. */
struct culprit_evidence {
	const char *how;          /* "window": stores by the kernel's window; "first": the first of those, where nobody knows what
				     the page should have held; "time": through another mapping, found by replay time */
	uint64_t pc;              /* of the store */
	const char *level;        /* at which the processor ran: "EL2", "user mode"; "": not told */
	uint64_t instruction;     /* so many of the boot's had run before it wrote to the first page */
	const char *const *calls; /* innermost first: "memzero(...) at FILE:LINE"; NULL-terminated */
	unsigned pages;
	uint64_t first_page;      /* physical; the one that was lost first */
	int64_t found_ms;         /* after the search began */
};

/* What became of a protection domain, as the replay of the boot showed. */
struct execution_evidence {
	const char *pd;       /* NULL: the frame is nobody's, as far as the image is known */
	const char *fate;     /* "never", "ran", "handled", "faulted", "unclear" */
	uint64_t frame;       /* physical, of its entry; 0: it never came there */
	unsigned entries;     /* how often it came there */
	uint64_t instruction; /* so many of the boot's had run before the first time */
	const char *text;     /* all of it in words */
};

struct session_evidence {
	bool console_spoke, memory_spoke, execution_spoke; /* which witnesses there are */
	const char *ground;               /* one sentence: on what the verdict stands */
	struct console_sighting *seen;    /* expected texts that came, in order */
	size_t seen_count;
	unsigned seen_total;              /* how many came: of very many the first and the last ones are above */
	struct console_sighting *denied;  /* denied texts that came */
	size_t denied_count;
	const char *awaited;              /* what was still awaited when it ended, or NULL */
	const char *awaited_where;        /* its file:line */
	const char *tail;                 /* the console's last lines when the session is not ok, else NULL */
	struct session_fact *facts;
	size_t fact_count;
	struct moment_evidence *moments;
	size_t moment_count;
	struct page_evidence *pages;
	size_t page_count;
	const char *timed_out;            /* "boot", "test": which of them had not ended at a time-out; NULL: none, or unknown */
	struct untyped_evidence *untypeds; /* that were cleared, by address */
	size_t untyped_count;
	struct execution_evidence *execution; /* by protection domain, where the session asked for it */
	size_t execution_count;
	struct culprit_evidence *culprits; /* in the order of their first stores */
	size_t culprit_count;
	const char *const *notes;         /* further sentences, NULL-terminated or NULL */
};

/* An attempt that was not the last one: what it came to, and where its files are. The journal has its whole result. */
struct attempt_summary {
	int number; /* 1.. */
	enum verdict verdict;
	enum cause cause;
	const char *why, *unit, *started;
	const char *dir; /* relative to the run's folder */
	int64_t duration_ms;
};

/* Why a failure does not fail the run: an entry of scenarios/quarantine/ covers it. */
struct quarantine_note {
	const char *name; /* of the entry; NULL: there is none */
	const char *reason, *until, *where; /* "2026-12-31", "scenarios/quarantine/slow-board.yaml:3" */
};

/* Why a session was left out; its verdict is cancelled, and `--resume` runs it. */
#define NOT_RUN_NO_BOARD "no-board" /* nobody gave the board back in time (--wait) */
#define NOT_RUN_NO_TIME "no-time"   /* the run's time was over (--max-time) */
#define NOT_RUN_STOPPED "stopped"   /* another session had failed (--fail-fast) */

struct session_result {
	struct arena arena;    /* owns every string and array below */
	const char *run;       /* RUN-ID */
	const char *name;      /* SESSION inside the run; the full name is RUN/SESSION */
	const char *scenario, *variant, *board, *unit, *arch, *config;
	int repeat;            /* 1.. */
	struct parameter_value *parameters; /* of the scenario, with the values that it ran with */
	size_t parameter_count;
	struct expectation expected;
	enum verdict verdict;
	enum cause cause;
	const char *why;       /* one sentence for people */
	const char *part;      /* of infra: the part of the board that it lies with (config/part.h), or NULL: none, or unknown */
	const char *not_run;   /* one of NOT_RUN_*, or NULL */
	struct quarantine_note quarantine;
	int attempts;          /* the number of the last one; 0: it did not run */
	struct attempt_summary *tried; /* the earlier ones, in order */
	size_t tried_count;
	const char *started;   /* ISO 8601, UTC */
	int64_t duration_ms;
	int64_t machine_us;    /* processor time of the QEMU processes until they were told to end, microseconds */
	int64_t boot_us;       /* exec of QEMU (power-on) to verdict, microseconds */
	struct phase_result *phases;
	size_t phase_count;
	struct session_mark *marks;                 /* in the order in which they came */
	size_t mark_count;
	struct guest_tests *tests;
	size_t tests_count;
	struct session_evidence evidence;
	const char *image, *image_sha256;           /* absolute path; NULL when it was not built */
	const char *dir;                            /* relative to the run's folder: "SESSION/1" */
	/* File names inside dir, or NULL. */
	const char *console, *index, *typed, *typed_index, *witness, *qemu_log, *qemu_args, *recording,
		*survival;
	const char *unrecorded;                     /* why the boots cannot be run again, or NULL */
	const char *unmapped;                       /* why there is no survival map, or NULL */
};

void session_result_init(struct session_result *r);
void session_result_finish(struct session_result *r);

/* One line of JSON without a newline, malloc'd; what is null, 0, false or empty is left out. Strings from boards are
 * made valid UTF-8. */
char *session_result_to_json(const struct session_result *r);

/* The inverse; r is initialised by it and must be finished even on error. ERR_IO on what is no such object. */
int session_result_from_json(struct session_result *r, const char *json, size_t n, struct err *e);

#endif
