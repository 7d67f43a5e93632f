/* What stands at the place where a probed boot stands still: the chain of calls, from ELF files with debug information. */
#ifndef RUNTEST_REPLAY_EXPLAIN_H
#define RUNTEST_REPLAY_EXPLAIN_H

#include <stdbool.h>

#include "image/bootimage.h"
#include "replay/probe.h"
#include "symbols/symbols.h"
#include "util/mem.h"

struct explainer {
	struct symbols *known;         /* kernel, initial task, loader; NULL: there is no file, or no module for them */
	struct symbols *pds;           /* protection domains, each by its name, for they have the same addresses; or NULL */
	const struct boot_image *image; /* by which a physical address tells whose code it is; or NULL */
};

/* `elfs`: of the system, the kernel's first; NULL-terminated, or NULL. Of `with` the protection domains' ELFs are taken; with
 * an image only. Without a file addresses stay numbers. Image and names are borrowed. */
void explainer_open(struct explainer *x, const char *const *elfs, const struct boot_image *image,
		    const struct image_files *with);
void explainer_close(struct explainer *x); /* safe on one that is all zero */

/* The chain at pc, innermost first: "function(arguments) at file:line"; the bare address where nobody knows better.
 * NULL-terminated; from the arena. */
const char *const *explain(struct explainer *x, struct probe *p, uint64_t pc, struct arena *a);

/* Two chains through the same calls: the same functions at the same places, whatever their arguments were. */
bool explain_same_chain(const char *const *a, const char *const *b);

#endif
