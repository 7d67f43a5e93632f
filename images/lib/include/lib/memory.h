/* The board's memory map as compiled in from its device tree. */
#ifndef LIB_MEMORY_H
#define LIB_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct range {
	uint64_t start, end; /* physical, end exclusive */
};

extern const struct range memory_ram[];      /* ascending; ended by an empty range */
extern const struct range memory_reserved[]; /* likewise */

/* Reserved memory that has a name in the device tree; ended by one without. */
struct named_range {
	const char *name;
	struct range range;
};

extern const struct named_range memory_named[];

bool memory_has_ram(uint64_t start, uint64_t end); /* any of it */

#endif
