#include "serve/summary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "result/run_file.h"
#include "serve/target.h"
#include "util/file.h"
#include "util/text.h"

enum { RUNNING_MAX = 64 }; /* sessions that are named */

/* ---- states ---- */

static const char *const state_names[] = {
	[RUN_GOES_ON] = "going on", [RUN_OK] = "ok", [RUN_BAD] = "not ok", [RUN_CUT_SHORT] = "cut short",
	[RUN_UNREADABLE] = "unreadable"};

const char *run_state_name(enum run_state s)
{
	return state_names[s];
}

static enum run_state state_from_name(const char *name)
{
	for (size_t i = 0; name && i < sizeof state_names / sizeof state_names[0]; i++)
		if (strcmp(name, state_names[i]) == 0)
			return (enum run_state)i;
	return RUN_UNREADABLE;
}

/* A run has its journal locked; a shared lock of a moment disturbs nobody, who wants it waits longer than that. */
bool summary_goes_on(const char *dir)
{
	char *path = xasprintf("%s/%s", dir, JOURNAL_FILE);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	free(path);
	return locked;
}

/* ---- from its journal ---- */

static const char *command_text(const char *const *command, struct arena *a)
{
	struct buf b = {0};
	const char *text;

	for (; command && *command; command++) {
		const char *word = b.len ? *command : strrchr(*command, '/') ? strrchr(*command, '/') + 1 : *command;
		bool quoted = !*word || strpbrk(word, " *?'\"$\\(){}[]|&;<>");

		buf_printf(&b, "%s%s", b.len ? " " : "", quoted ? "'" : "");
		text_add_line(&b, word);
		buf_adds(&b, quoted ? "'" : "");
	}
	text = arena_strdup(a, b.data ? b.data : "");
	buf_finish(&b);
	return text;
}

static void count_sessions(struct summary *m, const struct run_record *r, struct arena *a)
{
	const char **running = arena_alloc(a, (RUNNING_MAX + 1) * sizeof *running);
	size_t n = 0;

	m->running = running;
	m->planned = (unsigned)r->plan_count;
	for (size_t i = 0; i < r->plan_count; i++) {
		const struct session_result *s = &r->sessions[i];

		if (s->verdict) {
			m->done++;
			m->count[s->verdict]++;
			m->excused += session_is_excused(s);
		} else if (r->started[i] && n < RUNNING_MAX && m->state == RUN_GOES_ON) {
			running[n++] = arena_strdup(a, s->name);
		}
	}
}

static void sum_up(struct summary *m, const struct run_record *r, struct arena *a)
{
	m->started = arena_strdup(a, r->settings.started);
	m->command = command_text(r->settings.command, a);
	m->exit_status = r->exit_status;
	if (m->state != RUN_GOES_ON)
		m->state = !r->ended ? RUN_CUT_SHORT : r->exit_status == 0 ? RUN_OK : RUN_BAD;
	m->ended = r->ended ? arena_strdup(a, r->ended_at) : NULL;
	m->elapsed_ms = run_elapsed_ms(r);
	count_sessions(m, r, a);
}

/* ---- kept ---- */

json_t *summary_json(const struct summary *m)
{
	json_t *counts = json_object(), *running = json_array();

	for (int v = VERDICT_PASS; v < VERDICT_COUNT; v++)
		if (m->count[v])
			json_object_set_new(counts, verdict_name((enum verdict)v), json_integer(m->count[v]));
	for (const char *const *s = m->running; s && *s; s++)
		json_array_append_new(running, json_string(*s));
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:i, s:I, s:i, s:i, s:i, s:o, s:o, s:s?}", "run", m->run, "state",
			 run_state_name(m->state), "started", m->started, "ended", m->ended, "command", m->command,
			 "exit_status", m->exit_status, "elapsed_ms", (json_int_t)m->elapsed_ms, "planned", (int)m->planned,
			 "done", (int)m->done, "excused", (int)m->excused, "totals", counts, "running", running, "problem",
			 m->problem);
}

static const char *text_of(const json_t *o, const char *key, struct arena *a)
{
	return arena_strdup(a, json_string_value(json_object_get(o, key)));
}

static unsigned count_of(const json_t *o, const char *key)
{
	return (unsigned)json_integer_value(json_object_get(o, key));
}

static void from_json(struct summary *m, const json_t *o, struct arena *a)
{
	static const char *const none[] = {NULL};
	const json_t *totals = json_object_get(o, "totals");

	m->state = state_from_name(json_string_value(json_object_get(o, "state")));
	m->started = text_of(o, "started", a);
	m->ended = text_of(o, "ended", a);
	m->command = text_of(o, "command", a);
	m->exit_status = (int)json_integer_value(json_object_get(o, "exit_status"));
	m->elapsed_ms = json_integer_value(json_object_get(o, "elapsed_ms"));
	m->planned = count_of(o, "planned");
	m->done = count_of(o, "done");
	m->excused = count_of(o, "excused");
	for (int v = VERDICT_PASS; v < VERDICT_COUNT; v++)
		m->count[v] = count_of(totals, verdict_name((enum verdict)v));
	m->running = none;
}

