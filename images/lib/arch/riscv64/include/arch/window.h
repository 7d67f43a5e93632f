/* Where the kernel sees physical memory: virtual = physical + KERNEL_WINDOW (as seL4). Also read by linker scripts. */
#ifndef ARCH_WINDOW_H
#define ARCH_WINDOW_H

#define KERNEL_WINDOW 0xffffffc000000000 /* the upper half of Sv39 */

/* As far into RAM as on AArch64: seL4's own place, behind the firmware, is where QEMU puts a -kernel image. */
#define KERNEL_PADDR 0xa0000000

#endif
