/*
 * While a user thread runs, sscratch is the address of the thread's context; in the kernel it is 0. Struct context
 * (arch/context.h) has the registers in this order.
 */
	.macro	each_but_sp, insn
	\insn	x1, 0x08(sp)
	\insn	x3, 0x18(sp)
	\insn	x4, 0x20(sp)
	\insn	x5, 0x28(sp)
	\insn	x6, 0x30(sp)
	\insn	x7, 0x38(sp)
	\insn	x8, 0x40(sp)
	\insn	x9, 0x48(sp)
	\insn	x10, 0x50(sp)
	\insn	x11, 0x58(sp)
	\insn	x12, 0x60(sp)
	\insn	x13, 0x68(sp)
	\insn	x14, 0x70(sp)
	\insn	x15, 0x78(sp)
	\insn	x16, 0x80(sp)
	\insn	x17, 0x88(sp)
	\insn	x18, 0x90(sp)
	\insn	x19, 0x98(sp)
	\insn	x20, 0xa0(sp)
	\insn	x21, 0xa8(sp)
	\insn	x22, 0xb0(sp)
	\insn	x23, 0xb8(sp)
	\insn	x24, 0xc0(sp)
	\insn	x25, 0xc8(sp)
	\insn	x26, 0xd0(sp)
	\insn	x27, 0xd8(sp)
	\insn	x28, 0xe0(sp)
	\insn	x29, 0xe8(sp)
	\insn	x30, 0xf0(sp)
	\insn	x31, 0xf8(sp)
	.endm

	.macro	kernel_stack
	lla	sp, kernel_stack_top
	mv	s0, zero
	mv	ra, zero
	.endm

	.text
	.balign	4
	.global trap_entry
	.type trap_entry, %function
trap_entry:
	csrrw	sp, sscratch, sp
	beqz	sp, trap_in_kernel
	each_but_sp sd
	csrrw	t0, sscratch, zero
	sd	t0, 0x10(sp)
	csrr	t0, sepc
	sd	t0, 0x100(sp)
	csrr	t0, sstatus
	sd	t0, 0x108(sp)
	csrr	a0, scause
	csrr	a1, stval
	kernel_stack
	j	trap_from_user
trap_in_kernel:
	csrr	a0, scause
	csrr	a1, stval
	csrr	a2, sepc
	csrw	sscratch, zero
	kernel_stack
	j	trap_kernel_fault
	.size trap_entry, . - trap_entry

	.global arch_resume
	.type arch_resume, %function
arch_resume:
	mv	sp, a0
	csrw	sscratch, sp
	ld	t0, 0x100(sp)
	csrw	sepc, t0
	ld	t0, 0x108(sp)
	csrw	sstatus, t0
	each_but_sp ld
	ld	sp, 0x10(sp)
	sret
	.size arch_resume, . - arch_resume
