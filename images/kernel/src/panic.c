#include "kernel/panic.h"

#include "kernel/arch.h"
#include "lib/print.h"

_Noreturn void panic(const char *why)
{
	print("KERNEL PANIC: %s\n", why);
	arch_idle();
}
