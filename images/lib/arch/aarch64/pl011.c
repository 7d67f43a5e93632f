/* ARM PrimeCell UART (PL011), where QEMU's `virt` machine has it. */
#include "lib/uart.h"

#define PL011_BASE 0x09000000UL

enum {
	DATA = 0x00,
	FLAGS = 0x18,
	LINE = 0x2c,
	CONTROL = 0x30,
};

enum {
	FLAGS_RX_EMPTY = 1 << 4,
	FLAGS_TX_FULL = 1 << 5,
	LINE_FIFOS_ON = 1 << 4,
	CONTROL_ENABLE = 1 << 0 | 1 << 8 | 1 << 9, /* the UART, its transmitter, its receiver */
};

static volatile uint32_t *reg(uintptr_t offset, unsigned number)
{
	return (volatile uint32_t *)(PL011_BASE + offset + number);
}

static int kept = -1; /* the byte that had arrived when the FIFOs were switched on, which empties them */

static int take(uintptr_t offset)
{
	if (*reg(offset, FLAGS) & FLAGS_RX_EMPTY)
		return -1;
	return *reg(offset, DATA) & 0xff;
}

/* Without its FIFOs the UART takes in one byte at a time, and what sends many is slow. */
void uart_enable(uintptr_t offset)
{
	*reg(offset, CONTROL) |= CONTROL_ENABLE;
	if (*reg(offset, LINE) & LINE_FIFOS_ON)
		return;
	kept = take(offset);
	*reg(offset, LINE) |= LINE_FIFOS_ON;
}

void uart_putc(uintptr_t offset, char c)
{
	while (*reg(offset, FLAGS) & FLAGS_TX_FULL)
		;
	*reg(offset, DATA) = (unsigned char)c;
}

int uart_getc(uintptr_t offset)
{
	int c = kept < 0 ? take(offset) : kept;

	kept = -1;
	return c;
}
