#include "build/attempt.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build/manifest.h"
#include "git/export.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/proc.h"
#include "util/text.h"

const char *attempt_path(struct attempt *t, const char *folder, const char *name)
{
	return arena_printf(t->arena, "%s/%s", folder, name);
}

/* ---- the command's output ---- */

static const struct build_request *request_of(const struct attempt *t)
{
	return t->recipe->request;
}

static void show_line(struct attempt *t, const char *line, size_t n)
{
	const struct build_request *q = request_of(t);
	struct buf text = {0};

	buf_printf(&text, "%s %s %s | ", q->variant->name, q->kind->name, q->config);
	text_add_lines(&text, line, n);
	buf_addc(&text, '\n');
	/* A reader that has gone is no reason for a build to fail. */
	(void)!file_write_all(t->output, text.data, text.len);
	buf_finish(&text);
}

static void judge_line(struct attempt *t, const char *line, size_t n)
{
	bool error = memmem(line, n, "error:", 6) || memmem(line, n, "Error:", 6);

	if (!n || t->found_error)
		return;
	buf_clear(&t->complaint);
	buf_add(&t->complaint, line, n);
	t->found_error = error;
}

/* One line at a time, so that those of builds side by side do not mix. Very long ones are cut into pieces. */
static int hear(void *ctx, const char *data, size_t n)
{
	enum { LONGEST = 8192 };
	struct attempt *t = ctx;

	if (file_write_all(t->log, data, n) < 0)
		return file_error(t->e, "write the build's log", t->log_path);
	for (size_t i = 0; i < n; i++) {
		if (data[i] != '\n')
			buf_addc(&t->line, data[i]);
		if (data[i] != '\n' && t->line.len < LONGEST)
			continue;
		judge_line(t, t->line.data ? t->line.data : "", t->line.len);
		if (t->output >= 0)
			show_line(t, t->line.data ? t->line.data : "", t->line.len);
		buf_clear(&t->line);
	}
	return 0;
}

static void hear_the_end(struct attempt *t)
{
	if (t->line.len)
		hear(t, "\n", 1);
}

static int note(struct attempt *t, const char *what, const char *const *words)
{
	struct buf text;
	int rc;

	buf_init(&text);
	buf_printf(&text, "# %s", what);
	for (; *words; words++)
		buf_printf(&text, " %s", *words);
	buf_addc(&text, '\n');
	rc = file_write_all(t->log, text.data, text.len);
	buf_finish(&text);
	return rc < 0 ? file_error(t->e, "write the build's log", t->log_path) : 0;
}

/* ---- the steps ---- */

