#include "build/worker.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/manifest.h"
#include "build/workdir.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/proc.h"

/* One build in one folder: `folder`/tree, `folder`/board.dtb and `folder`/entry. */
struct job {
	const struct worker_order *order;
	struct arena *arena;
	const char *folder, *entry, *log_path;
	int log;
	struct buf line;      /* of the command's output, until it is whole */
	struct buf complaint; /* the first line that looks like an error, or the last one that is not empty */
	bool found_error;
	struct err *e;
};

static const char *path_in(struct job *j, const char *folder, const char *name)
{
	return arena_printf(j->arena, "%s/%s", folder, name);
}

static int io_at(struct err *e, const char *doing, const char *path)
{
	err_sys(e, ERR_IO, "cannot %s", doing);
	if (errno == ENOSPC)
		err_hint(e, "the disk is full: free some room below the project's build/ folder");
	return err_at(e, path, 0, 0);
}

/* ---- the command's output ---- */

static const struct build_request *request_of(const struct job *j)
{
	return j->order->recipe->request;
}

static void show_line(struct job *j, const char *line, size_t n)
{
	const struct build_request *q = request_of(j);
	char *text = xasprintf("%s %s %s | %.*s\n", q->variant->name, q->kind->name, q->config, (int)n, line);

	/* A reader that has gone is no reason for a build to fail. */
	(void)!file_write_all(j->order->output, text, strlen(text));
	free(text);
}

static void judge_line(struct job *j, const char *line, size_t n)
{
	bool error = memmem(line, n, "error:", 6) || memmem(line, n, "Error:", 6);

	if (!n || j->found_error)
		return;
	buf_clear(&j->complaint);
	buf_add(&j->complaint, line, n);
	j->found_error = error;
}

/* One line at a time, so that those of builds side by side do not mix. Very long ones are cut into pieces. */
static int hear(void *ctx, const char *data, size_t n)
{
	enum { LONGEST = 8192 };
	struct job *j = ctx;

	if (file_write_all(j->log, data, n) < 0)
		return io_at(j->e, "write the build's log", j->log_path);
	for (size_t i = 0; i < n; i++) {
		if (data[i] != '\n')
			buf_addc(&j->line, data[i]);
		if (data[i] != '\n' && j->line.len < LONGEST)
			continue;
		judge_line(j, j->line.data ? j->line.data : "", j->line.len);
		if (j->order->output >= 0)
			show_line(j, j->line.data ? j->line.data : "", j->line.len);
		buf_clear(&j->line);
	}
	return 0;
}

static void hear_the_end(struct job *j)
{
	if (j->line.len)
		hear(j, "\n", 1);
}

static int note(struct job *j, const char *what, const char *const *words)
{
	struct buf text;
	int rc;

	buf_init(&text);
	buf_printf(&text, "# %s", what);
	for (; *words; words++)
		buf_printf(&text, " %s", *words);
	buf_addc(&text, '\n');
	rc = file_write_all(j->log, text.data, text.len);
	buf_finish(&text);
	return rc < 0 ? io_at(j->e, "write the build's log", j->log_path) : 0;
}

/* ---- the steps ---- */

