/*
 * Scenarios as scenarios/NAME.yaml describes them: phases with deadlines, their steps, texts that must never come, what
 * memory must show, and for every variant what is demanded of it. All of it lives in the project's arena.
 */
#ifndef RUNTEST_CONFIG_SCENARIO_H
#define RUNTEST_CONFIG_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/cases.h"
#include "config/marker.h"
#include "config/parameter.h"
#include "result/verdict.h"
#include "util/mem.h"

enum step_kind {
	STEP_EXPECT,
	STEP_SEND,
	STEP_DENY,
	STEP_WAIT,
	STEP_WITNESS,
	STEP_SCRIPT,
	STEP_CASES,
	STEP_RESET,
	STEP_POWER,
	STEP_REPEAT,
	STEP_SEND_FILE,
	STEP_HOLDS,
	STEP_SETTLE,
};

/* A number that the board printed held against what the image says. */
enum compare_with {
	COMPARE_NOTHING,
	COMPARE_RO_CRC32, /* CRC-32 (IEEE) over the PD's read-only segments, in address order */
	COMPARE_BUILD_ID, /* the GNU build id of the PD's ELF, lower-case hex */
	COMPARE_HALF_OF_RAM, /* "granted" or "refused": can half of RAM be had as one block, by the layout? */
};

struct step_compare {
	const char *capture; /* name of the capture group in the expected pattern */
	enum compare_with with;
	const char *of;      /* the protection domain; NULL with `is` */
	const char *is;      /* instead of `with`: the text that it must be, with variables; or NULL */
	enum cause cause;    /* what the console suspects when it is another */
};

/* Steps over and over. */
struct step_repeat {
	struct amount times;
	const char *as;    /* the variable that counts, or NULL */
	struct amount from; /* its first value */
	const struct step *steps;
	size_t step_count;
};

/* An update file of the variant, sent byte by byte as it is, or with one thing wrong. */
struct step_file {
	const char *file;            /* the update's name */
	int alter;                   /* enum alteration of image/update.h */
	struct amount bytes;         /* for the alteration; 0: its own choice */
	const char *command;         /* typed before it; in it ${size} is the number of bytes to come */
	struct text_pattern prompt;  /* waited for between command and file; regex NULL: nothing */
};

/* From here on the protection domain must run this image. */
struct step_holds {
	const char *pd;
	const char *image; /* an update's name, or UPDATE_NONE */
};

/* A text that must not come, and the cause that the console then suspects (memory has its say too). */
struct deny {
	struct text_pattern text;
	enum cause cause; /* CAUSE_UNEXPECTED_OUTPUT when none is given */
};

enum witness_stop {
	WITNESS_STOP_MACHINE, /* the harness stops the machine for the look */
	WITNESS_STOP_GUEST,   /* the guest says "HOLD|NAME" and waits for one byte: an exact moment */
};

enum witness_demand {
	DEMAND_REPORT,  /* look and report only */
	DEMAND_INTACT,  /* every judged page is intact (or blank) */
	DEMAND_FRESH,   /* after a restart: where PDs run, every page is so, the writable ones too */
};
const char *witness_demand_name(enum witness_demand d); /* "intact" */

/* Regions by owner, and for protection domains by what their memory is for, as a set. */
enum {
	WITNESS_PD = 1 << 0,          /* where their images wait */
	WITNESS_TABLE = 1 << 1,
	WITNESS_MONITOR = 1 << 2,
	WITNESS_KERNEL = 1 << 3,
	WITNESS_PD_RUN = 1 << 4,      /* where they run */
	WITNESS_PD_PRISTINE = 1 << 5, /* what restarts copy from */
	WITNESS_PDS = WITNESS_PD | WITNESS_PD_RUN | WITNESS_PD_PRISTINE,
	WITNESS_ALL = WITNESS_PD | WITNESS_TABLE | WITNESS_MONITOR | WITNESS_KERNEL, /* all that is loaded */
};

struct witness_spec {
	const char *moment; /* "kernel-up", or "end" for the look at the very end */
	enum witness_stop stop;
	unsigned regions;   /* set of WITNESS_* */
	enum witness_demand demand;
	const char *of;     /* only this protection domain's; NULL: everybody's */
	int line;
};

