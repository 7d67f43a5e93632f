/* What the image tools write into a protection domain before it goes into an image or an update. */
#ifndef ELF_PD_H
#define ELF_PD_H

#include "program.h"

/* Its name, as the system's description calls it, and, where it keeps one, the copy of its initial data. */
void pd_prepare(struct program *pd, const char *name);

/* Bytes of its initial data that it holds once more. */
uint64_t pd_self_copy(const struct program *pd);

#endif
