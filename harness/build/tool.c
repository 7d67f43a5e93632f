#include "build/tool.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/proc.h"

static struct tool *add(struct tool_shelf *s)
{
	s->tools = xgrow(s->tools, &s->room, s->count + 1, sizeof *s->tools);
	memset(&s->tools[s->count], 0, sizeof *s->tools);
	return &s->tools[s->count++];
}

void tool_shelf_open(struct tool_shelf *s, struct arena *a, const char *file)
{
	json_t *root, *item;
	size_t i;

	*s = (struct tool_shelf){.arena = a, .file = arena_strdup(a, file)};
	root = file ? json_load_file(file, 0, NULL) : NULL;
	json_array_foreach(root, i, item)
	{
		const char *name, *path, *version, *signature;
		struct tool *t;

		if (json_unpack(item, "{s:s, s:s, s:s, s:s}", "tool", &name, "path", &path, "version", &version,
				"signature", &signature) < 0)
			continue;
		t = add(s);
		t->name = arena_strdup(a, name);
		t->path = arena_strdup(a, path);
		t->version = arena_strdup(a, version);
		t->signature = arena_strdup(a, signature);
		t->remember = true;
	}
	json_decref(root);
}

static void sign(struct buf *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		buf_printf(out, "%s %lld %lld.%09ld %llu\n", path, (long long)st.st_size, (long long)st.st_mtim.tv_sec,
			   st.st_mtim.tv_nsec, (unsigned long long)st.st_ino);
}

/* Of every file of that name in PATH, not of the first only. */
static char *signature_of(const char *name)
{
	const char *path = getenv("PATH"), *end;
	struct buf out;

	buf_init(&out);
	if (strchr(name, '/'))
		sign(&out, name);
	for (; !strchr(name, '/') && path && *path; path = *end ? end + 1 : end) {
		char *candidate;

		end = strchrnul(path, ':');
		candidate = xasprintf("%.*s/%s", (int)(end - path), path, name);
		sign(&out, candidate);
		free(candidate);
	}
	return buf_steal(&out);
}

static bool is_script(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[2] = "";
	bool script = fd >= 0 && read(fd, magic, sizeof magic) == sizeof magic && memcmp(magic, "#!", 2) == 0;

	if (fd >= 0)
		close(fd);
	return script;
}

static int ask(struct tool_shelf *s, struct tool *t, struct err *e)
{
	enum { PATIENCE_MS = 10000 };
	const char *const argv[] = {t->path, "--version", NULL}, *const env[] = {"LC_ALL=C", NULL};
	struct proc_spec spec = {.argv = argv, .env = env, .in = -1, .warden = true};
	struct buf out;
	struct proc_watch watch = {
		.stop_fd = cancel_fd(),
		.deadline_ms = clock_ms() + PATIENCE_MS,
		.output = proc_keep_output,
		.ctx = &out,
	};
	int rc;

	buf_init(&out);
	rc = proc_run_watched(&spec, &watch, e);
	/* One that knows no --version (a shell, a home-made script) is known by its signature alone. */
	if (rc == 0 && out.len)
		t->version = arena_strndup(s->arena, out.data, strcspn(out.data, "\r\n"));
	else
		t->version = arena_printf(s->arena, "signature %s", t->signature);
	buf_finish(&out);
	return rc < 0 ? -1 : 0;
}

static struct tool *known(struct tool_shelf *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->tools[i].name, name) == 0)
			return &s->tools[i];
	return NULL;
}

static int not_found(const char *name, struct err *e)
{
	err_set(e, ERR_BUILD, "the tool %s is not installed, or not in PATH", name);
	return err_hint(e, "`runtest doctor` names the package that brings it; "
			   "a tool of your own must be in PATH, or named with its whole path");
}

/* What was remembered, if it is still about the same files. */
static bool still_true(const struct tool *t, const char *path, const char *signature)
{
	return t->remember && strcmp(t->path, path) == 0 && strcmp(t->signature, signature) == 0;
}

static int look_up(struct tool_shelf *s, struct tool *t, const char *path, struct err *e)
{
	char *signature = signature_of(t->name);
	int rc = 0;

	if (!still_true(t, path, signature)) {
		t->path = arena_strdup(s->arena, path);
		t->signature = arena_strdup(s->arena, signature);
		rc = ask(s, t, e);
		t->remember = rc == 0 && !is_script(path);
		s->changed |= t->remember;
	}
	t->current = rc == 0;
	free(signature);
	return rc;
}

const struct tool *tool_get(struct tool_shelf *s, const char *name, struct err *e)
{
	struct tool *t = known(s, name);
	char *path;
	int rc;

	if (t && t->current)
		return t;
	path = proc_find(name);
	if (!path) {
		not_found(name, e);
		return NULL;
	}
	if (!t) {
		t = add(s);
		t->name = arena_strdup(s->arena, name);
	}
	rc = look_up(s, t, path, e);
	free(path);
	return rc < 0 ? NULL : t;
}

static void write_back(const struct tool_shelf *s)
{
	json_t *root = json_array();
	char *text;

	for (size_t i = 0; i < s->count; i++) {
		const struct tool *t = &s->tools[i];

		if (t->remember)
			json_array_append_new(root, json_pack("{s:s, s:s, s:s, s:s}", "tool", t->name, "path", t->path,
							      "version", t->version, "signature", t->signature));
	}
	text = json_dumps(root, JSON_INDENT(1));
	if (text)
		file_write_atomic(s->file, text, strlen(text), false, NULL);
	free(text);
	json_decref(root);
}

void tool_shelf_close(struct tool_shelf *s)
{
	if (s->file && s->changed)
		write_back(s);
	free(s->tools);
	s->tools = NULL;
	s->count = s->room = 0;
}
