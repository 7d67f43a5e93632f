/*
 * Registers of a virtual CPU: what a guest has at EL1 for itself, beside its thread's general registers. Only AArch64
 * at EL2 has virtual CPUs. The list says which they are, to the kernel and to those who read and write them.
 */
#ifndef ABI_VCPU_H
#define ABI_VCPU_H

#define VCPU_SYSTEM_REGISTERS(R) \
	R(SCTLR, sctlr_el1) \
	R(ACTLR, actlr_el1) \
	R(CPACR, cpacr_el1) \
	R(TTBR0, ttbr0_el1) \
	R(TTBR1, ttbr1_el1) \
	R(TCR, tcr_el1) \
	R(MAIR, mair_el1) \
	R(AMAIR, amair_el1) \
	R(CONTEXTIDR, contextidr_el1) \
	R(VBAR, vbar_el1) \
	R(ESR, esr_el1) \
	R(FAR, far_el1) \
	R(AFSR0, afsr0_el1) \
	R(AFSR1, afsr1_el1) \
	R(PAR, par_el1) \
	R(ELR, elr_el1) \
	R(SPSR, spsr_el1) \
	R(SP, sp_el1) \
	R(TPIDR_EL1, tpidr_el1) \
	R(TPIDR_EL0, tpidr_el0) \
	R(TPIDRRO_EL0, tpidrro_el0) \
	R(CSSELR, csselr_el1) \
	R(CNTKCTL, cntkctl_el1)

#define VCPU_NAME(name, sysreg) VCPU_##name,
enum vcpu_register {
	VCPU_SYSTEM_REGISTERS(VCPU_NAME)
	VCPU_REGISTERS,
	VCPU_PSTATE = VCPU_REGISTERS, /* with which its thread goes on; to write only: at EL1 or EL0 */
};
#undef VCPU_NAME

/* What a CPU comes out of reset with: MMU and caches off, the bits that are reserved as one. */
#define VCPU_SCTLR_RESET 0x30d00800UL
#define VCPU_PSTATE_RESET 0x3c5UL /* EL1 with its own stack pointer, interrupts masked */

#endif
