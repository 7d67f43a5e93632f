#include "build/builder.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build/manifest.h"
#include "build/recipe.h"
#include "build/worker.h"
#include "build/workdir.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"
#include "util/proc.h"
#include "util/warden.h"

enum {
	LOCK_POLL_MS = 20,    /* between two looks at a build that another process is doing */
	STOP_GRACE_MS = 2 * WARDEN_PATIENCE_MS, /* more than a worker may take to end its command and clean up */
};

enum stage { STAGE_TO_DO, STAGE_RUNNING, STAGE_DONE };

struct task {
	struct build_result *result;
	struct recipe recipe;
	enum stage stage;
	bool awaited; /* another process has its work folder */
	const char *work, *failed;
	int64_t prepared_ms; /* what gathering the ingredients took */
	int64_t begun_ms;
	pid_t pid;  /* of the worker */
	int report; /* the reading end of its pipe */
};

struct builder {
	const struct build_options *options;
	struct build_results *out;
	struct pantry pantry;
	struct task *tasks;
	size_t count, running;
	int jobs;
	bool failed; /* one has */
};

const char *build_state_name(enum build_state s)
{
	static const char *const names[] = {"not begun", "cached", "built", "verified", "failed"};

	return names[s];
}

/* ---- how a task ends ---- */

static void settle(struct builder *b, struct task *t, enum build_state state)
{
	struct build_result *r = t->result;

	t->stage = STAGE_DONE;
	r->state = state;
	r->ms = t->prepared_ms + clock_ms() - t->begun_ms;
	b->failed |= state == BUILD_FAILED;
	if (b->options->done)
		b->options->done(b->options->ctx, r);
}

/* The last lines of the log, for whoever shows the error. */
static const char *tail_of(const char *log, struct arena *a)
{
	enum { LINES = 15, BYTES = 4096 };
	const char *tail = "";
	struct buf text = {0};
	size_t from;

	if (log && file_read(log, &text, NULL) == 0 && text.len) {
		from = text_last_lines(text.data, text.len, LINES);
		tail = arena_strdup(a, text.data + (text.len - from > BYTES ? text.len - BYTES : from));
	}
	buf_finish(&text);
	return tail;
}

static void settle_failed(struct builder *b, struct task *t)
{
	struct build_result *r = t->result;

	if (r->err.kind == ERR_CANCELLED) {
		settle(b, t, BUILD_NOT_BEGUN);
		return;
	}
	if (r->err.sys == ENOSPC || r->err.sys == EDQUOT)
		err_hint(&r->err, "the disk is full: free some room; the project's build/cache may always be removed");
	if (t->failed) {
		r->log = arena_printf(&b->out->arena, "%s.log", t->failed);
		if (!file_exists(r->log))
			r->log = NULL;
	}
	r->tail = tail_of(r->log, &b->out->arena);
	settle(b, t, BUILD_FAILED);
}

/* ---- beginning ---- */

/* A file name that tells a person which build it was. */
static const char *failed_path(struct builder *b, const struct build_request *q)
{
	char *name = arena_printf(&b->out->arena, "%s-%s-%s", q->variant->name, q->kind->name, q->config);

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '_';
	return arena_printf(&b->out->arena, "%s/build/failed/%s", b->pantry.root, name);
}

static int prepare(struct builder *b, struct task *t)
{
	struct build_result *r = t->result;

	if (recipe_make(&t->recipe, &b->pantry, &r->request, &r->err) < 0)
		return -1;
	memcpy(r->key, t->recipe.key, SHA256_HEX);
	r->dtb = t->recipe.dtb.path;
	r->folder = arena_printf(&b->out->arena, "%s/build/cache/variants/%s", b->pantry.root, r->key);
	t->work = arena_printf(&b->out->arena, "%s/build/tmp/%s", b->pantry.root, r->key);
	t->failed = failed_path(b, &r->request);
	return 0;
}

static bool is_there(struct builder *b, struct task *t)
{
	return manifest_read(t->result, &b->out->arena) == 0;
}

