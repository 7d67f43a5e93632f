/* The board's UART by its physical address plus `offset` (a kernel's window; 0 with the MMU off). */
#ifndef LIB_UART_H
#define LIB_UART_H

#include <stdint.h>

void uart_enable(uintptr_t offset);
void uart_putc(uintptr_t offset, char c); /* waits for room: nothing is lost */
int uart_getc(uintptr_t offset);          /* -1 when no byte waits */

#endif