/* The board starts anew, and what it boots is loaded again. */
enum reset_kind { RESET_WARM }; /* power and RAM stay */
enum power_kind { POWER_CYCLE }; /* off and on: RAM is lost */

struct step {
	enum step_kind kind;
	int64_t within_ms;           /* own deadline of this step; 0: only the phase's */
	struct text_pattern expect;  /* STEP_EXPECT */
	struct deny unless;          /* STEP_EXPECT, STEP_WITNESS of a guest's stop: must not come before it; regex NULL */
	struct step_compare compare; /* STEP_EXPECT */
	const char *send;            /* STEP_SEND: bytes, send_len of them */
	size_t send_len;
	struct deny deny;            /* STEP_DENY: from here on */
	int64_t wait_ms;             /* STEP_WAIT: the console stays watched meanwhile */
	int64_t settle_ms;           /* STEP_SETTLE: so long after every protection domain has come to its entry */
	struct witness_spec witness; /* STEP_WITNESS */
	const char *script;          /* STEP_SCRIPT: an expect(1) script, absolute path */
	struct step_cases cases;     /* STEP_CASES */
	enum reset_kind reset;       /* STEP_RESET */
	unsigned poison;             /* STEP_RESET: set of WITNESS_*, the regions that are filled before */
	enum power_kind power;       /* STEP_POWER */
	const char *const *keep;     /* STEP_EXPECT: capture groups whose texts are facts; NULL-terminated or NULL */
	struct step_repeat repeat;   /* STEP_REPEAT */
	struct step_file file;       /* STEP_SEND_FILE */
	struct step_holds holds;     /* STEP_HOLDS */
	int line;
};

struct phase {
	const char *name;
	int64_t deadline_ms; /* from the phase's beginning */
	const struct step *steps;
	size_t step_count;
	int line;
};

/* What the scenario demands of a variant. */
struct variant_demand {
	const char *variant; /* a name, resolved: it exists */
	struct expectation want;
	int line;
};

/* Who types where software waits for a byte. */
enum answers {
	ANSWERS_STEPS,   /* steps only */
	ANSWERS_MARKERS, /* marker tables, too */
};

/* When hardware's serial line is tested, in the end. */
enum line_test_when {
	LINE_TEST_IN_DOUBT, /* where the console alone accuses */
	LINE_TEST_ALWAYS,
};

/* What is done with an image that no variant describes, instead of the phases. */
struct any_image {
	int64_t settle_ms;   /* as a step's */
	int64_t deadline_ms; /* the session ends by then in any case; 0: by the scenario's */
};

/* How often a session may be tried again when the software seems to be at fault. */
struct scenario_retries {
	int fail;    /* after fail and vacuous */
	int timeout;
};

struct scenario {
	const char *name;
	const char *about;
	const char *const *tags; /* NULL-terminated; never NULL */
	const char *const *boards; /* globs of the board kinds that it is for; NULL-terminated; empty or NULL: all */
	int64_t deadline_ms;     /* of the whole session */
	const struct parameter *parameters;
	size_t parameter_count;
	const struct deny *denies; /* from the first byte on */
	size_t deny_count;
	const struct marker_table *const *markers; /* besides the board kind's; NULL-terminated, or NULL */
	unsigned allowed_causes;   /* set of 1 << CAUSE_*: markers of these do not end the session */
	enum answers answers;
	enum line_test_when line_test;
	int64_t boot_deadline_ms;  /* of each boot; 0: the board kind's */
	struct scenario_retries retries;
	const struct phase *phases;
	size_t phase_count;
	const struct witness_spec *finally; /* looks taken however the session ends; moment "end" */
	size_t finally_count;
	const struct variant_demand *variants;
	size_t variant_count;
	const struct any_image *any_image; /* NULL: such an image goes through the phases, too */
	const char *file; /* relative to the project's folder */
	int line;
};

/* By name, or NULL. */
const struct parameter *scenario_parameter(const struct scenario *s, const char *name);

/*
 * The scenario as it is run with an image that no variant describes: itself, or with `any-image` in place of its phases: one
 * phase "image" that settles, with the marker tables' answers. From the arena; borrows everything else.
 */
const struct scenario *scenario_for_any_image(const struct scenario *s, struct arena *a);

/* Is the scenario meant for boards of this kind? */
bool scenario_is_for(const struct scenario *s, const char *kind);

#endif