/* Each make gets its share of the processors. */
static int makes_each(const struct builder *b)
{
	int at_once = b->count < (size_t)b->jobs ? (int)b->count : b->jobs;

	return b->jobs / at_once;
}

static int start_worker(struct builder *b, struct task *t, int lock, bool there)
{
	struct worker_order o = {.recipe = &t->recipe,
				 .root = b->pantry.root,
				 .entry = t->result->folder,
				 .work = t->work,
				 .failed = t->failed,
				 .lock = lock,
				 .output = b->options->output,
				 .makes = makes_each(b),
				 .build = !there || b->options->force,
				 .verify = b->options->verify};

	t->pid = worker_start(&o, &t->report, &t->result->err);
	if (t->pid < 0)
		return -1;
	t->stage = STAGE_RUNNING;
	b->running++;
	if (b->options->begins)
		b->options->begins(b->options->ctx, t->result);
	return 0;
}

/* Whether the entry answers the request as it is. `awaited`: somebody else has just built it. */
static bool is_enough(const struct builder *b, const struct task *t)
{
	return !b->options->verify && (!b->options->force || t->awaited);
}

static void begin(struct builder *b, struct task *t)
{
	bool there = is_there(b, t);
	int lock;

	if (!t->awaited)
		t->begun_ms = clock_ms();
	if (there && is_enough(b, t) && !t->awaited) {
		settle(b, t, BUILD_CACHED);
		return;
	}
	lock = workdir_claim(t->work, &t->result->err);
	if (lock == WORKDIR_BUSY) {
		t->awaited = true;
		return;
	}
	there = lock >= 0 && is_there(b, t); /* it may have come while we were not looking */
	if (there && is_enough(b, t)) {
		workdir_release(t->work, lock);
		settle(b, t, BUILD_CACHED);
		return;
	}
	if (lock < 0 || start_worker(b, t, lock, there) < 0)
		settle_failed(b, t);
	if (lock >= 0)
		close(lock);
}

static void begin_what_fits(struct builder *b)
{
	for (size_t i = 0; i < b->count; i++) {
		if (b->running >= (size_t)b->jobs || (b->failed && !b->options->keep_going) || cancel_requested())
			return;
		if (b->tasks[i].stage == STAGE_TO_DO)
			begin(b, &b->tasks[i]);
	}
}

/* ---- ending ---- */

static void finish_worker(struct builder *b, struct task *t)
{
	struct build_result *r = t->result;
	struct worker_report report = {.rc = -1};
	char how[96];
	ssize_t n;
	int status;

	do {
		n = read(t->report, &report, sizeof report);
	} while (n < 0 && errno == EINTR);
	close(t->report);
	status = proc_wait(t->pid);
	b->running--;
	r->err = report.err;
	if (n != sizeof report) {
		report.rc = err_set(&r->err, ERR_INFRA, "the process that built %s %s", r->request.variant->name,
				    proc_status_text(status, how, sizeof how));
		err_hint(&r->err, "run it again; its half-done work is removed then");
	} else if (report.rc == 0 && !is_there(b, t)) {
		report.rc = err_set(&r->err, ERR_IO, "the finished build cannot be read back");
		err_at(&r->err, r->folder, 0, 0);
	}
	if (report.rc < 0)
		settle_failed(b, t);
	else
		settle(b, t, b->options->verify ? BUILD_VERIFIED : BUILD_BUILT);
}

static bool anything_awaited(const struct builder *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->tasks[i].stage == STAGE_TO_DO && b->tasks[i].awaited)
			return true;
	return false;
}

/* Sleep until a worker has ended, `stop_fd` polls readable, or so many milliseconds have passed. */
static void wait_for_news(struct builder *b, struct pollfd *fds, int stop_fd, int ms)
{
	for (size_t i = 0; i < b->count; i++) {
		fds[i].fd = b->tasks[i].stage == STAGE_RUNNING ? b->tasks[i].report : -1;
		fds[i].events = POLLIN;
	}
	fds[b->count].fd = stop_fd;
	fds[b->count].events = POLLIN;
	if (poll(fds, b->count + 1, ms) <= 0)
		return;
	for (size_t i = 0; i < b->count; i++)
		if (fds[i].revents)
			finish_worker(b, &b->tasks[i]);
}

