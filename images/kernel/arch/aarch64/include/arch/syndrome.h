/* Exception syndromes: why the kernel was entered. */
#ifndef ARCH_SYNDROME_H
#define ARCH_SYNDROME_H

#include <stdint.h>

enum syndrome_class {
	CLASS_SVC = 0x15,
	CLASS_FETCH_FROM_BELOW = 0x20,
	CLASS_FETCH_IN_KERNEL = 0x21,
	CLASS_DATA_FROM_BELOW = 0x24,
	CLASS_DATA_IN_KERNEL = 0x25,
};

static inline unsigned syndrome_class(uint64_t esr)
{
	return (unsigned)(esr >> 26 & 0x3f);
}

#endif