static int prepare_folder(struct attempt *t)
{
	if (file_mkdirs(attempt_path(t, t->entry, ENTRY_ARTEFACTS), t->e) < 0)
		return -1;
	t->log = open(t->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return t->log < 0 ? file_error(t->e, "create the build's log", t->log_path) : 0;
}

static int copy_source(struct attempt *t)
{
	const struct recipe *r = t->recipe;
	const char *to = attempt_path(t, t->folder, "tree");
	const char *const words[] = {recipe_source(r, t->arena), NULL};

	if (note(t, "source", words) < 0)
		return -1;
	if (!r->revision)
		return source_tree_copy(r->source, to, t->e);
	return git_export(r->revision, to, SOURCE_COPY_DATE, t->e);
}

static int apply_patches(struct attempt *t)
{
	const struct recipe *r = t->recipe;

	for (size_t i = 0; i < r->patch_count; i++) {
		const struct patch_file *p = &r->patches[i];
		const char *const words[] = {p->commit ? p->commit : p->path, NULL};

		if (note(t, "patch", words) < 0 ||
		    patch_apply(p, attempt_path(t, t->folder, "tree"), t->log, cancel_fd(), t->e) < 0)
			return -1;
	}
	return 0;
}

static int write_dtb(struct attempt *t)
{
	const struct recipe *r = t->recipe;

	if (!r->dtb.size)
		return 0;
	return file_write_atomic(attempt_path(t, t->folder, "board.dtb"), r->dtb.bytes, r->dtb.size, false, t->e);
}

/* What the command sees is what the key covers: nothing else of our own environment gets through. */
static void set_environment(struct attempt *t)
{
	static const char *const kept[] = {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", NULL};
	const struct build_request *q = request_of(t);
	const char *values[sizeof kept / sizeof kept[0]];

	for (size_t i = 0; kept[i]; i++)
		values[i] = arena_strdup(t->arena, getenv(kept[i]));
	clearenv();
	for (size_t i = 0; kept[i]; i++)
		if (values[i])
			setenv(kept[i], values[i], 1);
	setenv("LC_ALL", "C", 1);
	setenv("TZ", "UTC", 1);
	setenv("SOURCE_DATE_EPOCH", "1577836800", 1); /* the date of the copied files */
	/* Trees are copied to a folder of their own for each build: what a cache remembers must not depend on its name. */
	setenv(t->ccache ? "CCACHE_DIR" : "CCACHE_DISABLE", t->ccache ? t->ccache : "1", 1);
	setenv("CCACHE_NOHASHDIR", "1", 1);
	if (t->makes > 1)
		setenv("MAKEFLAGS", arena_printf(t->arena, "-j%d", t->makes), 1);
	setenv("RUNTEST_OUT", attempt_path(t, t->entry, ENTRY_ARTEFACTS), 1);
	setenv("RUNTEST_BOARD", q->kind->name, 1);
	setenv("RUNTEST_ARCH", arch_name(q->kind->arch), 1);
	setenv("RUNTEST_ENTRY", q->kind->entry, 1);
	setenv("RUNTEST_CONFIG", q->config, 1);
	if (q->kind->load_address)
		setenv("RUNTEST_LOAD_ADDRESS", arena_printf(t->arena, "0x%" PRIx64, q->kind->load_address), 1);
	if (t->recipe->sdk)
		setenv(SDK_VARIABLE, t->recipe->sdk, 1);
	if (t->recipe->dtb.size)
		setenv("RUNTEST_DTB", attempt_path(t, t->folder, "board.dtb"), 1);
}

static int command_failed(struct attempt *t, const char *program, int status)
{
	const struct variant *v = request_of(t)->variant;
	const char *complaint = t->complaint.len ? t->complaint.data : "it printed nothing";

	if (status > 128)
		err_set(t->e, ERR_BUILD, "the build command %s was killed by signal %d (%s): %s", program,
			status - 128, strsignal(status - 128), complaint);
	else
		err_set(t->e, ERR_BUILD, "the build command %s exited with status %d: %s", program, status, complaint);
	return err_at(t->e, v->file, v->line, 0);
}

/* A word of a command with its folders in place. */
static const char *word_of(struct attempt *t, const char *word)
{
	const struct {
		const char *name, *folder;
	} folders[] = {{WORD_OUT, attempt_path(t, t->entry, ENTRY_ARTEFACTS)},
		       {WORD_TREE, attempt_path(t, t->folder, "tree")},
		       {WORD_SDK, t->recipe->sdk}};
	const char *at;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if ((at = strstr(word, folders[i].name)))
			word = arena_printf(t->arena, "%.*s%s%s", (int)(at - word), word, folders[i].folder,
					    at + strlen(folders[i].name));
	return word;
}

/* Words of the user's own command stand for themselves. */
static const char *const *words_of(struct attempt *t, const char *const *command)
{
	const char *const *words = NULL;

	if (!t->recipe->sdk)
		return command;
	for (; *command; command++)
		words = arena_list_add(t->arena, words, word_of(t, *command));
	return words;
}

static int run_command(struct attempt *t, const char *const *argv)
{
	const struct variant *v = request_of(t)->variant;
	struct proc_spec spec = {.argv = argv, .cwd = attempt_path(t, t->folder, "tree"), .warden = true};
	struct proc_watch watch = {.stop_fd = cancel_fd(), .deadline_ms = INT64_MAX, .output = hear, .ctx = t};
	int status;

	if (note(t, "run", argv) < 0)
		return -1;
	status = proc_run_watched(&spec, &watch, t->e);
	hear_the_end(t);
	if (status < 0 && t->e->kind == ERR_INFRA && t->e->sys) { /* it could not be started: the variant's fault */
		t->e->kind = ERR_BUILD;
		return err_at(t->e, v->file, v->line, 0);
	}
	return status > 0 ? command_failed(t, argv[0], status) : status;
}

static int run_commands(struct attempt *t)
{
	int rc = 0;

	set_environment(t);
	for (size_t i = 0; rc == 0 && t->recipe->commands[i]; i++)
		rc = run_command(t, words_of(t, t->recipe->commands[i]));
	return rc;
}

static int take_steps(struct attempt *t)
{
	int (*const steps[])(struct attempt *) = {prepare_folder, copy_source, apply_patches, write_dtb, run_commands};
	int64_t begun = clock_ms();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof steps / sizeof steps[0]; i++) {
		if (cancel_requested())
			return err_set(t->e, ERR_CANCELLED, "stopped while building %s", request_of(t)->variant->name);
		rc = steps[i](t);
	}
	return rc < 0 ? -1 : manifest_write(t->entry, t->recipe, clock_ms() - begun, t->e);
}

int attempt_make(struct attempt *t, const char *folder, struct err *e)
{
	int rc;

	t->folder = folder;
	t->entry = attempt_path(t, folder, "entry");
	t->log_path = attempt_path(t, t->entry, ENTRY_LOG);
	t->log = -1;
	t->found_error = false;
	t->e = e;
	buf_init(&t->line);
	buf_init(&t->complaint);
	rc = take_steps(t);
	if (t->log >= 0)
		close(t->log);
	else
		t->log_path = NULL;
	buf_finish(&t->line);
	buf_finish(&t->complaint);
	return rc;
}
