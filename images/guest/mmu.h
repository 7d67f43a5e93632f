/* The guest's own address space. */
#ifndef GUEST_MMU_H
#define GUEST_MMU_H

/* Map RAM and UART at their own addresses, read-only what is read-only, and switch MMU and caches on. */
void mmu_enable(void);

#endif
