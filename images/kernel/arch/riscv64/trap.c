/* From trap causes to system calls and faults. */
#include "kernel/arch.h"
#include "kernel/panic.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "lib/print.h"

#define CAUSE_USER_CALL 8

/* Bits by cause: access faults (which the firmware's protected memory raises) and page faults. */
#define FETCH_FAULTS (1U << 1 | 1U << 12)
#define DATA_FAULTS (1U << 5 | 1U << 7 | 1U << 13 | 1U << 15)

static bool is_among(uint64_t cause, unsigned set)
{
	return cause < 16 && set >> cause & 1;
}

_Noreturn void trap_from_user(uint64_t cause, uint64_t value);
_Noreturn void trap_from_user(uint64_t cause, uint64_t value)
{
	if (cause == CAUSE_USER_CALL) {
		thread_current()->context.pc += 4; /* it points at the `ecall` */
		syscall_handle();
	} else if (is_among(cause, FETCH_FAULTS | DATA_FAULTS)) {
		fault_vm(value, is_among(cause, FETCH_FAULTS), cause);
	} else {
		fault_user_exception(cause);
	}
	thread_schedule();
}

_Noreturn void trap_kernel_fault(uint64_t cause, uint64_t value, uint64_t pc);
_Noreturn void trap_kernel_fault(uint64_t cause, uint64_t value, uint64_t pc)
{
	if (is_among(cause, DATA_FAULTS))
		print("\nKERNEL DATA ABORT!\n");
	else if (is_among(cause, FETCH_FAULTS))
		print("\nKERNEL PREFETCH ABORT!\n");
	print("Faulting instruction: 0x%016lx\n", pc);
	print("scause: 0x%08lx  fault address: 0x%016lx\n", cause, value);
	panic("exception in the kernel");
}
