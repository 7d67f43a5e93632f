/*
 * Boot variants as images/variants.yaml describes them: a source tree, a patch series, a build command and the
 * artefacts that it leaves; and mutants (images/mutants.yaml), which are variants with a planted mistake that scenarios
 * must catch. All strings and arrays live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_VARIANT_H
#define RUNTEST_CONFIG_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/board.h"
#include "config/sdk.h"
#include "result/verdict.h"
#include "util/mem.h"

#define VARIANT_ARCH "${arch}"
#define UPDATE_NONE "boot" /* no update's name: the image that came with the boot image */

/* An ELF that went into the image: gives regions their names, permissions and symbols. */
struct variant_elf {
	const char *role; /* "kernel", "monitor", "loader" or "pd" */
	const char *name; /* the protection domain's name for "pd", else the role */
	const char *path; /* relative to the artefacts' folder */
};

/* A file of the artefacts that is put into memory beside the image, by whoever loads it: not by the image's loader. */
struct variant_payload {
	const char *path;
	const char *reserved; /* where: the name of a region in the board kind's `reserved-memory` */
};

/* A file from which a protection domain can be updated while the system runs. */
struct variant_update {
	const char *name; /* "hello-v2", as scenarios call it */
	const char *pd;   /* whose new image it is */
	const char *path;
};

/* Where a variant's source tree is. */
struct variant_source {
	const char *path;     /* the folder, or the top of a git repository; absolute */
	const char *revision; /* of the repository, not looked up yet; NULL: `path` is a plain folder, taken as it is */
	const char *folder;   /* of the revision only this folder; NULL: all of it */
	const char *missing;  /* why it cannot be had here, so that the variant is skipped (path is NULL); else NULL */
	int line;             /* where it is said, in the variant's file; 0: in a plain word */
};

/* One patch, or several: exactly one of the two is set. */
struct variant_patch {
	const char *file;    /* absolute */
	const char *commits; /* "A..B" of the repository that the source is in */
	int line;            /* of `commits` */
};

/* Board kinds on which the variant makes no sense, though somebody may look for it there. */
struct variant_exclusion {
	const char *const *boards; /* globs of board kinds; NULL-terminated; at least one */
	const char *because;
};

/* A scenario that must catch a mutant, and with which verdict: nearly always a failure with one cause. */
struct mutant_demand {
	const char *scenario; /* a name, resolved: it exists */
	struct expectation want;
	int line;
};

struct variant {
	const char *name;           /* "patched" */
	const char *about;          /* one line of purpose */
	const char *like;           /* the variant whose keys it inherits, or NULL: resolved when this is read */
	const char *stands_for;     /* which real design; may be NULL */
	const char *placement;      /* where PD images wait: "device-region", "initial-task", ...; may be NULL */
	struct variant_source source;
	const struct variant_patch *patches; /* in order; never NULL */
	size_t patch_count;
	const char *const *build;   /* argv, NULL-terminated; run in the copy of the source tree; empty with `sdk` */
	const struct variant_sdk *sdk; /* instead of `build`: made with a Microkit SDK; or NULL */
	const char *const *tools;   /* compilers and the like whose versions count, VARIANT_ARCH in their names for the
				       board's arch; NULL-terminated; never NULL */
	const char *const *boards;  /* globs of board kinds it can be built for; NULL-terminated; at least one */
	const char *const *configs; /* Microkit configurations it can be built for; the first by default */
	const struct variant_exclusion *not_for;
	size_t not_for_count;
	const char *file; /* where it is defined */
	int line;
	const char *image;          /* the boot image, relative to the artefacts' folder */
	const char *report;         /* report.txt, or NULL */
	const struct variant_elf *elfs;
	size_t elf_count;
	const struct variant_payload *payloads;
	size_t payload_count;
	const struct variant_update *updates;
	size_t update_count;
	const struct mutant_demand *caught_by; /* of a mutant: every scenario that must catch it */
	size_t caught_by_count;                /* 0: this is no mutant */
};

/* Why the variant is not for this board kind, or NULL: nothing of the kind is said. */
const char *variant_not_for(const struct variant *v, const char *kind);

/* Is it meant for boards of this kind? */
bool variant_is_for(const struct variant *v, const char *kind);

/* The text with the arch's name for each VARIANT_ARCH in it; new text comes from `a`. */
const char *variant_for_arch(const char *text, enum arch arch, struct arena *a);

/* The update of that name, or NULL. */
const struct variant_update *variant_update(const struct variant *v, const char *name);

#endif
