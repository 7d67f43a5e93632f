/* Virtual CPUs: EL1 as a guest sees it. */
#include "kernel/vcpu.h"

#include <stddef.h>

#include "abi/vcpu.h"
#include "arch/syndrome.h"
#include "arch/sysreg.h"
#include "arch/vcpu.h"
#include "kernel/syscall.h"
#include "kernel/window.h"

struct vcpu {
	uint64_t reg[VCPU_REGISTERS];
	struct tcb *tcb; /* the thread that runs in it, or NULL */
};

_Static_assert(sizeof(struct vcpu) <= 1 << VCPU_BITS, "a virtual CPU must fit its object");

#define HCR_VM (1ULL << 0)         /* stage 2 translation */
#define HCR_INTERRUPTS (7ULL << 3) /* come to EL2, and so none reaches a guest */
#define HCR_DC (1ULL << 12)
#define HCR_TWI_TWE (3ULL << 13) /* waiting for what cannot come; the handler gets the CPU instead */
#define HCR_TSC (1ULL << 19)     /* the firmware is not the guest's to call */
#define HCR_TGE (1ULL << 27)
#define HCR_RW (1ULL << 31) /* EL1 is AArch64 */

/*
 * Protection domains run at EL0 with everything that would go to EL1 routed here (TGE) and their addresses translated
 * by stage 2 alone; DC makes that memory cacheable although the user's own MMU is off.
 */
#define HCR_NATIVE (HCR_VM | HCR_INTERRUPTS | HCR_DC | HCR_TGE | HCR_RW)
#define HCR_GUEST (HCR_VM | HCR_INTERRUPTS | HCR_TWI_TWE | HCR_TSC | HCR_RW)

/* EL0 may ask for cache line sizes (UCT) and clean by address (UCI): who copies a guest's memory has to. */
#define SCTLR_UCT (1ULL << 15)
#define SCTLR_UCI (1ULL << 26)
#define SCTLR_NATIVE (VCPU_SCTLR_RESET | SCTLR_C | SCTLR_I | SCTLR_UCT | SCTLR_UCI)

static struct vcpu *loaded; /* whose registers are in the CPU; NULL while a protection domain runs */

void vcpu_init(struct vcpu *v)
{
	for (unsigned i = 0; i < VCPU_REGISTERS; i++)
		v->reg[i] = 0;
	v->reg[VCPU_SCTLR] = VCPU_SCTLR_RESET;
	v->tcb = NULL;
}

#define SAVE(name, sysreg) v->reg[VCPU_##name] = sysreg_read(sysreg);
static void save(struct vcpu *v)
{
	VCPU_SYSTEM_REGISTERS(SAVE)
}

#define RESTORE(name, sysreg) sysreg_write(sysreg, v->reg[VCPU_##name]);
static void restore(const struct vcpu *v)
{
	VCPU_SYSTEM_REGISTERS(RESTORE)
}

static void load_native(void)
{
	sysreg_write(sctlr_el1, SCTLR_NATIVE);
	sysreg_write(hcr_el2, HCR_NATIVE);
}

void vcpu_set_up(void)
{
	sysreg_write(vpidr_el2, sysreg_read(midr_el1));
	sysreg_write(vmpidr_el2, sysreg_read(mpidr_el1));
	load_native();
}

void vcpu_switch(struct vcpu *next)
{
	if (next == loaded)
		return;
	if (loaded)
		save(loaded);
	if (next) {
		restore(next);
		sysreg_write(hcr_el2, HCR_GUEST);
	} else {
		load_native();
	}
	loaded = next;
}

/* Where a stage 2 fault happened; the page is in HPFAR, whatever the guest's own MMU made of it. */
static uint64_t fault_address(void)
{
	return (sysreg_read(hpfar_el2) >> 4 << PAGE_BITS) | (sysreg_read(far_el2) & (PAGE_SIZE - 1));
}

void vcpu_exit(uint64_t esr)
{
	unsigned class = syndrome_class(esr);

	if (class == CLASS_FETCH_FROM_BELOW || class == CLASS_DATA_FROM_BELOW)
		fault_vm(fault_address(), class == CLASS_FETCH_FROM_BELOW, esr);
	else
		fault_vcpu(esr);
}

int vcpu_set_tcb(struct call *c)
{
	struct vcpu *v = phys_to_ptr(c->cap->paddr);
	struct cap *cap = cspace_lookup(c->arg[0], CAP_TCB);
	struct tcb *t = cap ? phys_to_ptr(cap->paddr) : NULL;

	if (!t || t == thread_current())
		return INVALID_CAPABILITY;
	if (v->tcb || t->context.vcpu)
		return ILLEGAL_OPERATION;
	v->tcb = t;
	t->context.vcpu = v;
	t->context.status = VCPU_PSTATE_RESET;
	return NO_ERROR;
}

/* Who invokes is no guest, so the registers of all of them are in memory. */
int vcpu_read_register(struct call *c)
{
	const struct vcpu *v = phys_to_ptr(c->cap->paddr);

	if (c->arg[0] >= VCPU_REGISTERS)
		return RANGE_ERROR;
	c->value = v->reg[c->arg[0]];
	return NO_ERROR;
}

static int write_pstate(struct tcb *t, uint64_t pstate)
{
	uint64_t level = pstate & 0x1f; /* and which stack pointer; AArch64 */

	if (!t)
		return ILLEGAL_OPERATION;
	if (level != 0 && level != 4 && level != 5)
		return INVALID_ARGUMENT;
	t->context.status = pstate;
	return NO_ERROR;
}

int vcpu_write_register(struct call *c)
{
	struct vcpu *v = phys_to_ptr(c->cap->paddr);

	if (c->arg[0] == VCPU_PSTATE)
		return write_pstate(v->tcb, c->arg[1]);
	if (c->arg[0] >= VCPU_REGISTERS)
		return RANGE_ERROR;
	v->reg[c->arg[0]] = c->arg[1];
	return NO_ERROR;
}
