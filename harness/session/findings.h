/* What a look at memory says of the software under test, as a set of MEMORY_* (judge.h). Pure functions. */
#ifndef RUNTEST_SESSION_FINDINGS_H
#define RUNTEST_SESSION_FINDINGS_H

#include <stdbool.h>

#include "image/bootimage.h"
#include "witness/looks.h"

/* Of a look that demands something; `spec` is the one it was taken by. 0: it says nothing for protection domains. */
unsigned findings(const struct boot_image *img, const struct look *l, const struct witness_spec *spec);

/* Of looks at protection domains whose permissions nobody told: how many pages were as the image has them, and how many
 * cleared, at the last look. */
void findings_untold(const struct looks *looks, unsigned *intact, unsigned *cleared);

/* Is any page still as the image has it? Else a reset, or a firmware, wiped RAM. */
bool findings_image_is_there(const struct look *l);

/* What of `found` counts that was found after a reset: accusations alone, only of a system that had `failed` before, and
 * only where RAM was kept (the image is there). */
unsigned findings_after_reset(unsigned found, bool failed, bool kept);

#endif
