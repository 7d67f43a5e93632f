/*
 * 16550 UART, where QEMU's `virt` machine has it. Driven directly: a character through the firmware's console costs a
 * trap to M-mode and back.
 */
#include "lib/uart.h"

#define NS16550_BASE 0x10000000UL

enum {
	DATA = 0,
	FIFO_CONTROL = 2,        /* written */
	INTERRUPT_IDENTITY = 2,  /* read */
	LINE_STATUS = 5,
};

enum {
	STATUS_RX_READY = 1 << 0,
	STATUS_TX_EMPTY = 1 << 5,
	IDENTITY_FIFOS_ON = 3 << 6,
	CONTROL_FIFOS_ON = 1 << 0,
	CONTROL_TRIGGER_14 = 3 << 6,
};

static volatile uint8_t *reg(uintptr_t offset, unsigned number)
{
	return (volatile uint8_t *)(NS16550_BASE + offset + number);
}

/*
 * The firmware has printed through it already. Switching the FIFOs would drop a byte that has arrived; where they are on,
 * their level can be raised: QEMU lets in as many bytes at a time as that says.
 */
void uart_enable(uintptr_t offset)
{
	if ((*reg(offset, INTERRUPT_IDENTITY) & IDENTITY_FIFOS_ON) == IDENTITY_FIFOS_ON)
		*reg(offset, FIFO_CONTROL) = CONTROL_FIFOS_ON | CONTROL_TRIGGER_14;
}

void uart_putc(uintptr_t offset, char c)
{
	while (!(*reg(offset, LINE_STATUS) & STATUS_TX_EMPTY))
		;
	*reg(offset, DATA) = (unsigned char)c;
}

int uart_getc(uintptr_t offset)
{
	if (!(*reg(offset, LINE_STATUS) & STATUS_RX_READY))
		return -1;
	return *reg(offset, DATA);
}