static void signal_workers(struct builder *b, int sig)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->tasks[i].stage == STAGE_RUNNING)
			kill(b->tasks[i].pid, sig);
}

static void stop_workers(struct builder *b, struct pollfd *fds)
{
	int64_t deadline = clock_ms() + STOP_GRACE_MS;

	signal_workers(b, SIGTERM);
	while (b->running) {
		wait_for_news(b, fds, -1, 50);
		if (clock_ms() >= deadline)
			signal_workers(b, SIGKILL);
	}
}

static bool work_is_left(const struct builder *b)
{
	bool may_begin = !b->failed || b->options->keep_going;

	for (size_t i = 0; i < b->count; i++)
		if (b->tasks[i].stage == STAGE_RUNNING || (b->tasks[i].stage == STAGE_TO_DO && may_begin))
			return true;
	return false;
}

/* How long to wait at the most: for what another process does, and for who looks on. */
static int patience_ms(const struct builder *b)
{
	bool looking = anything_awaited(b) && b->running < (size_t)b->jobs;
	int own = looking ? LOCK_POLL_MS : -1, other = b->options->look ? b->options->look(b->options->ctx) : -1;

	return own < 0 || (other >= 0 && other < own) ? other : own;
}

static void run(struct builder *b)
{
	struct pollfd *fds = xcalloc(b->count + 1, sizeof *fds);

	begin_what_fits(b);
	while (!cancel_requested() && work_is_left(b)) {
		wait_for_news(b, fds, cancel_fd(), patience_ms(b));
		begin_what_fits(b);
	}
	if (cancel_requested())
		stop_workers(b, fds);
	free(fds);
}

static void prepare_all(struct builder *b)
{
	for (size_t i = 0; i < b->count && !cancel_requested(); i++) {
		struct task *t = &b->tasks[i];

		if (b->failed && !b->options->keep_going)
			return;
		t->begun_ms = clock_ms();
		if (prepare(b, t) < 0)
			settle_failed(b, t);
		t->prepared_ms = clock_ms() - t->begun_ms;
	}
}

static int outcome(struct builder *b, struct err *e)
{
	for (size_t i = 0; i < b->count; i++)
		b->out->by_state[b->out->items[i].state]++;
	if (cancel_requested())
		return err_set(e, ERR_CANCELLED, "the builds were stopped");
	for (size_t i = 0; i < b->count; i++)
		if (b->out->items[i].state == BUILD_FAILED) {
			if (e)
				*e = b->out->items[i].err;
			return -1;
		}
	return 0;
}

int build_all(const struct build_request *requests, size_t count, const struct build_options *o,
	      struct build_results *out, struct err *e)
{
	struct builder b = {.options = o, .out = out, .count = count};
	const char *tmp;

	memset(out, 0, sizeof *out);
	arena_init(&out->arena);
	out->count = count;
	out->items = arena_alloc(&out->arena, count * sizeof *out->items);
	b.tasks = xcalloc(count, sizeof *b.tasks);
	b.jobs = o->jobs > 0 ? o->jobs : (int)sysconf(_SC_NPROCESSORS_ONLN);
	for (size_t i = 0; i < count; i++) {
		out->items[i].request = requests[i];
		out->items[i].tail = "";
		b.tasks[i].result = &out->items[i];
	}
	pantry_open(&b.pantry, &out->arena, o->root);
	tmp = arena_printf(&out->arena, "%s/build/tmp", b.pantry.root);
	workdir_sweep(tmp);
	prepare_all(&b);
	pantry_close(&b.pantry);
	if (!b.failed || o->keep_going)
		run(&b);
	if (cancel_requested())
		workdir_sweep(tmp);
	free(b.tasks);
	return outcome(&b, e);
}

void build_results_finish(struct build_results *r)
{
	arena_finish(&r->arena);
	r->items = NULL;
	r->count = 0;
}
