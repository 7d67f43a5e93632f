/* Commands: lines that come in on the UART while the protection domains stand still. */
#ifndef MONITOR_COMMAND_H
#define MONITOR_COMMAND_H

/* Print `MON|READY`, do what the next line says, and so on. */
_Noreturn void command_serve(void);

/* The next `size` bytes from the UART; `to` NULL: they are thrown away. */
void command_read_bytes(void *to, unsigned long size);

#endif
