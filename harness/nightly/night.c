#include "nightly/night.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "result/fields.h"
#include "result/journal_lines.h"
#include "result/results_folder.h"
#include "util/clock.h"
#include "util/file.h"

#define RECORD "night.jsonl"

/* ---- opening ---- */

static int open_file(const struct night *n, const char *name, int flags, struct err *e)
{
	char *path = xasprintf("%s/%s", n->folder, name);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flags, 0644);

	if (fd < 0)
		results_error(e, path, "open");
	free(path);
	return fd;
}

static int take_lock(struct night *n, const char *name, struct err *e)
{
	n->lock = open_file(n, "lock", 0, e);
	if (n->lock < 0)
		return -1;
	if (flock(n->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return results_error(e, n->folder, "lock");
	err_set(e, ERR_USAGE, "nightly %s is still going on", name);
	err_at(e, n->folder, 0, 0);
	return err_hint(e, "wait for it to end, or end it; a larger budget than the time between two nights is too large");
}

/* A line that was cut short is of a step that was not done. */
static int mend(struct night *n, struct err *e)
{
	char *path = xasprintf("%s/" RECORD, n->folder), *end;
	struct buf text;
	int rc;

	buf_init(&text);
	rc = file_read(path, &text, e);
	end = rc == 0 && text.len ? memrchr(text.data, '\n', text.len) : NULL;
	if (rc == 0 && text.len && (!end || end + 1 < text.data + text.len) &&
	    ftruncate(n->fd, end ? end + 1 - text.data : 0) < 0)
		rc = results_error(e, path, "cut");
	buf_finish(&text);
	free(path);
	return rc;
}

int night_open(struct night *n, const char *results, const char *name, struct err *e)
{
	*n = (struct night){.folder = xasprintf("%s/.nightly/%s", results, name), .lock = -1, .fd = -1};
	if (file_mkdirs(n->folder, e) < 0)
		return results_hint(e, n->folder);
	if (take_lock(n, name, e) < 0 || (n->fd = open_file(n, RECORD, O_APPEND, e)) < 0)
		return -1;
	return mend(n, e);
}

void night_close(struct night *n)
{
	if (n->fd >= 0)
		close(n->fd);
	if (n->lock >= 0)
		close(n->lock);
	free(n->folder);
	*n = (struct night){.lock = -1, .fd = -1};
}

/* ---- steps ---- */

static json_t *step(const char *event)
{
	json_t *v = json_object();
	char now[CLOCK_ISO_SIZE];

	json_object_set_new(v, "event", json_string(event));
	json_object_set_new(v, "at", json_string(clock_iso(now)));
	return v;
}

static int say(struct night *n, json_t *v, struct err *e)
{
	char *json = json_dumps(v, JSON_COMPACT | JSON_PRESERVE_ORDER), *line = xasprintf("%s\n", json);
	int rc = file_write_all(n->fd, line, strlen(line)) < 0 || fdatasync(n->fd) < 0 ? results_error(e, n->folder, "write to the night's record")
										       : 0;

	free(line);
	free(json);
	json_decref(v);
	return rc;
}

int night_began(struct night *n, const char *file, struct err *e)
{
	json_t *v = step("night-began");

	json_object_set_new(v, "file", fields_text(file));
	json_object_set_new(v, "version", json_string(RUNTEST_VERSION));
	return say(n, v, e);
}

int night_left_out(struct night *n, const char *unit, const char *why, struct err *e)
{
	json_t *v = step("unit-left-out");

	json_object_set_new(v, "unit", fields_text(unit));
	json_object_set_new(v, "why", fields_text(why));
	return say(n, v, e);
}

int night_gated(struct night *n, struct err *e)
{
	return say(n, step("gated"), e);
}

static json_t *job_step(const char *event, const char *job, const char *run)
{
	json_t *v = step(event);

	json_object_set_new(v, "job", fields_text(job));
	json_object_set_new(v, "run", fields_text(run));
	return v;
}

int night_job_began(struct night *n, const char *job, const char *run, struct err *e)
{
	return say(n, job_step("job-began", job, run), e);
}

int night_job_ended(struct night *n, const char *job, const char *run, int status, struct err *e)
{
	json_t *v = job_step("job-ended", job, run);

	json_object_set_new(v, "exit_status", json_integer(status));
	return say(n, v, e);
}

static int say_status(struct night *n, const char *event, int status, struct err *e)
{
	json_t *v = step(event);

	json_object_set_new(v, "exit_status", json_integer(status));
	return say(n, v, e);
}

int night_cleared(struct night *n, int status, struct err *e)
{
	return say_status(n, "cleared", status, e);
}

int night_told(struct night *n, const char *recipient, int tries, const char *why, struct err *e)
{
	json_t *v = step("told");

	json_object_set_new(v, "recipient", fields_text(recipient));
	json_object_set_new(v, "arrived", json_boolean(!why));
	json_object_set_new(v, "tries", json_integer(tries));
	json_object_set_new(v, "why", fields_text(why));
	return say(n, v, e);
}

int night_ended(struct night *n, int status, struct err *e)
{
	return say_status(n, "night-ended", status, e);
}

/* ---- read back ---- */

static const char *text_of(const json_t *v, const char *key, struct arena *a)
{
	return arena_strdup(a, json_string_value(json_object_get(v, key)));
}

const struct night_job *night_find_job(const struct night_state *s, const char *job)
{
	for (size_t i = 0; i < s->job_count; i++)
		if (strcmp(s->jobs[i].job, job) == 0)
			return &s->jobs[i];
	return NULL;
}

static void on_job(struct night_state *s, const json_t *v, bool ended, struct arena *a)
{
	const json_t *status = json_object_get(v, "exit_status");
	struct night_job j = {text_of(v, "job", a), text_of(v, "run", a), -1}, *old;

	if (!j.job || (ended && !json_is_integer(status)))
		return;
	if (ended)
		j.status = (int)(json_integer_value(status) & 255);
	old = (struct night_job *)night_find_job(s, j.job);
	if (old) {
		*old = j;
		return;
	}
	s->jobs = arena_grow(a, s->jobs, &s->job_room, s->job_count + 1, sizeof *s->jobs);
	s->jobs[s->job_count++] = j;
}

static void on_left_out(struct night_state *s, const json_t *v, struct arena *a)
{
	struct trouble t = {text_of(v, "unit", a), text_of(v, "why", a)};

	if (!t.subject || !t.text)
		return;
	s->left_out = arena_grow(a, s->left_out, &s->left_out_room, s->left_out_count + 1, sizeof *s->left_out);
	s->left_out[s->left_out_count++] = t;
}

static void on_event(struct night_state *s, const json_t *v, struct arena *a)
{
	const char *event = json_string_value(json_object_get(v, "event"));

	if (!event)
		return;
	if (strcmp(event, "night-began") == 0)
		*s = (struct night_state){.begun = text_of(v, "at", a)};
	else if (strcmp(event, "unit-left-out") == 0)
		on_left_out(s, v, a);
	else if (strcmp(event, "gated") == 0)
		s->gated = true;
	else if (strcmp(event, "job-began") == 0 || strcmp(event, "job-ended") == 0)
		on_job(s, v, event[4] == 'e', a);
	else if (strcmp(event, "night-ended") == 0)
		s->ended = true;
}

void night_parse(const char *text, size_t len, struct night_state *s, struct arena *a)
{
	struct journal_lines lines = {.text = text, .len = len};
	json_t *v;

	memset(s, 0, sizeof *s);
	while ((v = journal_lines_next(&lines))) {
		on_event(s, v, a);
		json_decref(v);
	}
}

int night_read(const struct night *n, struct night_state *s, struct arena *a, struct err *e)
{
	char *path = xasprintf("%s/" RECORD, n->folder);
	struct buf text;
	int rc;

	buf_init(&text);
	rc = file_read(path, &text, e);
	night_parse(rc == 0 ? text.data : NULL, rc == 0 ? text.len : 0, s, a);
	buf_finish(&text);
	free(path);
	return rc;
}
