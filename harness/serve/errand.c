#include "serve/errand.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

/* So much memory is enough for the largest runs; what wants more is mistaken. */
#define MEMORY_MAX (UINT64_C(8) << 30)

/* Connections and the listening socket are not its business. */
static void keep_only(int fd)
{
	if (fd > 3)
		close_range(3, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, ~0U, 0);
}

static void limit_itself(pid_t parent)
{
	struct rlimit memory = {MEMORY_MAX, MEMORY_MAX};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGINT, SIG_IGN); /* of the terminal: the parent ends us */
	signal(SIGTERM, SIG_DFL);
	if (!getenv("ASAN_OPTIONS"))
		setrlimit(RLIMIT_AS, &memory);
}

static int write_answer(int fd, const struct answer *a)
{
	struct errand_head head = {.status = a->status, .size = a->body.len};

	snprintf(head.type, sizeof head.type, "%s", a->type ? a->type : "text/html; charset=utf-8");
	memcpy(head.policy, a->policy, sizeof head.policy);
	return file_write_all(fd, &head, sizeof head) < 0 || file_write_all(fd, a->body.data, a->body.len) < 0;
}

static _Noreturn void work(answer_fn *how, const struct source *s, const char *target, int fd)
{
	struct answer a = {.status = 200};
	struct arena arena;
	struct target t;

	arena_init(&arena);
	if (target_parse(&t, target, &arena) < 0)
		_exit(1);
	how(s, &t, &a);
	_exit(write_answer(fd, &a));
}

int errand_begin(struct errand *n, answer_fn *how, const struct source *s, const char *target, struct err *e)
{
	pid_t parent = getpid();

	*n = (struct errand){.pidfd = -1, .deadline_ms = clock_ms() + ERRAND_MS};
	n->fd = memfd_create("answer", MFD_CLOEXEC);
	n->pid = n->fd < 0 ? -1 : fork();
	if (n->pid == 0) {
		keep_only(n->fd);
		limit_itself(parent);
		work(how, s, target, n->fd);
	}
	if (n->pid > 0)
		n->pidfd = proc_pidfd(n->pid);
	if (n->pidfd >= 0)
		return 0;
	err_sys(e, ERR_INFRA, "cannot make a process for it");
	errand_drop(n);
	return -1;
}

static void reap(struct errand *n)
{
	if (n->pid > 0) {
		kill(n->pid, SIGKILL);
		proc_wait(n->pid);
	}
	if (n->pidfd >= 0)
		close(n->pidfd);
	n->pid = n->pidfd = -1;
}

int errand_end(struct errand *n, struct errand_head *head)
{
	ssize_t got;

	reap(n);
	got = pread(n->fd, head, sizeof *head, 0);
	if (got != sizeof *head || lseek(n->fd, 0, SEEK_END) != (off_t)(sizeof *head + head->size))
		return -1;
	head->type[sizeof head->type - 1] = head->policy[sizeof head->policy - 1] = '\0';
	return 0;
}

void errand_drop(struct errand *n)
{
	reap(n);
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}
