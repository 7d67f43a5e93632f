/* The kernel gives the initial task its bootinfo in x0 and no stack. */
	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	adrp	x9, monitor_stack_top
	add	x9, x9, :lo12:monitor_stack_top
	mov	sp, x9
	mov	x29, xzr
	mov	x30, xzr
	b	monitor_main
	.size _start, . - _start
