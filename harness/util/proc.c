#include "util/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/warden.h"

/* What the child may still do when its parent has died before the death signal was armed: nothing. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

static int put_at(int fd, int want)
{
	int null;

	if (fd >= 0)
		return fd == want ? fcntl(fd, F_SETFD, 0) : dup2(fd, want);
	null = open("/dev/null", want == 0 ? O_RDONLY : O_WRONLY);
	if (null < 0)
		return -1;
	if (null != want) {
		dup2(null, want);
		close(null);
	}
	return want;
}

/* Runs between fork and exec: every signal back to its default and unblocked, so that the program is killable. */
static void reset_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const struct proc_spec *spec, pid_t parent, int report)
{
	pid_t above = spec->warden ? getpid() : parent;
	int sys;

	if (spec->warden && warden_split(parent, spec->keep, spec->keep_count) < 0)
		goto failed;
	die_with(above);
	if (spec->terminal)
		setsid();
	else if (!spec->warden && !spec->joined)
		setpgid(0, 0);
	reset_signals();
	if (put_at(spec->in, 0) < 0 || put_at(spec->out, 1) < 0 || put_at(spec->err, 2) < 0)
		goto failed;
	if (spec->terminal && ioctl(0, TIOCSCTTY, 0) < 0)
		goto failed;
	for (size_t i = 0; i < spec->keep_count; i++)
		fcntl(spec->keep[i], F_SETFD, 0);
	if (spec->cwd && chdir(spec->cwd) < 0)
		goto failed;
	for (const char *const *v = spec->env; v && *v; v++)
		putenv((char *)*v);
	execvp(spec->argv[0], (char *const *)spec->argv);
failed:
	sys = errno;
	if (write(report, &sys, sizeof sys) < 0)
		_exit(126);
	_exit(127);
}

pid_t proc_start(const struct proc_spec *spec, struct err *e)
{
	pid_t parent = getpid(), pid;
	int report[2], sys = 0;
	ssize_t n;

	if (pipe2(report, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	pid = fork();
	if (pid == 0)
		become(spec, parent, report[1]);
	close(report[1]);
	if (pid < 0) {
		close(report[0]);
		return err_sys(e, ERR_INFRA, "cannot start a process");
	}
	if (!spec->terminal && !spec->joined)
		setpgid(pid, pid); /* whichever of the two comes first; who leads a group can lead no session */
	do {
		n = read(report[0], &sys, sizeof sys);
	} while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n <= 0)
		return pid;
	proc_wait(pid);
	errno = sys;
	err_sys(e, ERR_INFRA, "cannot start %s", spec->argv[0]);
	if (sys == ENOENT)
		err_hint(e, "it is not installed, or not in PATH: `runtest doctor` names the package that brings it");
	return -1;
}

int proc_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int proc_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static bool ended_within(pid_t pid, int ms)
{
	struct pollfd p = {.fd = proc_pidfd(pid), .events = POLLIN};
	int64_t deadline = clock_ms() + ms;
	int n;

	if (p.fd < 0)
		return false;
	do {
		n = poll(&p, 1, clock_poll_timeout(deadline));
	} while (n < 0 && errno == EINTR);
	close(p.fd);
	return n > 0;
}

int proc_end(pid_t pid, int sig, int grace_ms)
{
	if (pid <= 0)
		return 0;
	if (kill(-pid, sig) < 0)
		kill(pid, sig);
	if (sig != SIGKILL && !ended_within(pid, grace_ms) && kill(-pid, SIGKILL) < 0)
		kill(pid, SIGKILL);
	return proc_wait(pid);
}

/* One read of the output: 1 when there is more to come, 0 at its end, -1 when the reader wants no more. */
static int pass_output(int fd, const struct proc_watch *watch)
{
	char chunk[16384];
	ssize_t n = read(fd, chunk, sizeof chunk);

	if (n < 0)
		return errno == EINTR ? 1 : 0;
	if (n > 0 && watch->output && watch->output(watch->ctx, chunk, (size_t)n) < 0)
		return -1;
	return n > 0;
}

static int stopped(const struct proc_spec *spec, const struct proc_watch *watch, struct err *e)
{
	if (clock_ms() < watch->deadline_ms)
		return err_set(e, ERR_CANCELLED, "stopped while %s was running", spec->argv[0]);
	return err_set(e, ERR_INFRA, "%s did not end in time and was stopped", spec->argv[0]);
}

/* Until its output has ended and then the process itself. 0, or -1 when it is to be ended early. */
static int follow(const struct proc_spec *spec, const struct proc_watch *watch, int out, int pidfd, struct err *e)
{
	enum { STOP, OUTPUT, END };
	struct pollfd p[] = {[STOP] = {.fd = watch->stop_fd, .events = POLLIN},
			     [OUTPUT] = {.fd = out, .events = POLLIN},
			     [END] = {.fd = -1, .events = POLLIN}};

	for (;;) {
		int n = poll(p, sizeof p / sizeof p[0], clock_poll_timeout(watch->deadline_ms)), more;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || p[STOP].revents)
			return stopped(spec, watch, e);
		if (p[END].revents)
			return 0;
		more = p[OUTPUT].revents ? pass_output(out, watch) : 1;
		if (more < 0)
			return -1;
		if (!more && pidfd < 0)
			return 0;
		if (!more) {
			p[OUTPUT].fd = -1;
			p[END].fd = pidfd;
		}
	}
}

