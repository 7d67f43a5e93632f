/* Whose code a physical frame holds. */
#ifndef RUNTEST_REPLAY_FRAME_H
#define RUNTEST_REPLAY_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "image/bootimage.h"
#include "machine/machine.h"

/* Where every protection domain is entered, virtual: seL4/microkit 2.0.1 and 2.3.0, libmicrokit's linker script. */
enum { FRAME_ENTRY = 0x200000 };

/* The image's region at a physical address, of those that are somebody's; or NULL. */
const struct region *frame_region(const struct boot_image *img, uint64_t paddr);

/* The initial task's, or those of the monitor that a capDL initialiser starts like a protection domain. NULL: no. */
bool frame_is_monitors(const struct region *r);

/*
 * The protection domain whose entry this frame (a multiple of 4096) holds: by its address, or, of a copied one, by its
 * contents (`copied`). NULL: nobody's, or it could be several ones'. The name is the image's.
 */
const char *frame_owner(const struct boot_image *img, const struct machine *m, uint64_t frame, bool *copied);

#endif
