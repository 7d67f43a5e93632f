/* System calls on AArch64: number in x7, words in x0..x5; status in x0, words in x1..x5. */
#ifndef ARCH_SYSCALL_H
#define ARCH_SYSCALL_H

#include <stdint.h>

struct syscall_words {
	uint64_t w[6];
};

static inline struct syscall_words arch_syscall(uint64_t number, struct syscall_words in)
{
	register uint64_t x0 __asm__("x0") = in.w[0];
	register uint64_t x1 __asm__("x1") = in.w[1];
	register uint64_t x2 __asm__("x2") = in.w[2];
	register uint64_t x3 __asm__("x3") = in.w[3];
	register uint64_t x4 __asm__("x4") = in.w[4];
	register uint64_t x5 __asm__("x5") = in.w[5];
	register uint64_t x7 __asm__("x7") = number;

	__asm__ volatile("svc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
			 : "r"(x7)
			 : "memory");
	return (struct syscall_words){{x0, x1, x2, x3, x4, x5}};
}

#endif
