/* The kernel's own address space, and how the hart is set up for user threads. */
#include "arch/csr.h"
#include "kernel/arch.h"
#include "kernel/window.h"
#include "lib/memory.h"
#include "lib/string.h"

#define GIB (1ULL << 30)

extern char trap_entry[];

static uint64_t kernel_root[ROOT_ENTRIES] __attribute__((aligned(4096)));

/* The loader's table stands in memory that becomes untyped, so the kernel's map must not depend on it. */
static void map_window(void)
{
	for (uint64_t i = 0; i < ROOT_ENTRIES - ROOT_WINDOW; i++)
		kernel_root[ROOT_WINDOW + i] = pte_kernel_block(i * GIB, memory_has_ram(i * GIB, (i + 1) * GIB));
}

static void use_root(uint64_t root_paddr)
{
	csr_write(satp, SATP_SV39(root_paddr));
	barrier();
}

void arch_init(void)
{
	map_window();
	use_root(ptr_to_phys(kernel_root));
	csr_write(sscratch, 0); /* trap.S: in the kernel */
	csr_write(stvec, (uintptr_t)trap_entry);
}

/* There is one root for user and kernel, so the window stands in every one. */
void arch_init_vspace(uint64_t root_paddr)
{
	uint64_t *root = phys_to_ptr(root_paddr);

	memcpy(&root[ROOT_WINDOW], &kernel_root[ROOT_WINDOW], (ROOT_ENTRIES - ROOT_WINDOW) * sizeof *root);
}

void arch_switch_vspace(uint64_t root_paddr, uint16_t id)
{
	(void)id;
	use_root(root_paddr);
}

void arch_sync_tables(void)
{
	/* Code may have come with the new page. */
	barrier();
}

void arch_flush_translations(void)
{
	barrier();
}

void arch_unify(uint64_t paddr)
{
	(void)paddr; /* there is no finer instruction than the one that every address space switch gives */
	barrier();
}

_Noreturn void arch_idle(void)
{
	for (;;)
		__asm__ volatile("wfi");
}
