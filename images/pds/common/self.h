/* What a protection domain knows and proves about itself. */
#ifndef PDS_SELF_H
#define PDS_SELF_H

#include <stddef.h>
#include <stdint.h>

struct self_segment {
	const void *start;
	size_t size; /* bytes in memory */
};

/* What the protection domain is for: between its announcement, which it makes itself, and its waiting for ever. */
void pd_main(void);

unsigned self_segments(void); /* how many read-only ones there are: code, constants, perhaps a copy of .data */
struct self_segment self_segment(unsigned i);
const char *self_name(void);   /* as the system's description calls it */
void self_begin(uint64_t run); /* start.c has called it: which start this is, by the monitor's count */
void self_announce(void);      /* the `start` line; counts the starts */

/* The `ready` and the `alive` line; come back, with its word, when the monitor lets the PD run once more. */
uint64_t self_ready(void);
uint64_t self_alive(void);

#endif
