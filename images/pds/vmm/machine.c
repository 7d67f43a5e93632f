#include "machine.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/vcpu.h"
#include "lib/console.h"
#include "user/syscall.h"

/* Syndromes of an HVC, and of a data abort whose instruction the syndrome describes. */
#define CLASS(esr) ((esr) >> 26 & 0x3f)
#define CLASS_HVC 0x16
#define ABORT_DESCRIBED(esr) ((esr) >> 24 & 1)
#define ABORT_REGISTER(esr) ((esr) >> 16 & 0x1f)
#define ABORT_WRITES(esr) ((esr) >> 6 & 1)
#define ZERO_REGISTER 31

#define INSTRUCTION_SIZE 4

enum {
	UART_DATA = 0x00,
	UART_FLAGS = 0x18,
	UART_SIZE = 0x1000,
	UART_RX_EMPTY = 1 << 4,
};

static uint64_t read_register(uint64_t name)
{
	uint64_t value = 0;

	if (name != ZERO_REGISTER)
		sys_invoke(VMM_GUEST_TCB, TCB_READ_REGISTER, name, 0, 0, 0, &value);
	return value;
}

static void write_register(uint64_t name, uint64_t value)
{
	if (name != ZERO_REGISTER)
		sys_invoke(VMM_GUEST_TCB, TCB_WRITE_REGISTER, name, value, 0, 0, NULL);
}

void machine_reset(void)
{
	for (uint64_t i = 0; i < VCPU_REGISTERS; i++)
		sys_invoke(VMM_GUEST_VCPU, VCPU_WRITE_REGISTER, i, i == VCPU_SCTLR ? VCPU_SCTLR_RESET : 0, 0, 0, NULL);
	sys_invoke(VMM_GUEST_VCPU, VCPU_WRITE_REGISTER, VCPU_PSTATE, VCPU_PSTATE_RESET, 0, 0, NULL);
}

void machine_start(uint64_t entry, uint64_t run)
{
	write_register(REGISTER_PC, entry);
	write_register(0, run);
}

static void uart_write(uint64_t offset, uint64_t value)
{
	if (offset == UART_DATA)
		console_putc((char)value);
}

static uint64_t uart_read(uint64_t offset)
{
	return offset == UART_FLAGS ? UART_RX_EMPTY : 0;
}

/* Do what the load or store at the guest's program counter would have done; false when it is none of the UART's. */
static bool emulate(const struct message_in *m)
{
	uint64_t offset = m->word[1] - GUEST_UART, esr = m->word[3];

	if (m->word[2] || !ABORT_DESCRIBED(esr) || offset >= UART_SIZE)
		return false;
	if (ABORT_WRITES(esr))
		uart_write(offset, read_register(ABORT_REGISTER(esr)));
	else
		write_register(ABORT_REGISTER(esr), uart_read(offset));
	write_register(REGISTER_PC, m->word[0] + INSTRUCTION_SIZE);
	return true;
}

static bool is_notification(const struct message_in *m)
{
	return m->label == MESSAGE_VCPU_FAULT && CLASS(m->word[0]) == CLASS_HVC && read_register(0) == GUEST_NOTIFY;
}

static void keep_fault(struct guest_order *order, const struct message_in *m)
{
	order->fault.label = m->label;
	for (unsigned i = 0; i < 4; i++)
		order->fault.word[i] = m->word[i];
}

enum word machine_run(struct guest_order *order)
{
	for (;;) {
		struct message_in m;

		sys_invoke(VMM_GUEST_TCB, TCB_RESUME, 0, 0, 0, 0, NULL);
		m = sys_recv(VMM_ENDPOINT);
		if (is_notification(&m))
			return WORD_GUEST_READY;
		if (m.label == MESSAGE_VM_FAULT && emulate(&m))
			continue;
		keep_fault(order, &m);
		return WORD_GUEST_FAULTED;
	}
}
