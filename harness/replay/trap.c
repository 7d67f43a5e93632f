#include "replay/trap.h"

#include <string.h>

#include "gdb/target.h"

/* The vector table: Arm ARM D1.10.2, "synchronous, lower exception level, AArch64". */
enum { LOWER_EL_SYNC = 0x400 };

static const struct trap_regs el2 = {.level = "cpsr", .level_mask = 0xc, .vector = "VBAR_EL2", .vector_mask = ~UINT64_C(0x7ff),
				     .vector_offset = LOWER_EL_SYNC, .cause = "ESR_EL2", .pc = "ELR_EL2", .address = "FAR_EL2",
				     .space = "VTTBR_EL2"};
static const struct trap_regs el1 = {.level = "cpsr", .level_mask = 0xc, .vector = "VBAR", .vector_mask = ~UINT64_C(0x7ff),
				     .vector_offset = LOWER_EL_SYNC, .cause = "ESR_EL1", .pc = "ELR_EL1", .address = "FAR_EL1",
				     .space = "TTBR0_EL1"};
static const struct trap_regs riscv = {.level = "priv", .level_mask = 3, .vector = "stvec", .vector_mask = ~UINT64_C(3),
				       .cause = "scause", .pc = "sepc", .address = "stval", .space = "satp"};

const struct trap_regs *trap_regs_of(const char *arch, const char *entry)
{
	if (!arch)
		return NULL;
	if (strcmp(arch, "riscv64") == 0)
		return &riscv;
	if (strcmp(arch, "aarch64") != 0 || !entry)
		return NULL;
	return strcmp(entry, "el2") == 0 ? &el2 : strcmp(entry, "el1") == 0 ? &el1 : NULL;
}

int trap_in_user_mode(struct gdb *g, const struct trap_regs *regs, bool *user, int64_t deadline_ms, struct err *e)
{
	uint64_t level = 0;
	int rc = gdb_register(g, regs->level, &level, deadline_ms, e);

	*user = rc == 0 && !(level & regs->level_mask);
	return rc;
}

int trap_vector(struct gdb *g, const struct trap_regs *regs, uint64_t *vaddr, int64_t deadline_ms, struct err *e)
{
	if (gdb_register(g, regs->vector, vaddr, deadline_ms, e) < 0)
		return -1;
	*vaddr = (*vaddr & regs->vector_mask) + regs->vector_offset;
	return 0;
}

int trap_space(struct gdb *g, const struct trap_regs *regs, uint64_t *space, int64_t deadline_ms, struct err *e)
{
	return gdb_register(g, regs->space, space, deadline_ms, e);
}

struct meaning {
	uint64_t code;
	bool fault;
	const char *what;
};

/* ESR_ELx.EC: Arm ARM D17.2.37. */
static const struct meaning arm_causes[] = {
	{0x00, true, "undefined instruction"}, {0x07, false, "floating point access"}, {0x0e, true, "illegal execution state"},
	{0x15, false, "system call"},	       {0x16, false, "hypervisor call"},       {0x18, true, "system register access"},
	{0x20, true, "instruction abort"},     {0x22, true, "misaligned pc"},	       {0x24, true, "data abort"},
	{0x26, true, "misaligned sp"},	       {0x2c, true, "floating point exception"}, {0x3c, true, "breakpoint instruction"},
};

/* scause: RISC-V privileged architecture 1.12, table 4.2. */
static const struct meaning riscv_causes[] = {
	{0, true, "misaligned instruction"}, {1, true, "instruction access fault"}, {2, true, "illegal instruction"},
	{3, true, "breakpoint instruction"}, {4, true, "misaligned load"},	    {5, true, "load access fault"},
	{6, true, "misaligned store"},	     {7, true, "store access fault"},	    {8, false, "system call"},
	{12, true, "instruction page fault"}, {13, true, "load page fault"},	    {15, true, "store page fault"},
};

static void explain_cause(struct trap *t, const struct meaning *list, size_t count, uint64_t code)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].code == code) {
			t->fault = list[i].fault;
			t->what = list[i].what;
		}
}

int trap_read(struct gdb *g, const struct trap_regs *regs, struct trap *t, int64_t deadline_ms, struct err *e)
{
	uint64_t cause;

	*t = (struct trap){.fault = false, .what = "trap"};
	if (gdb_register(g, regs->cause, &cause, deadline_ms, e) < 0 ||
	    gdb_register(g, regs->space, &t->space, deadline_ms, e) < 0)
		return -1;
	if (regs != &riscv)
		explain_cause(t, arm_causes, sizeof arm_causes / sizeof arm_causes[0], cause >> 26 & 0x3f);
	else if (!(cause >> 63))
		explain_cause(t, riscv_causes, sizeof riscv_causes / sizeof riscv_causes[0], cause);
	if (!t->fault)
		return 0;
	if (gdb_register(g, regs->pc, &t->pc, deadline_ms, e) < 0)
		return -1;
	return gdb_register(g, regs->address, &t->address, deadline_ms, e);
}
