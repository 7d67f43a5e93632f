/* Entered in the kernel's window on the loader's tables, the boot arguments in a0..a7: they are left alone. */
#define SSTATUS_SIE 2

	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	csrci	sstatus, SSTATUS_SIE
	csrw	sie, zero
	lla	sp, kernel_stack_top
	mv	s0, zero
	mv	ra, zero
	j	init_kernel
	.size _start, . - _start
