/*
 * The first bytes are the header of an arm64 Linux Image, so that U-Boot's `booti` starts the loader; whoever jumps to
 * the first byte starts it, too. The loader must run where it was loaded, at a multiple of 2 MiB: U-Boot moves no image
 * whose flags say that any address will do.
 */
#define IMAGE_FLAGS (1 << 3 /* anywhere in RAM */ | 1 << 1 /* pages of 4 KiB */)
#define IMAGE_ROOM 0x1000000 /* loader and image together: kept free of U-Boot's own things */

	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	b	1f
	.word	0
	.quad	0		/* offset of the load address from a multiple of 2 MiB */
	.quad	IMAGE_ROOM
	.quad	IMAGE_FLAGS
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.word	0
1:	msr	daifset, #0xf
	adrp	x0, loader_stack_top
	add	x0, x0, :lo12:loader_stack_top
	mov	sp, x0
	mov	x29, xzr
	mov	x30, xzr
	b	loader_main
	.size _start, . - _start
