/* Said in loops that wait for the world outside: an emulator that counts instructions lets the world in here. */
#ifndef ARCH_SPIN_H
#define ARCH_SPIN_H

/* `pause`, written as the fence that harts without the Zihintpause extension take it for. */
static inline void spin_hint(void)
{
	__asm__ volatile(".4byte 0x0100000f" : : : "memory");
}

#endif
