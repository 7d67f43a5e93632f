/* From exception syndromes to system calls and faults. */
#include "arch/sysreg.h"
#include "kernel/arch.h"
#include "kernel/panic.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "lib/print.h"

enum syndrome_class {
	CLASS_SVC = 0x15,
	CLASS_FETCH_FROM_USER = 0x20,
	CLASS_FETCH_IN_KERNEL = 0x21,
	CLASS_DATA_FROM_USER = 0x24,
	CLASS_DATA_IN_KERNEL = 0x25,
};

static unsigned syndrome_class(uint64_t esr)
{
	return (unsigned)(esr >> 26 & 0x3f);
}

_Noreturn void trap_from_user(uint64_t esr);
_Noreturn void trap_from_user(uint64_t esr)
{
	unsigned class = syndrome_class(esr);

	if (class == CLASS_SVC)
		syscall_handle();
	else if (class == CLASS_FETCH_FROM_USER || class == CLASS_DATA_FROM_USER)
		fault_vm(sysreg_read(EL_(far)), class == CLASS_FETCH_FROM_USER, esr);
	else
		fault_user_exception(esr);
	thread_schedule();
}

_Noreturn void trap_kernel_fault(uint64_t esr, uint64_t elr);
_Noreturn void trap_kernel_fault(uint64_t esr, uint64_t elr)
{
	unsigned class = syndrome_class(esr);

	if (class == CLASS_DATA_IN_KERNEL)
		print("\nKERNEL DATA ABORT!\n");
	else if (class == CLASS_FETCH_IN_KERNEL)
		print("\nKERNEL PREFETCH ABORT!\n");
	print("Faulting instruction: 0x%016lx\n", elr);
	print("ESR: 0x%08lx  fault address: 0x%016lx\n", esr, sysreg_read(EL_(far)));
	panic("exception in the kernel");
}
