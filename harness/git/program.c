#include "git/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/proc.h"

extern char **environ;

/* ---- command line and environment ---- */

static const char *const always[] = {
	"git", "--no-pager", "--no-replace-objects", "--literal-pathspecs",
	"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
	/* Whose files they are does not matter to commands that only read objects; the user named the repository. */
	"-c", "safe.directory=*",
};

enum { ALWAYS = sizeof always / sizeof always[0] };

static const char **make_argv(struct arena *a, const char *const *words)
{
	size_t n = 0;
	const char **argv;

	while (words[n])
		n++;
	argv = arena_alloc(a, (ALWAYS + n + 1) * sizeof *argv);
	memcpy(argv, always, sizeof always);
	memcpy(argv + ALWAYS, words, n * sizeof *argv);
	return argv;
}

/* The folder above `repository`: git looks for no repository there or further up. */
static const char *ceiling(struct arena *a, const char *repository)
{
	char *real = realpath(repository, NULL), *slash = real ? strrchr(real, '/') : NULL;
	const char *above;

	if (slash)
		slash[slash == real] = '\0';
	above = arena_printf(a, "GIT_CEILING_DIRECTORIES=%s", real ? real : "/");
	free(real);
	return above;
}

static const char *const *make_env(struct arena *a, const struct git_call *c)
{
	static const char *const ours[] = {
		"LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1",
		"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none", /* where git is too old for GIT_NO_LAZY_FETCH: no protocol, no fetching */
	};
	const char *const *env = NULL;

	for (char **v = environ; *v; v++)
		if (strncmp(*v, "GIT_", 4) == 0)
			env = arena_list_add(a, env, arena_strndup(a, *v, strcspn(*v, "=")));
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		env = arena_list_add(a, env, ours[i]);
	return c->search_up ? env : arena_list_add(a, env, ceiling(a, c->repository));
}

/* ---- running it ---- */

/* Its output until that ends. 0, or -1: it is to be ended. */
static int listen(const struct git_call *c, int out, struct err *e)
{
	struct pollfd p[] = {{.fd = out, .events = POLLIN}, {.fd = cancel_fd(), .events = POLLIN}};
	char chunk[65536];
	ssize_t n;

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno == EINTR)
			continue;
		if (p[1].revents)
			return err_set(e, ERR_CANCELLED, "stopped while git was running");
		n = read(out, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		if (c->output && c->output(c->ctx, chunk, (size_t)n) < 0)
			return -1;
	}
}

static void read_back(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while (out && (n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(out, chunk, (size_t)n);
}

static int run(const struct git_call *c, struct proc_spec *spec, int out, struct err *e)
{
	pid_t pid = proc_start(spec, e);
	int rc, status;

	close(spec->out);
	if (pid < 0)
		return -1;
	rc = listen(c, out, e);
	status = rc < 0 ? proc_end(pid, SIGTERM, 1000) : proc_wait(pid);
	if (rc < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int git_run(const struct git_call *c, struct buf *complaint, struct err *e)
{
	struct proc_spec spec = {.cwd = c->repository, .in = c->in > 0 ? c->in : -1};
	struct arena a;
	int p[2], rc;

	spec.err = memfd_create("git-stderr", MFD_CLOEXEC); /* a pipe of its own could fill up while we read the other */
	if (spec.err < 0 || pipe2(p, O_CLOEXEC) < 0) {
		rc = err_sys(e, ERR_INFRA, "cannot make a pipe");
		if (spec.err >= 0)
			close(spec.err);
		return rc;
	}
	arena_init(&a);
	spec.argv = make_argv(&a, c->words);
	spec.env = make_env(&a, c);
	spec.out = p[1];
	rc = run(c, &spec, p[0], e);
	read_back(spec.err, complaint);
	close(spec.err);
	close(p[0]);
	arena_finish(&a);
	return rc;
}

void git_last_word(const struct buf *complaint, char *out, size_t n)
{
	const char *text = complaint->len ? complaint->data : "it printed nothing", *line = text, *end;

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (*p != '\n')
			line = p;
	if (strncmp(line, "fatal: ", 7) == 0 || strncmp(line, "error: ", 7) == 0)
		line += 7;
	end = line + strcspn(line, "\n");
	snprintf(out, n, "%.*s", (int)(end - line), line);
}

char *git_text(struct arena *a, const char *repository, const char *const *words, size_t *n, struct err *e)
{
	struct buf out = {0}, complaint = {0};
	struct git_call c = {.repository = repository, .words = words, .output = proc_keep_output, .ctx = &out};
	int status = git_run(&c, &complaint, e);
	char said[256], *text = NULL;

	if (status == 0) {
		text = arena_strndup(a, out.len ? out.data : "", out.len);
	} else if (status > 0) {
		git_last_word(&complaint, said, sizeof said);
		err_set(e, ERR_BUILD, "git %s: %s", words[0], said);
		err_at(e, repository, 0, 0);
	}
	if (n)
		*n = out.len;
	buf_finish(&out);
	buf_finish(&complaint);
	return text;
}