static int prepare_folder(struct job *j)
{
	if (file_mkdirs(path_in(j, j->entry, ENTRY_ARTEFACTS), j->e) < 0)
		return -1;
	j->log_path = path_in(j, j->entry, ENTRY_LOG);
	j->log = open(j->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return j->log < 0 ? io_at(j->e, "create the build's log", j->log_path) : 0;
}

static int copy_source(struct job *j)
{
	const struct source_tree *source = j->order->recipe->source;

	return source_tree_copy(source, path_in(j, j->folder, "tree"), j->e);
}

static int apply_patches(struct job *j)
{
	const struct recipe *r = j->order->recipe;

	for (size_t i = 0; i < r->patch_count; i++) {
		const char *const words[] = {r->patches[i].path, NULL};

		if (note(j, "patch", words) < 0 ||
		    patch_apply(&r->patches[i], path_in(j, j->folder, "tree"), j->log, cancel_fd(), j->e) < 0)
			return -1;
	}
	return 0;
}

static int write_dtb(struct job *j)
{
	const struct recipe *r = j->order->recipe;

	if (!r->dtb_size)
		return 0;
	return file_write_atomic(path_in(j, j->folder, "board.dtb"), r->dtb, r->dtb_size, false, j->e);
}

/* What the command sees is what the key covers: nothing else of our own environment gets through. */
static void set_environment(struct job *j)
{
	static const char *const kept[] = {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", NULL};
	const struct build_request *q = request_of(j);
	const char *values[sizeof kept / sizeof kept[0]];

	for (size_t i = 0; kept[i]; i++)
		values[i] = arena_strdup(j->arena, getenv(kept[i]));
	clearenv();
	for (size_t i = 0; kept[i]; i++)
		if (values[i])
			setenv(kept[i], values[i], 1);
	setenv("LC_ALL", "C", 1);
	setenv("TZ", "UTC", 1);
	setenv("SOURCE_DATE_EPOCH", "1577836800", 1); /* the date of the copied files */
	if (j->order->makes > 1)
		setenv("MAKEFLAGS", arena_printf(j->arena, "-j%d", j->order->makes), 1);
	setenv("RUNTEST_OUT", path_in(j, j->entry, ENTRY_ARTEFACTS), 1);
	setenv("RUNTEST_BOARD", q->kind->name, 1);
	setenv("RUNTEST_ARCH", arch_name(q->kind->arch), 1);
	setenv("RUNTEST_ENTRY", q->kind->entry, 1);
	setenv("RUNTEST_CONFIG", q->config, 1);
	setenv("RUNTEST_LOAD_ADDRESS", arena_printf(j->arena, "0x%" PRIx64, q->kind->load_address), 1);
	if (j->order->recipe->dtb_size)
		setenv("RUNTEST_DTB", path_in(j, j->folder, "board.dtb"), 1);
}

static int command_failed(struct job *j, int status)
{
	const struct variant *v = request_of(j)->variant;
	const char *complaint = j->complaint.len ? j->complaint.data : "it printed nothing";

	if (status > 128)
		err_set(j->e, ERR_BUILD, "the build command %s was killed by signal %d (%s): %s", v->build[0], status - 128,
			strsignal(status - 128), complaint);
	else
		err_set(j->e, ERR_BUILD, "the build command %s exited with status %d: %s", v->build[0], status, complaint);
	return err_at(j->e, v->file, v->line, 0);
}

static int run_command(struct job *j)
{
	const struct variant *v = request_of(j)->variant;
	struct proc_spec spec = {.argv = v->build, .cwd = path_in(j, j->folder, "tree"), .warden = true};
	struct proc_watch watch = {.stop_fd = cancel_fd(), .deadline_ms = INT64_MAX, .output = hear, .ctx = j};
	int status;

	if (note(j, "run", v->build) < 0)
		return -1;
	set_environment(j);
	status = proc_run_watched(&spec, &watch, j->e);
	hear_the_end(j);
	if (status < 0 && j->e->kind == ERR_INFRA && j->e->sys) { /* it could not be started: the variant's fault */
		j->e->kind = ERR_BUILD;
		return err_at(j->e, v->file, v->line, 0);
	}
	return status > 0 ? command_failed(j, status) : status;
}

static int make_entry(struct job *j)
{
	int (*const steps[])(struct job *) = {prepare_folder, copy_source, apply_patches, write_dtb, run_command};
	int64_t begun = clock_ms();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof steps / sizeof steps[0]; i++) {
		if (cancel_requested())
			return err_set(j->e, ERR_CANCELLED, "stopped while building %s", request_of(j)->variant->name);
		rc = steps[i](j);
	}
	return rc < 0 ? -1 : manifest_write(j->entry, j->order->recipe, clock_ms() - begun, j->e);
}

/* ---- what becomes of it ---- */

/* A damaged or unwanted entry in its place is exchanged for the new one in one step. */
static int publish(struct job *j)
{
	const char *to = j->order->entry;

	if (file_mkdirs(arena_printf(j->arena, "%s/build/cache/variants", j->order->root), j->e) < 0)
		return -1;
	if (rename(j->entry, to) == 0)
		return 0;
	if ((errno == EEXIST || errno == ENOTEMPTY) && renameat2(AT_FDCWD, j->entry, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
		return 0;
	/* A file system that cannot exchange: a reader in this very moment builds it again. */
	if (rename(to, path_in(j, j->folder, "replaced")) == 0 && rename(j->entry, to) == 0)
		return 0;
	return io_at(j->e, "put the finished build in its place", to);
}

static void keep_log(struct job *j)
{
	const char *kept = arena_printf(j->arena, "%s.log", j->order->failed);

	if (!j->log_path || j->e->kind == ERR_CANCELLED)
		return;
	if (file_mkdirs(arena_printf(j->arena, "%s/build/failed", j->order->root), NULL) == 0 &&
	    rename(j->log_path, kept) == 0 && !j->e->hint[0])
		err_hint(j->e, "the whole output is in %s", kept);
}

static void forget_old_failure(struct job *j)
{
	unlink(arena_printf(j->arena, "%s.log", j->order->failed));
	file_remove_tree(j->order->failed, NULL);
}

static int run_job(struct job *j, const char *folder)
{
	int rc;

	j->folder = folder;
	j->entry = path_in(j, folder, "entry");
	j->found_error = false;
	buf_clear(&j->complaint);
	rc = make_entry(j);
	if (rc < 0)
		keep_log(j);
	if (j->log >= 0)
		close(j->log);
	j->log = -1;
	return rc;
}

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

static int compare_file(struct job *j, const struct build_file *was, const struct build_file *is)
{
	const char *name = was->path ? was->path + strlen(j->order->entry) + strlen("/" ENTRY_ARTEFACTS "/") : "";
	long long at;

	if (!was->path || strcmp(was->sha256, is->sha256) == 0)
		return 0;
	at = first_difference(was->path, is->path);
	file_mkdirs(arena_printf(j->arena, "%s/build/failed", j->order->root), NULL);
	file_remove_tree(j->order->failed, NULL);
	(void)!rename(path_in(j, j->entry, ENTRY_ARTEFACTS), j->order->failed);
	err_set(j->e, ERR_BUILD, "not reproducible: built a second time, the artefact %s differs from byte %lld on "
		"(%lld bytes, then %lld)", name, at, (long long)was->size, (long long)is->size);
	err_at(j->e, was->path, 0, 0);
	return err_hint(j->e, "the second one is %s/%s; usual reasons are the folder's name, the date, the order of files",
			j->order->failed, name);
}

/* The second folder has another name, so that a build that leaves its own path in an artefact is found out. */
static int verify(struct job *j)
{
	const struct variant *v = request_of(j)->variant;
	struct build_result was = {.request = *request_of(j), .folder = j->order->entry}, is = was;
	int rc = run_job(j, path_in(j, j->order->work, "once-more"));

	if (rc < 0)
		return -1;
	memcpy(was.key, j->order->recipe->key, SHA256_HEX);
	memcpy(is.key, was.key, SHA256_HEX);
	is.folder = j->entry;
	if (manifest_read(&was, j->arena) < 0 || manifest_read(&is, j->arena) < 0)
		return err_set(j->e, ERR_IO, "the cache entry cannot be read back"), err_at(j->e, j->order->entry, 0, 0);
	rc = compare_file(j, &was.image, &is.image);
	if (rc == 0)
		rc = compare_file(j, &was.report, &is.report);
	for (size_t i = 0; rc == 0 && i < v->elf_count; i++)
		rc = compare_file(j, &was.elfs[i], &is.elfs[i]);
	return rc;
}

static int carry_out(const struct worker_order *o, struct err *e)
{
	struct arena a;
	struct job j = {.order = o, .arena = &a, .log = -1, .e = e};
	int rc = 0;

	arena_init(&a);
	if (o->build) {
		rc = run_job(&j, o->work);
		if (rc == 0)
			rc = publish(&j);
	}
	if (rc == 0 && o->verify)
		rc = verify(&j);
	if (rc == 0)
		forget_old_failure(&j);
	buf_finish(&j.line);
	buf_finish(&j.complaint);
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
	pid = fork();
	if (pid == 0)
		work(o, parent, p[1]);
	close(p[1]);
	if (pid < 0) {
		close(p[0]);
		return err_sys(e, ERR_INFRA, "cannot start a process");
	}
	setpgid(pid, pid);
	*report = p[0];
	return pid;
}
