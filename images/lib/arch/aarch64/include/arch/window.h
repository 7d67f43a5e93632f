/* Where the kernel sees physical memory: virtual = physical + KERNEL_WINDOW (as seL4). Also read by linker scripts. */
#ifndef ARCH_WINDOW_H
#define ARCH_WINDOW_H

#if ENTRY_EL == 2
#define KERNEL_WINDOW 0x8000000000
#else
#define KERNEL_WINDOW 0xffffff8000000000
#endif

#endif
