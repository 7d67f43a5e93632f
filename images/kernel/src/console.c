#include "lib/console.h"

#include "kernel/window.h"
#include "lib/uart.h"

void console_putc(char c)
{
	uart_putc(KERNEL_WINDOW, c);
}

int console_getc(void)
{
	return uart_getc(KERNEL_WINDOW);
}
