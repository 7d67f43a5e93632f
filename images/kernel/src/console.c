#include "lib/console.h"

#include "arch/spin.h"
#include "kernel/window.h"
#include "lib/uart.h"

void console_putc(char c)
{
	uart_putc(KERNEL_WINDOW, c);
}

int console_getc(void)
{
	int c = uart_getc(KERNEL_WINDOW);

	if (c < 0)
		spin_hint();
	return c;
}
