/* What a look at memory says of the software under test, as a set of MEMORY_* (judge.h). Pure functions. */
#ifndef RUNTEST_SESSION_FINDINGS_H
#define RUNTEST_SESSION_FINDINGS_H

#include "image/bootimage.h"
#include "witness/look.h"

/* Of a look that demands something; `spec` is the one it was taken by. 0: it says nothing for protection domains. */
unsigned findings(const struct boot_image *img, const struct look *l, const struct witness_spec *spec);

#endif
