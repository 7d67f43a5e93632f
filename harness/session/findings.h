/* What a look at memory says of the software under test, as a set of MEMORY_* (judge.h). Pure functions. */
#ifndef RUNTEST_SESSION_FINDINGS_H
#define RUNTEST_SESSION_FINDINGS_H

#include "image/bootimage.h"
#include "witness/looks.h"

/* Of a look that demands something; `spec` is the one it was taken by. 0: it says nothing for protection domains. */
unsigned findings(const struct boot_image *img, const struct look *l, const struct witness_spec *spec);

/* Of looks at protection domains whose permissions nobody told: how many pages were as the image has them, and how many
 * cleared, at the last look. */
void findings_untold(const struct looks *looks, unsigned *intact, unsigned *cleared);

#endif
