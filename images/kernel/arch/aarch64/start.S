/* Entered in the kernel's window on the loader's tables, the boot arguments in x0..x7: they are left alone. */
	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	msr	daifset, #0xf
	adrp	x9, kernel_stack_top
	add	x9, x9, :lo12:kernel_stack_top
	mov	sp, x9
	mov	x29, xzr
	mov	x30, xzr
	b	init_kernel
	.size _start, . - _start
