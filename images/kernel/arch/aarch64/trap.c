/* From exception syndromes to system calls and faults. */
#include "arch/syndrome.h"
#include "arch/sysreg.h"
#include "arch/vcpu.h"
#include "kernel/arch.h"
#include "kernel/panic.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "lib/print.h"

_Noreturn void trap_from_user(uint64_t esr);
_Noreturn void trap_from_user(uint64_t esr)
{
	unsigned class = syndrome_class(esr);

#if ENTRY_EL == 2
	if (thread_current()->context.vcpu) {
		vcpu_exit(esr);
		thread_schedule();
	}
#endif
	if (class == CLASS_SVC)
		syscall_handle();
	else if (class == CLASS_FETCH_FROM_BELOW || class == CLASS_DATA_FROM_BELOW)
		fault_vm(sysreg_read(EL_(far)), class == CLASS_FETCH_FROM_BELOW, esr);
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
