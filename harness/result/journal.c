#include "result/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "result/journal_lines.h"
#include "result/model_json.h"
#include "result/results_folder.h"
#include "result/run_file.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

struct journal {
	int fd;
	char *dir, *run;
	const char *file; /* below dir */
	char *part;       /* the same, of a part; else NULL */
	off_t end;   /* behind the last whole line */
	bool grouped, unsynced; /* journal_group() was called; and something waits for journal_sync() */
	off_t synced;           /* the end at the last journal_sync() that had something to do */
	bool broken; /* a torn line could not be taken back: nothing may follow it */
};

/* flock, because run_record_read() opens and closes the same file in this process. A session of a run that was just
 * killed may hold the lock for the moment that it takes to die, of which none passes while the machine stalls. */
static int lock(const struct journal *j, struct err *e)
{
	enum { TRIES = 200, STEP_MS = 20 };

	for (int i = 0; flock(j->fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return results_error(e, j->dir, "lock the journal");
		if (i >= TRIES) {
			err_set(e, ERR_USAGE, "run %s is still going on", j->run);
			err_at(e, j->dir, 0, 0);
			return err_hint(e, "wait for it to end, or end it");
		}
		nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
	}
	return 0;
}

static int open_journal(struct journal *j, int flags, struct err *e)
{
	char *path = xasprintf("%s/%s", j->dir, j->file);
	int rc = 0;

	j->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0644);
	if (j->fd < 0)
		rc = results_error(e, path, "open the journal");
	free(path);
	return rc < 0 ? -1 : lock(j, e);
}

/* run.json is on the disk before the journal exists, both before `latest` says so. */
static int fill_folder(struct journal *j, const char *results, const struct run_settings *settings,
		       const struct planned *plan, size_t plan_count, struct err *e)
{
	if (run_file_write(j->dir, settings, plan, plan_count, e) < 0)
		return results_hint(e, results);
	if (open_journal(j, O_EXCL, e) < 0 || results_sync(j->dir, e) < 0)
		return -1;
	return results_point_latest(results, j->run, e) < 0 || results_sync(results, e) < 0 ? -1 : 0;
}

static int create(struct journal *j, const char *results, const struct run_settings *settings,
		  const struct planned *plan, size_t plan_count, struct err *e)
{
	struct run_settings named = *settings;
	int rc;

	j->run = results_make_run(results, settings->run, e);
	if (!j->run)
		return -1;
	j->dir = xasprintf("%s/%s", results, j->run);
	named.run = j->run;
	rc = fill_folder(j, results, &named, plan, plan_count, e);
	if (rc < 0)
		file_remove_tree(j->dir, NULL); /* half a run would only stand in the way */
	return rc;
}

static struct journal *journal_new(void)
{
	struct journal *j = xcalloc(1, sizeof *j);

	j->fd = -1;
	j->file = JOURNAL_FILE;
	return j;
}

struct journal *journal_create(const char *results, const struct run_settings *settings, const struct planned *plan,
			       size_t plan_count, struct err *e)
{
	struct journal *j = journal_new();
	char *absolute = NULL;
	int rc = file_mkdirs(results, e);

	if (rc < 0) {
		results_hint(e, results);
	} else if (!(absolute = realpath(results, NULL))) {
		rc = results_error(e, results, "find the folder");
	} else {
		rc = create(j, absolute, settings, plan, plan_count, e);
	}
	free(absolute);
	if (rc == 0)
		return j;
	journal_close(j);
	return NULL;
}

