/* The rate of a serial port, which termios(3) knows a few fixed ones of. */
#ifndef RUNTEST_BOARD_BAUD_H
#define RUNTEST_BOARD_BAUD_H

/* Set both directions to any rate. What the port made of it (it may round), or -1 with errno. */
int baud_set(int fd, int baud);

#endif
