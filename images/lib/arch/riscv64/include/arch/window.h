/* Where the kernel sees physical memory: virtual = physical + KERNEL_WINDOW (as seL4). Also read by linker scripts. */
#ifndef ARCH_WINDOW_H
#define ARCH_WINDOW_H

#define KERNEL_WINDOW 0xffffffc000000000 /* the upper half of Sv39 */

#endif
