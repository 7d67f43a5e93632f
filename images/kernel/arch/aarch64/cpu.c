/* The kernel's own address space, and how the CPU is set up for user threads. */
#include "arch/sysreg.h"
#include "arch/vcpu.h"
#include "kernel/arch.h"
#include "kernel/window.h"
#include "lib/memory.h"

#define GIB (1ULL << 30)

extern char trap_vectors[];

_Noreturn void trap_return(struct context *context);

static uint64_t kernel_gigabytes[512] __attribute__((aligned(4096)));
static uint64_t kernel_top[512] __attribute__((aligned(4096)));

/* The loader's tables stand in memory that becomes untyped, so the kernel's map must not depend on them. */
static void map_window(void)
{
	for (uint64_t i = 0; i < 512; i++)
		kernel_gigabytes[i] = pte_kernel_block(i * GIB, memory_has_ram(i * GIB, (i + 1) * GIB));
	kernel_top[KERNEL_WINDOW >> 39 & 511] = ptr_to_phys(kernel_gigabytes) | PTE_VALID | PTE_TABLE;
}

#if ENTRY_EL == 2
#define VTCR_39_BITS (25ULL | 1ULL << 6 | TCR_WALK(0) | 2ULL << 16 | 1ULL << 31)
#define CPTR_NO_FLOAT (1ULL << 10 | 0x33ffULL)

static void set_up_users(void)
{
	sysreg_write(ttbr0_el2, ptr_to_phys(kernel_top));
	sysreg_write(vtcr_el2, VTCR_39_BITS);
	sysreg_write(cptr_el2, CPTR_NO_FLOAT);
	vcpu_set_up();
}

void arch_switch_vspace(uint64_t root_paddr, uint16_t id)
{
	sysreg_write(vttbr_el2, root_paddr | (uint64_t)id << 48);
	__asm__ volatile("isb" : : : "memory");
}
#else
static uint64_t empty_root[512] __attribute__((aligned(4096)));

static void set_up_users(void)
{
	sysreg_write(ttbr1_el1, ptr_to_phys(kernel_top));
	sysreg_write(ttbr0_el1, ptr_to_phys(empty_root));
	sysreg_write(tcr_el1, TCR_EL1(25ULL));
	sysreg_write(cpacr_el1, 0);
}

void arch_switch_vspace(uint64_t root_paddr, uint16_t id)
{
	sysreg_write(ttbr0_el1, root_paddr | (uint64_t)id << 48);
	__asm__ volatile("isb" : : : "memory");
}
#endif

void arch_init(void)
{
	map_window();
	barrier();
	set_up_users();
	sysreg_write(EL_(vbar), (uintptr_t)trap_vectors);
	tlb_flush();
}

/* The kernel has a root of its own, at either level. */
void arch_init_vspace(uint64_t root_paddr)
{
	(void)root_paddr;
}

void arch_sync_tables(void)
{
	/* Code may have come with the new page. */
	__asm__ volatile("dsb ish\n\tic iallu\n\tdsb ish\n\tisb" : : : "memory");
}

void arch_flush_translations(void)
{
	__asm__ volatile("dsb ishst\n\t" TLB_FLUSH_USERS "dsb ish\n\tisb" : : : "memory");
}

void arch_unify(uint64_t paddr)
{
	uint64_t line = 4ULL << (sysreg_read(ctr_el0) >> 16 & 0xf); /* the smallest data cache line, in bytes */
	const char *at = phys_to_ptr(paddr);

	for (uint64_t i = 0; i < PAGE_SIZE; i += line)
		__asm__ volatile("dc cvau, %0" : : "r"(at + i) : "memory");
	__asm__ volatile("dsb ish\n\tic iallu\n\tdsb ish\n\tisb" : : : "memory");
}

_Noreturn void arch_resume(struct context *context)
{
#if ENTRY_EL == 2
	vcpu_switch(context->vcpu);
#endif
	trap_return(context);
}

_Noreturn void arch_idle(void)
{
	for (;;)
		__asm__ volatile("wfi");
}
