/*
 * 16550 UART, where QEMU's `virt` machine has it. Driven directly: a character through the firmware's console costs a
 * trap to M-mode and back.
 */
#include "lib/uart.h"

#define NS16550_BASE 0x10000000UL

enum {
	DATA = 0,
	LINE_STATUS = 5,
};

enum {
	STATUS_RX_READY = 1 << 0,
	STATUS_TX_EMPTY = 1 << 5,
};

static volatile uint8_t *reg(uintptr_t offset, unsigned number)
{
	return (volatile uint8_t *)(NS16550_BASE + offset + number);
}

/* The firmware has printed through it already. Switching the FIFOs again would drop a byte that has arrived. */
void uart_enable(uintptr_t offset)
{
	(void)offset;
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
