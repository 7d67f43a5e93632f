/* Apart from tty.c: the kernel's own header and the C library's <termios.h> exclude each other. */
#include "board/console/baud.h"

#include <asm/termbits.h>
#include <sys/ioctl.h>

#ifndef TCGETS2
#include <asm/ioctls.h>
#endif

int baud_set(int fd, int baud)
{
	struct termios2 t;

	if (ioctl(fd, TCGETS2, &t) < 0)
		return -1;
	t.c_cflag &= ~((CBAUD | CBAUDEX) << IBSHIFT);
	t.c_cflag &= ~(unsigned)(CBAUD | CBAUDEX);
	t.c_cflag |= BOTHER | BOTHER << IBSHIFT;
	t.c_ispeed = t.c_ospeed = (speed_t)baud;
	if (ioctl(fd, TCSETS2, &t) < 0 || ioctl(fd, TCGETS2, &t) < 0)
		return -1;
	return (int)t.c_ospeed;
}
