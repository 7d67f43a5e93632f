/*
 * Firmware enters here in S-mode, the MMU off. Usually with one hart; where it brings all of them, the first one loads
 * and the others go back into the firmware, for the memory that they would wait in is cleared later.
 */
#define SBI_HSM 0x48534d
#define SBI_HSM_HART_STOP 1
#define SSTATUS_SIE 2

	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	csrci	sstatus, SSTATUS_SIE
	csrw	sie, zero
	lla	t0, harts
	li	t1, 1
	amoadd.w t1, t1, (t0)
	bnez	t1, park
	lla	sp, loader_stack_top
	mv	s0, zero
	mv	ra, zero
	j	loader_main
park:
	li	a7, SBI_HSM
	li	a6, SBI_HSM_HART_STOP
	ecall
1:	wfi			/* firmware that cannot stop harts */
	j	1b
	.size _start, . - _start

	.data
	.balign	4
harts:
	.word	0
