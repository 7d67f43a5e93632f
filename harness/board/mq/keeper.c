#include "board/mq/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "board/mq/client.h"
#include "util/clock.h"
#include "util/proc.h"

enum {
	TRIES = 3,
	PAUSE_S = 5,
	WORK_MS = 60000, /* who works on the board is ended with the session, by a warden that takes a moment */
	WORK_FD = 3,
};

/* Nothing of the session's stays open: whoever waits for its descriptors must not wait for us. */
static void let_go(int in, int work)
{
	int null;

	setsid();
	dup2(in, STDIN_FILENO);
	if (work != WORK_FD)
		dup3(work, WORK_FD, O_CLOEXEC);
	null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close_range(WORK_FD + 1, ~0U, 0);
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

/* A board that is at work is nobody else's yet. */
static void await_rest(void)
{
	struct pollfd p = {.fd = WORK_FD, .events = POLLIN};
	int64_t deadline = clock_ms() + WORK_MS;

	while (poll(&p, 1, clock_poll_timeout(deadline)) < 0 && errno == EINTR)
		;
}

/* The last command's success counts: it is the one that gives the lock back. */
static int give_back(const char *const *const *commands, size_t count)
{
	int status = -1;

	for (size_t i = 0; i < count; i++)
		status = mq_call(commands[i], -1, clock_ms() + MQ_CALL_MS, NULL, NULL);
	return status;
}

static _Noreturn void keep(int in, int work, const char *const *const *commands, size_t count)
{
	let_go(in, work);
	if (!read_word()) {
		await_rest();
		for (int i = 0; i < TRIES && give_back(commands, count) != 0; i++)
			sleep(PAUSE_S);
	}
	_exit(0);
}

int keeper_start(const char *const *const *commands, size_t count, struct keeper *k, struct err *e)
{
	int word[2], work[2];

	if (pipe2(word, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	if (pipe2(work, O_CLOEXEC) < 0) {
		err_sys(e, ERR_INFRA, "cannot make a pipe");
		close(word[0]);
		close(word[1]);
		return -1;
	}
	k->pid = fork();
	if (k->pid == 0)
		keep(word[0], work[0], commands, count);
	close(word[0]);
	close(work[0]);
	k->fd = word[1];
	k->work_fd = work[1];
	if (k->pid > 0)
		return 0;
	err_sys(e, ERR_INFRA, "cannot start a process that keeps the lock");
	keeper_leave(k);
	return -1;
}

void keeper_dismiss(struct keeper *k)
{
	bool told = k->fd >= 0 && (write(k->fd, "x", 1) == 1 || errno == EPIPE);

	keeper_leave(k);
	if (told)
		proc_wait(k->pid);
}

void keeper_leave(struct keeper *k)
{
	if (k->fd < 0)
		return;
	close(k->fd);
	close(k->work_fd);
	k->fd = k->work_fd = -1;
}