/* Keep `rest`, which stands behind a line that cannot be read, beside the journal. */
static int set_aside(const struct journal *j, const char *rest, size_t n, struct err *e)
{
	char *path = xasprintf("%s/journal.damaged", j->dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	int rc = 0;

	if (fd < 0 || file_write_all(fd, rest, n) < 0 || fsync(fd) < 0)
		rc = results_error(e, path, "set damaged lines aside");
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

/* Cut the journal behind its last readable line. */
static int mend(struct journal *j, struct err *e)
{
	char *path = xasprintf("%s/%s", j->dir, j->file);
	struct buf text;
	struct journal_lines lines = {0};
	json_t *event;
	int rc;

	buf_init(&text);
	rc = file_read(path, &text, e);
	lines.text = text.data;
	lines.len = text.len;
	while (rc == 0 && (event = journal_lines_next(&lines)))
		json_decref(event);
	if (rc == 0 && lines.damaged)
		rc = set_aside(j, text.data + lines.at, text.len - lines.at, e);
	j->end = (off_t)lines.at;
	if (rc == 0 && lines.at < text.len && (ftruncate(j->fd, j->end) < 0 || fdatasync(j->fd) < 0))
		rc = results_error(e, path, "cut the journal behind its last whole line");
	buf_finish(&text);
	free(path);
	return rc;
}

struct journal *journal_reopen(const char *run_dir, struct err *e)
{
	struct journal *j = journal_new();
	struct run_record r = {.dir = run_dir};
	int rc;

	arena_init(&r.arena);
	rc = run_file_read(&r, e);
	if (rc == 0 && !(j->dir = realpath(run_dir, NULL)))
		rc = results_error(e, run_dir, "find the run");
	if (rc == 0) {
		j->run = xstrdup(r.settings.run);
		rc = open_journal(j, 0, e);
	}
	if (rc == 0)
		rc = mend(j, e);
	run_record_finish(&r);
	if (rc == 0)
		return j;
	journal_close(j);
	return NULL;
}

static int make_part_folder(const struct journal *j, struct err *e)
{
	char *folder = xasprintf("%s/%s", j->dir, j->file), *slash = strrchr(folder, '/');
	int rc;

	*slash = '\0';
	rc = file_mkdirs(folder, e);
	free(folder);
	return rc;
}

struct journal *journal_open_part(const char *run_dir, const char *run, const char *part, struct err *e)
{
	struct journal *j = journal_new();
	int rc = 0;

	j->file = j->part = xstrdup(part);
	j->run = xstrdup(run);
	j->dir = realpath(run_dir, NULL);
	if (!j->dir)
		rc = results_error(e, run_dir, "find the run");
	if (rc == 0)
		rc = make_part_folder(j, e);
	if (rc == 0)
		rc = open_journal(j, 0, e);
	if (rc == 0)
		rc = mend(j, e);
	if (rc == 0)
		return j;
	journal_close(j);
	return NULL;
}

/* One write(2), so that a line is there or not; a reader at the same time sees whole lines or a torn last one. */
static int append(struct journal *j, const struct buf *line, bool sync, struct err *e)
{
	int rc;

	if (j->broken)
		return err_set(e, ERR_IO, "the journal of run %s is torn: nothing more can be kept", j->run);
	if (file_write_all(j->fd, line->data, line->len) == 0 && (!sync || j->grouped || fdatasync(j->fd) == 0)) {
		j->end += (off_t)line->len;
		j->unsynced = j->unsynced || (sync && j->grouped);
		return 0;
	}
	rc = results_error(e, j->dir, "write to the run's journal");
	j->broken = ftruncate(j->fd, j->end) < 0;
	return rc;
}

void journal_group(struct journal *j)
{
	j->grouped = true;
	j->synced = j->end;
}

int journal_sync(struct journal *j, struct err *e)
{
	int rc;

	if (!j->unsynced)
		return 0;
	j->unsynced = false;
	if (fdatasync(j->fd) == 0) {
		j->synced = j->end;
		return 0;
	}
	rc = results_error(e, j->dir, "write to the run's journal");
	j->end = j->synced;
	j->broken = ftruncate(j->fd, j->end) < 0;
	return rc;
}

int journal_ungroup(struct journal *j, struct err *e)
{
	j->grouped = false;
	return journal_sync(j, e);
}

/* {"event": NAME, "at": NOW, KEY: JSON} */
static int append_event(struct journal *j, const char *event, const char *key, const char *json, bool sync,
			struct err *e)
{
	char now[CLOCK_ISO_SIZE];
	struct buf line;
	int rc;

	buf_init(&line);
	buf_printf(&line, "{\"event\":\"%s\",\"at\":\"%s\",\"%s\":%s}\n", event, clock_iso(now), key, json);
	rc = append(j, &line, sync, e);
	buf_finish(&line);
	return rc;
}

int journal_session_started(struct journal *j, const char *session, struct err *e)
{
	struct buf name;
	json_t *text;
	char *json;
	int rc;

	buf_init(&name);
	text_add_utf8(&name, session, strlen(session));
	text = json_stringn(name.data ? name.data : "", name.len);
	json = json_dumps(text, JSON_ENCODE_ANY);
	rc = append_event(j, "session-started", "session", json, false, e);
	free(json);
	json_decref(text);
	buf_finish(&name);
	return rc;
}

static int append_result(struct journal *j, const char *event, const char *result_json, struct err *e)
{
	struct session_result r;
	int rc = session_result_from_json(&r, result_json, strlen(result_json), e);

	/* what could not be read back would cost every line behind it */
	session_result_finish(&r);
	if (rc == 0 && strchr(result_json, '\n'))
		rc = err_set(e, ERR_IO, "a session's result is more than one line");
	return rc < 0 ? rc : append_event(j, event, "result", result_json, true, e);
}

int journal_session_ended(struct journal *j, const char *result_json, struct err *e)
{
	return append_result(j, "session-ended", result_json, e);
}

int journal_session_tried(struct journal *j, const char *result_json, struct err *e)
{
	return append_result(j, "session-tried", result_json, e);
}

int journal_part_begun(struct journal *j, const char *writer_json, struct err *e)
{
	return append_event(j, "part-begun", "writer", writer_json, true, e);
}

int journal_run_ended(struct journal *j, int exit_status, struct err *e)
{
	char number[16];

	snprintf(number, sizeof number, "%d", exit_status);
	return append_event(j, "run-ended", "exit_status", number, true, e);
}

const char *journal_dir(const struct journal *j)
{
	return j->dir;
}

const char *journal_run(const struct journal *j)
{
	return j->run;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->dir);
	free(j->run);
	free(j->part);
	free(j);
}
