#include "monitor/report.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "lib/print.h"
#include "monitor/registers.h"

static void report_registers(const struct pd *pd)
{
	print("MON|ERROR: Registers:\n");
	for (const struct register_line *r = register_lines; r->name; r++) {
		uint64_t value = 0;

		sys_invoke(pd->tcb, TCB_READ_REGISTER, r->number, 0, 0, 0, &value);
		print("MON|ERROR: %s : 0x%016lx\n", r->name, value);
	}
}

void report_fault(const struct pd *pd, const struct message_in *m)
{
	print("MON|ERROR: received message 0x%08x badge: 0x%016lx\n", m->label, m->badge);
	print("MON|ERROR: faulting PD: %s\n", pd->record->name);
	report_registers(pd);
	if (m->label == MESSAGE_VM_FAULT)
		print("MON|ERROR: VMFault: ip=0x%016lx fault_addr=0x%016lx fsr=0x%016lx (%s fault)\n", m->word[0],
		      m->word[1], m->word[3], m->word[2] ? "instruction" : "data");
	else if (m->label == MESSAGE_USER_EXCEPTION)
		print("MON|ERROR: UserException\nMON|ERROR: cause : 0x%016lx\n", m->word[1]);
	else if (m->label == MESSAGE_VCPU_FAULT)
		print("MON|ERROR: VCPUFault: hsr=0x%016lx\n", m->word[0]);
	else
		print("MON|ERROR: UnknownSyscall: number 0x%016lx\n", m->word[0]);
}
