#include "util/terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>

int terminal_open(int *master, int *slave, bool interruptible, struct err *e)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct termios raw;

	if (openpty(master, slave, NULL, NULL, &size) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a terminal");
	fcntl(*master, F_SETFD, FD_CLOEXEC);
	fcntl(*slave, F_SETFD, FD_CLOEXEC);
	fcntl(*master, F_SETFL, O_NONBLOCK);
	if (tcgetattr(*slave, &raw) == 0) {
		cfmakeraw(&raw);
		if (interruptible)
			raw.c_lflag |= ISIG | NOFLSH; /* NOFLSH: what was said before the signal still arrives */
		tcsetattr(*slave, TCSANOW, &raw);
	}
	return 0;
}
