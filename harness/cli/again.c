#include "cli/again.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

enum { GRACE_MS = 120 * 1000, WHOLE_PATH = 4096 };

/* The program by its own name, so that lists of processes show what runs. */
static const char *own_path(struct arena *a)
{
	char path[WHOLE_PATH];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	return n > 0 && n < WHOLE_PATH ? arena_strndup(a, path, (size_t)n) : "/proc/self/exe";
}

static const char *const *whole_line(const struct cli *cli, const char *root, const char *const *words, struct arena *a)
{
	const char *const *line = arena_list_add(a, NULL, own_path(a));

	line = arena_list_add(a, arena_list_add(a, line, "--project"), root);
	if (cli->lab)
		line = arena_list_add(a, arena_list_add(a, line, "--lab"), cli->lab);
	for (; *words; words++)
		line = arena_list_add(a, line, *words);
	return line;
}

/* Its wait status. */
static int wait_for(pid_t pid)
{
	enum { STOP, END };
	struct pollfd p[] = {[STOP] = {.fd = cancel_fd(), .events = POLLIN}, [END] = {.fd = proc_pidfd(pid), .events = POLLIN}};
	int64_t deadline = INT64_MAX;
	int n, status;

	for (;;) {
		n = poll(p, 2, clock_poll_timeout(deadline));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || p[END].revents)
			break;
		kill(pid, cancel_exit_status() == 130 ? SIGINT : SIGTERM);
		p[STOP].fd = -1;
		deadline = clock_ms() + GRACE_MS;
	}
	status = n > 0 ? proc_wait(pid) : proc_end(pid, SIGKILL, 0);
	if (p[END].fd >= 0)
		close(p[END].fd);
	return status;
}

static void read_back(int fd, struct buf *said)
{
	char piece[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(said, piece, (size_t)n);
}

int again_run(const struct cli *cli, const char *root, const char *const *words, struct buf *said, struct err *e)
{
	int kept = said ? memfd_create("said", MFD_CLOEXEC) : -1, status;
	/* At a terminal it draws, and hears what is typed, as if it had been called by hand. */
	struct proc_spec spec = {.in = -1, .out = said ? kept : STDOUT_FILENO, .err = STDERR_FILENO,
				 .joined = isatty(STDERR_FILENO)};
	struct arena a;
	pid_t pid;

	arena_init(&a);
	fflush(stdout);
	spec.argv = whole_line(cli, root, words, &a);
	pid = proc_start(&spec, e);
	status = pid < 0 ? -1 : wait_for(pid);
	if (kept >= 0) {
		read_back(kept, said);
		close(kept);
	}
	arena_finish(&a);
	return pid < 0 ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
