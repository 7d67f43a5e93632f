/* Entered at EL1 with the number of the start in x0; a first start and a restart by the program counter alike. */
#include "abi/guest.h"

	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	msr	daifset, #0xf
	msr	spsel, #1
	adrp	x9, guest_stack_top
	add	x9, x9, :lo12:guest_stack_top
	mov	sp, x9
	adrp	x9, vectors
	add	x9, x9, :lo12:vectors
	msr	vbar_el1, x9
	ic	iallu
	tlbi	vmalle1
	dsb	nsh
	isb
	mov	x29, xzr
	mov	x30, xzr
	b	guest_main
	.size _start, . - _start

	/* No exception is expected: all of them are the end. x1..x3 say which. */
	.text
	.balign	0x800
vectors:
	.rept	16
	.balign	0x80
	b	panic
	.endr
panic:
	mrs	x1, esr_el1
	mrs	x2, elr_el1
	mrs	x3, far_el1
	mov	x0, #GUEST_PANIC
	hvc	#0
	b	panic

	.bss
	.balign	16
	.skip	0x2000
guest_stack_top:
