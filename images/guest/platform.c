/* What the guest reaches outside: its UART, whose every access its VMM emulates, and the VMM itself. */
#include "abi/guest.h"
#include "lib/console.h"
#include "lib/uart.h"
#include "user/syscall.h"

void console_putc(char c)
{
	uart_putc(0, c);
}

int console_getc(void)
{
	return uart_getc(0);
}

/* A protection domain's handler is the monitor, a guest's is its VMM. */
uint64_t sys_notify_handler(uint64_t word)
{
	register uint64_t x0 __asm__("x0") = GUEST_NOTIFY;
	register uint64_t x1 __asm__("x1") = word;

	__asm__ volatile("hvc #0" : "+r"(x0) : "r"(x1) : "memory");
	return x0;
}
