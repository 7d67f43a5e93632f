/* Every program of the stack brings these two; the rest of lib/ prints and waits through them. */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

void console_putc(char c);
int console_getc(void); /* the next byte received, or -1 when none waits, after arch/spin.h's hint */

#endif
