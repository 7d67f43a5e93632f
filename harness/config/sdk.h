/*
 * A variant made with a Microkit SDK that the user has: which SDK, what is compiled against its library, and which
 * system its `microkit` tool makes of it. Nothing of an SDK is part of this project (docs/microkit.md).
 */
#ifndef RUNTEST_CONFIG_SDK_H
#define RUNTEST_CONFIG_SDK_H

#include <stddef.h>

#include "config/schema.h"
#include "util/mem.h"

#define SDK_VARIABLE "MICROKIT_SDK" /* the environment variable that says where the SDK is, unless another is named */

/* A protection domain's program; it becomes NAME.elf. */
struct sdk_program {
	const char *name;
	const char *const *sources; /* C files in the source tree; NULL-terminated; at least one */
};

struct variant_sdk {
	const char *path;      /* absolute folder; or "$NAME", the environment variable that says it; NULL: SDK_VARIABLE */
	const char *board;     /* Microkit's name of the board, VARIANT_ARCH in it; NULL: the board kind's name */
	const char *config;    /* Microkit's configuration; NULL: the one that is asked for */
	const char *described; /* the system description, in the source tree */
	const char *toolchain; /* what the names of compiler and linker begin with, VARIANT_ARCH in it; NULL: Debian's */
	const char *image_type; /* for the tool of 2.1 and later; NULL: not said to it */
	const char *const *flags; /* for the compiler, behind ours; NULL-terminated or NULL */
	const struct sdk_program *programs;
	size_t program_count;
};

struct variant;
struct board_kind;

extern const struct schema schema_sdk; /* struct variant_sdk */

/* The SDK's folder, or NULL: the environment does not say. Not looked at. */
const char *sdk_folder(const struct variant_sdk *s);

/* Microkit's names for what is asked for; `a` owns new text. */
const char *sdk_board(const struct variant_sdk *s, const struct board_kind *kind, struct arena *a);
const char *sdk_config(const struct variant_sdk *s, const char *config);

/*
 * Why the variant cannot be built with the SDK that there is, and what to do about it: no SDK, or one that has not this
 * board or configuration. NULL: it can be tried. A folder that is no SDK is left to the build, whose error names it.
 */
const char *sdk_obstacle(const struct variant *v, const struct board_kind *kind, const char *config, struct arena *a);

#endif
