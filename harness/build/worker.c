#include "build/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/attempt.h"
#include "build/manifest.h"
#include "build/workdir.h"
#include "util/cancel.h"
#include "util/file.h"

/* A damaged or unwanted entry in its place is exchanged for the new one in one step. */
static int publish(struct attempt *t, const struct worker_order *o, struct err *e)
{
	if (file_mkdirs(attempt_path(t, o->root, "build/cache/variants"), e) < 0)
		return -1;
	if (rename(t->entry, o->entry) == 0)
		return 0;
	if ((errno == EEXIST || errno == ENOTEMPTY) &&
	    renameat2(AT_FDCWD, t->entry, AT_FDCWD, o->entry, RENAME_EXCHANGE) == 0)
		return 0;
	/* A file system that cannot exchange: a reader in this very moment builds it again. */
	if (rename(o->entry, attempt_path(t, t->folder, "replaced")) == 0 && rename(t->entry, o->entry) == 0)
		return 0;
	return file_error(e, "put the finished build in its place", o->entry);
}

/* ---- what is left of a failure ---- */

static void keep_log(struct attempt *t, const struct worker_order *o, struct err *e)
{
	const char *kept = arena_printf(t->arena, "%s.log", o->failed);

	if (!t->log_path || e->kind == ERR_CANCELLED)
		return;
	if (file_mkdirs(attempt_path(t, o->root, "build/failed"), NULL) == 0 && rename(t->log_path, kept) == 0 &&
	    !e->hint[0])
		err_hint(e, "the whole output is in %s", kept);
}

static void keep_artefacts(struct attempt *t, const struct worker_order *o)
{
	file_mkdirs(attempt_path(t, o->root, "build/failed"), NULL);
	file_remove_tree(o->failed, NULL);
	(void)!rename(attempt_path(t, t->entry, ENTRY_ARTEFACTS), o->failed);
}

static void forget_old_failure(struct attempt *t, const struct worker_order *o)
{
	unlink(arena_printf(t->arena, "%s.log", o->failed));
	file_remove_tree(o->failed, NULL);
}

static int make(struct attempt *t, const struct worker_order *o, const char *folder, struct err *e)
{
	int rc = attempt_make(t, folder, e);

	if (rc < 0)
		keep_log(t, o, e);
	return rc;
}

/* ---- the same bytes once more? ---- */

static long long first_difference(const char *a, const char *b)
{
	struct buf x, y;
	size_t i = 0;

	buf_init(&x);
	buf_init(&y);
	if (file_read(a, &x, NULL) == 0 && file_read(b, &y, NULL) == 0)
		while (i < x.len && i < y.len && x.data[i] == y.data[i])
			i++;
	buf_finish(&x);
	buf_finish(&y);
	return (long long)i;
}

static int differs(struct attempt *t, const struct worker_order *o, const struct build_file *was,
		   const struct build_file *is, struct err *e)
{
	const char *name = was->path + strlen(o->entry) + strlen("/" ENTRY_ARTEFACTS "/");

	err_set(e, ERR_BUILD, "not reproducible: built a second time, the artefact %s differs from byte %lld on "
		"(%lld bytes, then %lld)", name, first_difference(was->path, is->path), (long long)was->size,
		(long long)is->size);
	err_at(e, was->path, 0, 0);
	keep_artefacts(t, o);
	return err_hint(e, "the second one is %s/%s; usual reasons are the folder's name, the date, the order of files",
			o->failed, name);
}

static int compare_files(struct attempt *t, const struct worker_order *o, const struct build_file *was,
			 const struct build_file *is, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(was[i].sha256, is[i].sha256) != 0)
			return differs(t, o, &was[i], &is[i], e);
	return 0;
}

static int compare(struct attempt *t, const struct worker_order *o, struct build_result *was, struct build_result *is,
		   struct err *e)
{
	const struct variant *v = was->request.variant;

	if (manifest_read(was, t->arena) < 0 || manifest_read(is, t->arena) < 0) {
		err_set(e, ERR_IO, "the cache entry cannot be read back");
		return err_at(e, o->entry, 0, 0);
	}
	if (compare_files(t, o, &was->image, &is->image, 1, e) < 0 ||
	    compare_files(t, o, &was->report, &is->report, 1, e) < 0 ||
	    compare_files(t, o, was->elfs, is->elfs, v->elf_count, e) < 0 ||
	    compare_files(t, o, was->payloads, is->payloads, v->payload_count, e) < 0)
		return -1;
	return compare_files(t, o, was->updates, is->updates, v->update_count, e);
}

/* The second folder has another name, so that a build that leaves its own path in an artefact is found out. */
static int verify(struct attempt *t, const struct worker_order *o, struct err *e)
{
	struct build_result was = {.request = *o->recipe->request, .folder = o->entry}, is;

	t->ccache = NULL; /* or the compiler would not be asked again */
	if (make(t, o, attempt_path(t, o->work, "once-more"), e) < 0)
		return -1;
	memcpy(was.key, o->recipe->key, SHA256_HEX);
	is = was;
	is.folder = t->entry;
	return compare(t, o, &was, &is, e);
}

/* ---- the process ---- */

static int carry_out(const struct worker_order *o, struct err *e)
{
	struct arena a;
	struct attempt t = {.recipe = o->recipe, .arena = &a, .output = o->output, .makes = o->makes};
	int rc = 0;

	arena_init(&a);
	t.ccache = arena_printf(&a, "%s/build/cache/ccache", o->root);
	if (o->build) {
		rc = make(&t, o, o->work, e);
		if (rc == 0)
			rc = publish(&t, o, e);
	}
	if (rc == 0 && o->verify)
		rc = verify(&t, o, e);
	if (rc == 0)
		forget_old_failure(&t, o);
	arena_finish(&a);
	return rc;
}

static void work(const struct worker_order *o, pid_t parent, int report)
{
	struct worker_report r = {0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0); /* ^C at the terminal is the parent's: it tells us */
	if (cancel_fd() >= 0)
		cancel_rearm();
	else
		cancel_init();
	cancel_hold(false);
	umask(022);
	fcntl(o->lock, F_SETFD, 0); /* whatever runs below us holds the folder too: dead means all of them */
	r.rc = carry_out(o, &r.err);
	workdir_release(o->work, o->lock);
	_exit(file_write_all(report, &r, sizeof r) < 0 ? 126 : 0);
}

pid_t worker_start(const struct worker_order *o, int *report, struct err *e)
{
	pid_t parent = getpid(), pid;
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	cancel_hold(true);
	pid = fork();
	if (pid == 0)
		work(o, parent, p[1]);
	cancel_hold(false);
	close(p[1]);
	if (pid < 0) {
		close(p[0]);
		return err_sys(e, ERR_INFRA, "cannot start a process");
	}
	setpgid(pid, pid);
	*report = p[0];
	return pid;
}
