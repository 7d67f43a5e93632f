/* The smallest protection domain there can be: a page of code that is never run, only kept in memory. */
	.section .text, "ax"
	.globl _start
_start:
	.rept 1024
	b	_start
	.endr
