/* What threads ask for, and what they do wrong; the architecture's trap code calls these for the current thread. */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include <stdbool.h>
#include <stdint.h>

void syscall_handle(void);
void fault_user_exception(uint64_t cause);
void fault_vcpu(uint64_t status);
void fault_vm(uint64_t address, bool fetching, uint64_t status);

#endif