/* Its place on the disk, its size and when it was written. */
bool summary_stamp(const char *dir, char out[SUMMARY_STAMP])
{
	char *path = xasprintf("%s/%s", dir, JOURNAL_FILE);
	struct stat st;
	bool there = lstat(path, &st) == 0;

	if (there)
		snprintf(out, SUMMARY_STAMP, "%" PRIu64 ".%" PRId64 ".%" PRId64 ".%ld", (uint64_t)st.st_ino, (int64_t)st.st_size,
			 (int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	free(path);
	return there;
}

static bool recall(struct summary *m, const char *file, const char *now, struct arena *a)
{
	json_t *o = json_load_file(file, 0, NULL);
	const char *then = json_string_value(json_object_get(o, "stamp"));
	bool same = then && strcmp(then, now) == 0;

	if (same)
		from_json(m, o, a);
	json_decref(o);
	return same;
}

static void keep(const struct summary *m, const char *file, const char *now)
{
	json_t *o = summary_json(m);
	char *text;

	json_object_set_new(o, "stamp", json_string(now));
	text = json_dumps(o, 0);
	if (text)
		file_write_atomic(file, text, strlen(text), false, NULL);
	free(text);
	json_decref(o);
}

static void read_journal(struct summary *m, const char *dir, struct arena *a)
{
	struct run_brief b;
	struct err e;

	if (run_brief_read(&b, dir, &e) == 0) {
		sum_up(m, &b.r, a);
	} else {
		m->state = RUN_UNREADABLE;
		m->problem = arena_strdup(a, e.what);
	}
	run_brief_finish(&b);
}

void summary_read(struct summary *m, const struct source *s, const char *run, struct arena *a)
{
	static const char *const none[] = {NULL};
	char *dir = xasprintf("%s/%s", s->results, run), *file = xasprintf("%s/%s.summary", s->scratch, run), now[SUMMARY_STAMP];
	bool there = summary_stamp(dir, now);

	*m = (struct summary){.run = arena_strdup(a, run), .elapsed_ms = -1, .running = none};
	m->state = summary_goes_on(dir) ? RUN_GOES_ON : RUN_UNREADABLE;
	if (m->state == RUN_GOES_ON || !there || !recall(m, file, now, a)) {
		read_journal(m, dir, a);
		if (there && m->state != RUN_GOES_ON && m->state != RUN_UNREADABLE)
			keep(m, file, now);
	}
	free(file);
	free(dir);
}

/* ---- which runs there are ---- */

static bool is_run(int folder, const char *name)
{
	char *path = xasprintf("%s/%s", name, RUN_FILE);
	struct stat st, link;
	bool is = target_is_name(name) && fstatat(folder, name, &link, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(link.st_mode) &&
		  fstatat(folder, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);

	free(path);
	return is;
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(*(const char *const *)b, *(const char *const *)a);
}

static const char **list_names(DIR *folder, const char *before, size_t *count, struct arena *a)
{
	const char **names = arena_alloc(a, sizeof *names);
	size_t room = 1;
	struct dirent *d;

	*count = 0;
	while ((d = readdir(folder))) {
		if (d->d_name[0] == '.' || (before && strcmp(d->d_name, before) >= 0))
			continue;
		names = arena_grow(a, names, &room, *count + 2, sizeof *names);
		names[(*count)++] = arena_strdup(a, d->d_name);
	}
	qsort(names, *count, sizeof *names, newest_first);
	return names;
}

const char *const *summary_runs(const struct source *s, const char *before, size_t most, bool *more, struct arena *a, struct err *e)
{
	DIR *folder = opendir(s->results);
	const char **names;
	size_t count, kept = 0;

	*more = false;
	if (!folder && errno == ENOENT)
		return arena_alloc(a, sizeof(char *));
	if (!folder) {
		file_error(e, "read the folder", s->results);
		return NULL;
	}
	names = list_names(folder, before, &count, a);
	for (size_t i = 0; i < count && !*more; i++) {
		if (!is_run(dirfd(folder), names[i]))
			continue;
		*more = kept == most;
		if (!*more)
			names[kept++] = names[i];
	}
	closedir(folder);
	names[kept] = NULL;
	return names;
}

char *summary_run_folder(const struct source *s, const char *run, struct err *e)
{
	char *dir = NULL, *path = target_is_name(run) ? xasprintf("%s/%s/" RUN_FILE, s->results, run) : NULL;

	if (path && file_exists(path)) {
		char *folder = xasprintf("%s/%s", s->results, run);

		dir = realpath(folder, NULL);
		free(folder);
	}
	free(path);
	if (!dir)
		err_set(e, ERR_USAGE, "there is no run called %s", run);
	return dir;
}
