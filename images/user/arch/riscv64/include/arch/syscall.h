/* System calls on RISC-V: number in a7, words in a0..a5; status in a0, words in a1..a5. */
#ifndef ARCH_SYSCALL_H
#define ARCH_SYSCALL_H

#include <stdint.h>

struct syscall_words {
	uint64_t w[6];
};

static inline struct syscall_words arch_syscall(uint64_t number, struct syscall_words in)
{
	register uint64_t a0 __asm__("a0") = in.w[0];
	register uint64_t a1 __asm__("a1") = in.w[1];
	register uint64_t a2 __asm__("a2") = in.w[2];
	register uint64_t a3 __asm__("a3") = in.w[3];
	register uint64_t a4 __asm__("a4") = in.w[4];
	register uint64_t a5 __asm__("a5") = in.w[5];
	register uint64_t a7 __asm__("a7") = number;

	__asm__ volatile("ecall"
			 : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5)
			 : "r"(a7)
			 : "memory");
	return (struct syscall_words){{a0, a1, a2, a3, a4, a5}};
}

#endif
