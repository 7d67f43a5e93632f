/*
 * A boot image that talks: once it has counted DELAY rounds, it puts its one protection domain where its header says. Then
 * it prints NOISE bytes without a newline, with every value in them (NUL, escapes, invalid UTF-8), as fast as the serial
 * line takes them; then a line to end on, and with QUIT an end of the machine. With WAIT it waits for a byte first, and says
 * the line again where it does not end. Entered at the load address with the MMU off.
 */
	.section .text, "ax"
	.globl _start
_start:
	ldr	x0, =DELAY
0:	subs	x0, x0, #1
	b.ne	0b

	adr	x0, pd_bytes
	ldr	x1, =PD_ADDRESS
	mov	x2, #4096
1:	ldr	x3, [x0], #8
	str	x3, [x1], #8
	subs	x2, x2, #8
	b.ne	1b

	ldr	x10, =0x09000000	/* PL011 */
	ldr	w11, =NOISE
	mov	w12, #0
2:	and	w0, w12, #0xff
	cmp	w0, #10
	b.eq	3f
	bl	put
3:	add	w12, w12, #7		/* coprime to 256: every value, in an order that no text has */
	subs	w11, w11, #1
	b.ne	2b

	adr	x13, words
4:	ldrb	w0, [x13], #1
	cbz	w0, 5f
	bl	put
	b	4b
5:
#ifdef WAIT
	ldr	w1, [x10, #0x18]	/* FR: bit 4, receive FIFO empty */
	tbnz	w1, #4, 5b
	ldr	w1, [x10]
#ifndef QUIT
	adr	x13, words
	b	4b
#endif
#endif
#ifdef QUIT
	ldr	w0, =QUIT		/* PSCI: 0x84000008 switches the machine off, 0x84000009 resets it */
	smc	#0
#endif
6:	wfi
	b	6b

put:	ldr	w1, [x10, #0x18]	/* FR: bit 5, transmit FIFO full */
	tbnz	w1, #5, put
	str	w0, [x10]
	ret

#ifdef QUIT
words:	.asciz	"\r\nchatter: good night\r\n"
#else
words:	.asciz	"\r\nchatter: that was all\r\n"
#endif
	.ltorg
	.balign 4096
header:					/* the loader image's header; its data follows */
	.quad	0x5e14dead14de5ead, file_end - header, 0
	.quad	0x8000000000, PD_ADDRESS - 0x2000, PD_ADDRESS - 0x1000, 0, 0
	.quad	0, 0
	.quad	2
	.quad	PD_ADDRESS - 0x2000, 8, 4096, 1	/* an initial task that nobody starts */
	.quad	PD_ADDRESS, 4096, 0, 1
pd_bytes:
	.incbin	"pd.bin"
	.quad	0
file_end:
