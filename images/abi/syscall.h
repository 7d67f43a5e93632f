/*
 * System calls. The number and up to six words go in registers, two words and a status come back (which registers:
 * arch/syscall.h). Invocations act on a capability by its slot in the caller's capability space.
 */
#ifndef ABI_SYSCALL_H
#define ABI_SYSCALL_H

enum syscall_number {
	SYS_DEBUG_PUTCHAR = 1, /* a0: character */
	SYS_DEBUG_GETCHAR,     /* -> status: character, or -1 when none waits */
	SYS_INVOKE,            /* a0: slot, a1: enum invocation, a2..a5: its arguments -> status, v0 */
	SYS_RECV,              /* a0: slot of an endpoint -> status: badge, v0: enum message, v1..: words */
	SYS_NOTIFY_HANDLER,    /* a0: word for the thread's handler -> status: the word that it resumes the thread with */
};

enum invocation {
	UNTYPED_RETYPE = 1,  /* enum object_type, size_bits (untyped only), first destination slot, count */
	TCB_CONFIGURE,       /* vspace slot, endpoint slot, badge, slot of its capability space or 0 */
	TCB_WRITE_REGISTERS, /* pc, sp, first argument */
	TCB_READ_REGISTER,   /* enum register_name -> v0 */
	TCB_RESUME,          /* word, for a thread that has notified its handler */
	PAGE_TABLE_MAP,      /* vspace slot, virtual address */
	PAGE_MAP,            /* vspace slot, virtual address, enum rights */
	PAGE_UNMAP,          /* nothing happens to a frame that is not mapped */
	PAGE_UNIFY,          /* what was written to the frame is what instruction fetches see, whoever maps it */
	CNODE_COPY,          /* destination slot in it, slot in the caller's own space; a frame's copy is not mapped */
	TCB_SUSPEND,         /* whatever it did or waited for: it runs no more until resumed */
	TCB_WRITE_REGISTER,  /* enum register_name but the status, value */
	VCPU_SET_TCB,        /* slot of the thread that is to run in it, at EL1 from now on */
	VCPU_READ_REGISTER,  /* enum vcpu_register (abi/vcpu.h) -> v0 */
	VCPU_WRITE_REGISTER, /* enum vcpu_register, value */
};

enum object_type {
	OBJECT_UNTYPED = 1,
	OBJECT_FRAME,      /* 4 KiB */
	OBJECT_PAGE_TABLE, /* 4 KiB */
	OBJECT_VSPACE,     /* 4 KiB: the root table of an address space */
	OBJECT_TCB,
	OBJECT_ENDPOINT,
	OBJECT_CNODE, /* a small capability space: 32 slots */
	OBJECT_VCPU,  /* only a kernel at EL2 has them */
};

enum rights {
	RIGHT_EXECUTE = 1,
	RIGHT_WRITE = 2,
	RIGHT_READ = 4,
	MAP_DEVICE = 8, /* no right but an attribute: uncached. The mapper says so; device untyped can be RAM as well */
};

/* Numbered as seL4's errors. */
enum invocation_error {
	NO_ERROR = 0,
	INVALID_ARGUMENT,
	INVALID_CAPABILITY,
	ILLEGAL_OPERATION,
	RANGE_ERROR,
	ALIGNMENT_ERROR,
	FAILED_LOOKUP, /* a page table is missing */
	TRUNCATED_MESSAGE,
	DELETE_FIRST, /* the destination is taken */
	REVOKE_FIRST,
	NOT_ENOUGH_MEMORY,
};

/* What a handler receives; the faults are numbered as seL4's (with its mixed-criticality scheduler). */
enum message {
	MESSAGE_NOTIFY = 0,         /* word */
	MESSAGE_UNKNOWN_SYSCALL = 2, /* number */
	MESSAGE_USER_EXCEPTION = 3, /* pc, cause */
	MESSAGE_VM_FAULT = 6,       /* pc, address (of a guest: intermediate physical), 1 if fetching, status */
	MESSAGE_VCPU_FAULT = 8,     /* status: a guest's HVC, or what else it does that is not for itself to handle */
};

/* Names of a thread's registers: from 0 on the general ones, as the architecture numbers them. */
enum register_name {
	REGISTER_PC = 64,
	REGISTER_SP,
	REGISTER_STATUS,
};

#endif
