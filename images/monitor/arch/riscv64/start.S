/* The kernel gives the initial task its bootinfo in a0 and no stack. */
	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	lla	sp, monitor_stack_top
	mv	s0, zero
	mv	ra, zero
	j	monitor_main
	.size _start, . - _start
