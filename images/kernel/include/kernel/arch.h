/* What the kernel asks of the architecture; beside it arch/context.h, arch/pte.h and arch/window.h. */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <stdint.h>

#include "arch/context.h"

/* Own page tables for the kernel's window, exception vectors, no more of what the loader set up. */
void arch_init(void);

/* Put into a new, empty root table what every address space needs besides the user's own pages. */
void arch_init_vspace(uint64_t root_paddr);

/* Make an address space the current one. `id` tags its translations: one number per address space. */
void arch_switch_vspace(uint64_t root_paddr, uint16_t id);

/* New table entries are seen by table walks after this. */
void arch_sync_tables(void);

/* Translations of user addresses that no table has any more are forgotten after this. */
void arch_flush_translations(void);

/* Instruction fetches see what was written to this page of memory after this. */
void arch_unify(uint64_t paddr);

_Noreturn void arch_resume(struct context *context);
_Noreturn void arch_idle(void);

#endif
