/* The kernel's last words. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

_Noreturn void panic(const char *why);

#endif
