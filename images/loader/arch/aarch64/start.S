	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	msr	daifset, #0xf
	adrp	x0, loader_stack_top
	add	x0, x0, :lo12:loader_stack_top
	mov	sp, x0
	mov	x29, xzr
	mov	x30, xzr
	b	loader_main
	.size _start, . - _start
