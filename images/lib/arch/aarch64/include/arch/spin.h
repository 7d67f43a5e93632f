/* Said when asking the world outside is to be repeated: an emulator that counts instructions lets the world in here. */
#ifndef ARCH_SPIN_H
#define ARCH_SPIN_H

static inline void spin_hint(void)
{
	__asm__ volatile("yield" : : : "memory");
}

#endif