int proc_run_watched(const struct proc_spec *spec, const struct proc_watch *watch, struct err *e)
{
	enum { GRACE_MS = 2000 };
	struct proc_spec s = *spec;
	int p[2], pidfd, status, rc;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	s.in = -1;
	s.out = s.err = p[1];
	pid = proc_start(&s, e);
	close(p[1]);
	if (pid < 0) {
		close(p[0]);
		return -1;
	}
	pidfd = proc_pidfd(pid);
	rc = follow(spec, watch, p[0], pidfd, e);
	status = rc < 0 ? proc_end(pid, SIGTERM, spec->warden ? WARDEN_PATIENCE_MS : GRACE_MS) : proc_wait(pid);
	close(pidfd);
	close(p[0]);
	if (rc < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int proc_call(int (*work)(void *ctx), void *ctx, struct err *e)
{
	pid_t parent = getpid(), pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(127);
		status = work(ctx);
		fflush(NULL);
		_exit(status);
	}
	if (pid < 0)
		return err_sys(e, ERR_INFRA, "cannot make another process");
	status = proc_wait(pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int proc_keep_output(void *ctx, const char *data, size_t n)
{
	if (ctx)
		buf_add(ctx, data, n);
	return 0;
}

int proc_run(const struct proc_spec *spec, struct buf *out, struct err *e)
{
	struct proc_watch watch = {.stop_fd = -1, .deadline_ms = INT64_MAX, .output = proc_keep_output, .ctx = out};

	return proc_run_watched(spec, &watch, e);
}

bool proc_was_killed(int wait_status)
{
	return WIFSIGNALED(wait_status) || (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) > 128);
}

char *proc_status_text(int status, char *out, size_t n)
{
	if (WIFEXITED(status))
		snprintf(out, n, "exited with status %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		snprintf(out, n, "killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(out, n, "ended with wait status 0x%x", (unsigned)status);
	return out;
}

char *proc_find(const char *program)
{
	const char *path = getenv("PATH"), *end;

	if (strchr(program, '/'))
		return access(program, X_OK) == 0 ? xstrdup(program) : NULL;
	for (; path && *path; path = *end ? end + 1 : end) {
		char *candidate;

		end = strchrnul(path, ':');
		candidate = xasprintf("%.*s/%s", (int)(end - path), path, program);
		if (access(candidate, X_OK) == 0)
			return candidate;
		free(candidate);
	}
	return NULL;
}

/* The letter behind the name, which is in brackets and may have some of its own. */
static char thread_state(int dir, const char *name)
{
	char path[300], text[512];
	const char *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%s/stat", name);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	end = strrchr(text, ')');
	return end && end[1] == ' ' ? end[2] : 0;
}

bool proc_sleeps(pid_t pid)
{
	char path[64];
	struct dirent *d;
	bool sleeps = false, runs = false;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir && !runs && (d = readdir(dir))) {
		char state = d->d_name[0] == '.' ? 0 : thread_state(dirfd(dir), d->d_name);

		sleeps |= state == 'S';
		runs |= state && state != 'S';
	}
	if (dir)
		closedir(dir);
	return sleeps && !runs;
}

int64_t proc_cpu_ms(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return -1;
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

bool proc_had_its_chance(pid_t pid, int64_t cpu_before_ms)
{
	enum { ENOUGH_MS = 40 };

	return proc_sleeps(pid) || proc_cpu_ms(pid) - cpu_before_ms >= ENOUGH_MS;
}
