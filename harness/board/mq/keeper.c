#include "board/mq/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "board/mq/client.h"
#include "util/clock.h"
#include "util/proc.h"

enum { TRIES = 3, PAUSE_S = 5 };

/* Nothing of the session's stays open: whoever waits for its descriptors must not wait for us. */
static void let_go(int in)
{
	int null;

	setsid();
	dup2(in, STDIN_FILENO);
	null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close_range(3, ~0U, 0);
}

static int read_word(void)
{
	char c;
	ssize_t n;

	do {
		n = read(STDIN_FILENO, &c, 1);
	} while (n < 0 && errno == EINTR);
	return n == 1;
}

/* The last command's success counts: it is the one that gives the lock back. */
static int give_back(const char *const *const *commands, size_t count)
{
	int status = -1;

	for (size_t i = 0; i < count; i++)
		status = mq_call(commands[i], -1, clock_ms() + MQ_CALL_MS, NULL, NULL);
	return status;
}

static _Noreturn void keep(int in, const char *const *const *commands, size_t count)
{
	let_go(in);
	if (!read_word())
		for (int i = 0; i < TRIES && give_back(commands, count) != 0; i++)
			sleep(PAUSE_S);
	_exit(0);
}

int keeper_start(const char *const *const *commands, size_t count, int *fd, pid_t *keeper, struct err *e)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	*keeper = fork();
	if (*keeper == 0)
		keep(p[0], commands, count);
	close(p[0]);
	if (*keeper < 0) {
		close(p[1]);
		return err_sys(e, ERR_INFRA, "cannot start a process that keeps the lock");
	}
	*fd = p[1];
	return 0;
}

void keeper_dismiss(int fd, pid_t keeper)
{
	if (fd < 0)
		return;
	if (write(fd, "x", 1) < 0 && errno != EPIPE)
		return;
	close(fd);
	proc_wait(keeper);
}

void keeper_leave(int fd)
{
	if (fd >= 0)
		close(fd);
}
