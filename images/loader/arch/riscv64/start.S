/*
 * Firmware enters here in S-mode, the MMU off. Usually with one hart; where it brings all of them, the first one loads
 * and the others go back into the firmware, for the memory that they would wait in is cleared later.
 *
 * The first bytes are the header of a RISC-V Linux Image, so that U-Boot's `booti` starts the loader; whoever jumps to
 * the first byte starts it, too. U-Boot moves an image to the offset from the beginning of RAM that the header names:
 * the loader must run where it was loaded, so that is the offset it names.
 */
#define IMAGE_ROOM 0x1000000 /* loader and image together: kept free of U-Boot's own things */

#define SBI_HSM 0x48534d
#define SBI_HSM_HART_STOP 1
#define SSTATUS_SIE 2

	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	.option push
	.option norvc
	j	1f
	.option pop
	.word	0
	.quad	LOAD_ADDRESS - RAM_BASE
	.quad	IMAGE_ROOM
	.quad	0		/* little-endian */
	.word	2		/* version 0.2 of this header */
	.word	0
	.quad	0
	.ascii	"RISCV\0\0\0"
	.ascii	"RSC\x05"
	.word	0
1:	csrci	sstatus, SSTATUS_SIE
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
