#include "health/journals.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "result/journal_lines.h"
#include "result/model_json.h"
#include "util/buf.h"
#include "util/file.h"

struct taker {
	void (*take)(void *ctx, const struct session_result *r);
	void *ctx;
};

static bool is_result(const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "event"));

	return name && (strcmp(name, "session-ended") == 0 || strcmp(name, "session-tried") == 0);
}

/* A line that says nothing usable is passed over. */
static void take_line(const struct taker *t, const json_t *event)
{
	struct session_result r;

	if (!is_result(event))
		return;
	session_result_init(&r);
	if (session_result_read(&r, json_object_get(event, "result"), &r.arena, NULL) == 0)
		t->take(t->ctx, &r);
	session_result_finish(&r);
}

static int read_journal(const char *path, const struct taker *t, struct err *e)
{
	struct buf text = {0};
	int rc = file_read(path, &text, e);
	struct journal_lines lines = {.text = text.data ? text.data : "", .len = text.len};
	json_t *event;

	while (rc == 0 && (event = journal_lines_next(&lines))) {
		take_line(t, event);
		json_decref(event);
	}
	buf_finish(&text);
	return rc;
}

/* `latest` and other links are one of the others. */
static int read_run(const char *results, const char *name, const struct taker *t, struct err *e)
{
	char *dir = xasprintf("%s/%s", results, name), *path = xasprintf("%s/journal.jsonl", dir);
	struct stat st;
	int rc = 0;

	if (name[0] != '.' && lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) && file_exists(path))
		rc = read_journal(path, t, e);
	free(path);
	free(dir);
	return rc;
}

int journals_each(const char *results, void (*take)(void *ctx, const struct session_result *r), void *ctx, struct err *e)
{
	const struct taker t = {take, ctx};
	DIR *dir = opendir(results);
	struct dirent *d;
	int rc = 0;

	if (!dir)
		return errno == ENOENT ? 0 : file_error(e, "read the folder", results);
	while (rc == 0 && (d = readdir(dir)))
		rc = read_run(results, d->d_name, &t, e);
	closedir(dir);
	return rc;
}
