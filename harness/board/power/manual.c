/* The person at the terminal switches. What is asked and answered goes past standard input and output: /dev/tty. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "board/power/switch.h"
#include "util/cancel.h"
#include "util/clock.h"

static int open_terminal(struct err *e)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		return fd;
	err_set(e, ERR_INFRA, "somebody has to switch this board by hand, and there is no terminal to ask at");
	return err_hint(e, "run it in a terminal, or give the unit another \"power\" section");
}

static void ask(int fd, const struct board_unit *u, enum power_state want)
{
	const char *what = u->power->manual->what ? u->power->manual->what : u->name;

	tcflush(fd, TCIFLUSH); /* what was typed before is no answer */
	dprintf(fd, "runtest: switch %s %s, then press Enter (q and Enter: I cannot) ", what,
		want == POWER_ON ? "ON" : "OFF");
}

/* The answer: its first byte, 0 when there was none in time, -1 when a signal came first. */
static int hear(int fd, const struct switch_wait *wait)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = wait->stoppable ? cancel_fd() : -1, .events = POLLIN}};
	char line[256];
	ssize_t n;

	for (;;) {
		int ready = poll(p, 2, clock_poll_timeout(wait->deadline_ms));

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return 0;
		if (p[1].revents)
			return -1;
		n = read(fd, line, sizeof line);
		if (n < 0 && errno == EINTR)
			continue;
		return n > 0 ? (unsigned char)line[0] : 'q';
	}
}

static int manual_act(const struct board_unit *u, enum power_state want, const struct switch_wait *wait, struct err *e)
{
	int fd = open_terminal(e), answer;

	if (fd < 0)
		return -1;
	ask(fd, u, want);
	answer = hear(fd, wait);
	if (answer <= 0)
		dprintf(fd, "\n");
	close(fd);
	if (answer < 0)
		return err_set(e, ERR_CANCELLED, "stopped by a signal");
	if (answer == 0)
		return err_set(e, ERR_INFRA, "nobody has switched %s %s in time", u->name, power_state_name(want));
	if (answer == 'q' || answer == 'Q')
		return err_set(e, ERR_INFRA, "who was asked to switch %s %s could not", u->name, power_state_name(want));
	return 0;
}

const struct switch_driver switch_manual = {.name = "manual", .act = manual_act};
