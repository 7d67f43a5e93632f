/*
 * While a user thread runs, the kernel's stack pointer is the address of the thread's context: a trap needs no scratch
 * register to save everything. Struct context (arch/context.h) has the registers in this order.
 */
#if ENTRY_EL == 2
#define ELR elr_el2
#define SPSR spsr_el2
#define ESR esr_el2
#else
#define ELR elr_el1
#define SPSR spsr_el1
#define ESR esr_el1
#endif

	.macro	kernel_stack
	adrp	x9, kernel_stack_top
	add	x9, x9, :lo12:kernel_stack_top
	mov	sp, x9
	.endm

	.macro	vector, target
	.balign	0x80
	b	\target
	.endm

	.text
	.balign	0x800
	.global trap_vectors
trap_vectors:
	.rept	8
	vector	trap_in_kernel
	.endr
	vector	trap_from_user_entry
	.rept	7
	vector	trap_in_kernel
	.endr

	.type trap_from_user_entry, %function
trap_from_user_entry:
	stp	x0, x1, [sp, #0x00]
	stp	x2, x3, [sp, #0x10]
	stp	x4, x5, [sp, #0x20]
	stp	x6, x7, [sp, #0x30]
	stp	x8, x9, [sp, #0x40]
	stp	x10, x11, [sp, #0x50]
	stp	x12, x13, [sp, #0x60]
	stp	x14, x15, [sp, #0x70]
	stp	x16, x17, [sp, #0x80]
	stp	x18, x19, [sp, #0x90]
	stp	x20, x21, [sp, #0xa0]
	stp	x22, x23, [sp, #0xb0]
	stp	x24, x25, [sp, #0xc0]
	stp	x26, x27, [sp, #0xd0]
	stp	x28, x29, [sp, #0xe0]
	mrs	x0, sp_el0
	stp	x30, x0, [sp, #0xf0]
	mrs	x0, ELR
	mrs	x1, SPSR
	stp	x0, x1, [sp, #0x100]
	mrs	x0, ESR
	kernel_stack
	mov	x29, xzr
	mov	x30, xzr
	b	trap_from_user
	.size trap_from_user_entry, . - trap_from_user_entry

	.type trap_in_kernel, %function
trap_in_kernel:
	mrs	x0, ESR
	mrs	x1, ELR
	kernel_stack
	b	trap_kernel_fault
	.size trap_in_kernel, . - trap_in_kernel

	.global trap_return
	.type trap_return, %function
trap_return:
	mov	sp, x0
	ldp	x0, x1, [sp, #0x100]
	msr	ELR, x0
	msr	SPSR, x1
	ldp	x30, x0, [sp, #0xf0]
	msr	sp_el0, x0
	ldp	x0, x1, [sp, #0x00]
	ldp	x2, x3, [sp, #0x10]
	ldp	x4, x5, [sp, #0x20]
	ldp	x6, x7, [sp, #0x30]
	ldp	x8, x9, [sp, #0x40]
	ldp	x10, x11, [sp, #0x50]
	ldp	x12, x13, [sp, #0x60]
	ldp	x14, x15, [sp, #0x70]
	ldp	x16, x17, [sp, #0x80]
	ldp	x18, x19, [sp, #0x90]
	ldp	x20, x21, [sp, #0xa0]
	ldp	x22, x23, [sp, #0xb0]
	ldp	x24, x25, [sp, #0xc0]
	ldp	x26, x27, [sp, #0xd0]
	ldp	x28, x29, [sp, #0xe0]
	eret
	.size trap_return, . - trap_return
