/*
 * Said when asking the world outside is to be repeated, in S-mode: an emulator that counts instructions lets the world in
 * here. It does so for a hart that waits, not for `pause`, so this is a short wait for the firmware's timer.
 */
#ifndef ARCH_SPIN_H
#define ARCH_SPIN_H

#include "arch/csr.h"

#define SBI_TIME 0x54494d45
#define SBI_TIME_SET_TIMER 0
#define SPIN_TICKS 1000 /* 0.1 ms by the clock of QEMU's virt machine */

static inline long sbi_set_timer(uint64_t when)
{
	register uint64_t a0 __asm__("a0") = when;
	register uint64_t a1 __asm__("a1");
	register uint64_t a6 __asm__("a6") = SBI_TIME_SET_TIMER;
	register uint64_t a7 __asm__("a7") = SBI_TIME;

	__asm__ volatile("ecall" : "+r"(a0), "=r"(a1) : "r"(a6), "r"(a7) : "memory");
	return (long)a0;
}

/* The interrupt ends the wait and is not taken: interrupts are off in S-mode, and this one is off outside the wait. */
static inline void spin_hint(void)
{
	if (sbi_set_timer(csr_read(time) + SPIN_TICKS))
		return;
	csr_write(sie, SIE_TIMER);
	__asm__ volatile("wfi" : : : "memory");
	csr_write(sie, 0);
}

#endif
