#include "nightly/told.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "result/fields.h"
#include "util/file.h"

enum { SCHEMA = 1, BYTES_MAX = 64 * 1024 * 1024 };

/* The file as one struct. */
struct told_file {
	int schema;
	const char *at;
	const struct outcome *outcomes;
	size_t outcome_count;
	const char *const *troubles;
};

static const struct field outcome_table[] = {
	NEEDS(outcome, "session", session, text),
	AT(outcome, "job", job, text),
	AT(outcome, "run", run, text),
	NEEDS(outcome, "verdict", verdict, verdict),
	AT(outcome, "cause", cause, cause),
	AT(outcome, "quarantined", quarantined, bool),
};
static const struct field_list outcome_fields = FIELDS(outcome_table, struct outcome);

static const struct field file_table[] = {
	NEEDS(told_file, "schema", schema, int),
	NEEDS(told_file, "at", at, text),
	AT(told_file, "troubles", troubles, texts),
	MANY(told_file, "outcomes", outcomes, outcome_count, outcome_fields),
};
static const struct field_list file_fields = FIELDS(file_table, struct told_file);

static int damaged(struct err *e, const char *path, int line, const char *what)
{
	err_set(e, ERR_IO, "what was told last cannot be read: %s", what);
	err_at(e, path, line, 0);
	return err_hint(e, "remove the file: everything that fails counts as new then");
}

static int take(struct told *t, const json_t *object, const char *path, struct arena *a, struct err *e)
{
	struct told_file f = {0};
	struct err inner = {0};

	if (fields_read(&file_fields, &f, object, a, &inner) < 0)
		return damaged(e, path, 0, inner.what);
	if (f.schema != SCHEMA)
		return damaged(e, path, 0, "it was written by another version of runtest");
	t->at = f.at;
	t->troubles = f.troubles;
	t->outcomes.items = arena_alloc(a, (f.outcome_count + 1) * sizeof *f.outcomes);
	for (size_t i = 0; i < f.outcome_count; i++)
		if (f.outcomes[i].verdict != VERDICT_NONE)
			t->outcomes.items[t->outcomes.count++] = f.outcomes[i];
	t->outcomes.room = t->outcomes.count;
	outcomes_settle(&t->outcomes);
	return 0;
}

int told_read(struct told *t, const char *path, struct arena *a, struct err *e)
{
	json_error_t at;
	struct buf text;
	json_t *object;
	int rc = 0;

	memset(t, 0, sizeof *t);
	if (!file_exists(path))
		return 0;
	if (file_size(path) > BYTES_MAX)
		return damaged(e, path, 0, "it is too large");
	buf_init(&text);
	rc = file_read(path, &text, e);
	if (rc == 0) {
		object = json_loadb(text.data ? text.data : "", text.len, 0, &at);
		rc = object ? take(t, object, path, a, e) : damaged(e, path, at.line, at.text);
		json_decref(object);
	}
	buf_finish(&text);
	return rc;
}

int told_write(const struct told *t, const char *path, struct err *e)
{
	const struct told_file f = {SCHEMA, t->at, t->outcomes.items, t->outcomes.count, t->troubles};
	json_t *object = fields_write(&file_fields, &f, true);
	char *text = json_dumps(object, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	int rc = file_write_atomic(path, text, strlen(text), true, e);

	json_decref(object);
	free(text);
	return rc;
}
