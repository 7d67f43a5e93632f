/*
 * Boot variants as images/variants.yaml describes them: a source tree, a patch series, a build command and the
 * artefacts that it leaves. All strings and arrays live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_VARIANT_H
#define RUNTEST_CONFIG_VARIANT_H

#include <stddef.h>

#define VARIANT_ARCH "${arch}"

/* An ELF that went into the image: gives regions their names, permissions and symbols. */
struct variant_elf {
	const char *role; /* "kernel", "monitor", "loader" or "pd" */
	const char *name; /* the protection domain's name for "pd", else the role */
	const char *path; /* relative to the artefacts' folder */
};

struct variant {
	const char *name;           /* "patched" */
	const char *about;          /* one line of purpose */
	const char *stands_for;     /* which real design; may be NULL */
	const char *placement;      /* where PD images wait: "device-region", "initial-task", ...; may be NULL */
	const char *source;         /* folder, absolute */
	const char *const *patches; /* files, absolute, in order; NULL-terminated; never NULL */
	const char *const *build;   /* argv, NULL-terminated; run in the copy of the source tree */
	const char *const *tools;   /* compilers and the like whose versions count, VARIANT_ARCH in their names for the
				       board's arch; NULL-terminated; never NULL */
	const char *const *boards;  /* globs of board kinds it can be built for; NULL-terminated; at least one */
	const char *const *configs; /* Microkit configurations it can be built for; the first by default */
	const char *image;          /* the boot image, relative to the artefacts' folder */
	const char *report;         /* report.txt, or NULL */
	const struct variant_elf *elfs;
	size_t elf_count;
	const char *file; /* where it is defined */
	int line;
};

#endif
