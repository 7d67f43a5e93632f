#include "result/run_file.h"

#include <errno.h>
#include <stdlib.h>

#include "result/model_json.h"
#include "util/buf.h"
#include "util/file.h"

static const struct field settings_table[] = {
	AT(run_settings, "version", version, text),
	AT(run_settings, "project", project, text),
	AT(run_settings, "jobs", jobs, int),
	AT(run_settings, "timeout_ms", timeout_ms, int64),
	AT(run_settings, "qemu_version", qemu_version, text),
	AT(run_settings, "allow_skipped", allow_skipped, bool),
	AT(run_settings, "set", set, texts),
	AT(run_settings, "image", image, text),
	AT(run_settings, "image_sha256", image_sha256, text),
	AT(run_settings, "image_report", image_report, text),
	AT(run_settings, "image_elfs", image_elfs, texts),
	AT(run_settings, "mutants", mutants, bool),
	AT(run_settings, "expired", expired, texts),
	AT(run_settings, "flaky_exit", flaky_exit, bool),
};
const struct field_list run_settings_fields = FIELDS(settings_table, struct run_settings);

static const struct field planned_table[] = {
	NEEDS(planned, "session", name, text),
	NEEDS(planned, "scenario", scenario, text),
	NEEDS(planned, "variant", variant, text),
	NEEDS(planned, "board", board, text),
	NEEDS(planned, "unit", unit, text),
	NEEDS(planned, "arch", arch, text),
	NEEDS(planned, "config", config, text),
	AT(planned, "repeat", repeat, int),
	INSIDE(planned, "expected", expected, expectation_fields),
	AT(planned, "skip", skip, text),
	AT(planned, "units", units, texts),
};
static const struct field_list planned_fields = FIELDS(planned_table, struct planned);

/* The file as one struct: what run.json holds and nothing else. */
struct run_file {
	int schema;
	struct run_settings settings;
	const struct planned *plan;
	size_t plan_count;
};

static const struct field run_table[] = {
	NEEDS(run_file, "schema", schema, int),
	NEEDS(run_file, "run", settings.run, text),
	NEEDS(run_file, "started", settings.started, text),
	AT(run_file, "command", settings.command, texts),
	INSIDE(run_file, "settings", settings, run_settings_fields),
	MANY(run_file, "plan", plan, plan_count, planned_fields),
};
static const struct field_list run_fields = FIELDS(run_table, struct run_file);

enum { RUN_SCHEMA = 1 };

int run_file_write(const char *dir, const struct run_settings *settings, const struct planned *plan, size_t plan_count,
		   struct err *e)
{
	const struct run_file file = {RUN_SCHEMA, *settings, plan, plan_count};
	json_t *object = fields_write(&run_fields, &file, false);
	char *text = json_dumps(object, JSON_INDENT(1));
	char *path = xasprintf("%s/" RUN_FILE, dir);
	int rc = file_write_atomic(path, text, strlen(text), true, e);

	json_decref(object);
	free(path);
	free(text);
	return rc;
}

static int damaged(struct err *e, const char *path, int line, const char *what)
{
	err_set(e, ERR_IO, "the run's settings and plan cannot be read: %s", what);
	err_at(e, path, line, 0);
	return err_hint(e, "the file was written whole before the run began; it has been damaged since");
}

static int parse(struct run_record *r, const char *path, const struct buf *text, struct err *e)
{
	struct run_file file = {0};
	struct err inner = {0};
	json_error_t at;
	json_t *object = json_loadb(text->data, text->len, 0, &at);
	int rc;

	if (!object)
		return damaged(e, path, at.line, at.text);
	rc = fields_read(&run_fields, &file, object, &r->arena, &inner);
	if (rc < 0)
		damaged(e, path, 0, inner.what);
	else if (file.schema != RUN_SCHEMA)
		rc = damaged(e, path, 0, "it was written by another version of runtest");
	r->settings = file.settings;
	r->plan = (struct planned *)file.plan;
	r->plan_count = rc < 0 ? 0 : file.plan_count;
	json_decref(object);
	return rc;
}

int run_file_read(struct run_record *r, struct err *e)
{
	char *path = xasprintf("%s/" RUN_FILE, r->dir);
	struct buf text;
	int rc;

	buf_init(&text);
	if (!file_exists(path)) {
		err_set(e, ERR_USAGE, "this is no run: it has no " RUN_FILE);
		err_at(e, r->dir, 0, 0);
		rc = err_hint(e, "RUN is 'latest', the name of a folder below the results' folder, or a path");
	} else {
		rc = file_read(path, &text, e);
		if (rc == 0)
			rc = parse(r, path, &text, e);
	}
	buf_finish(&text);
	free(path);
	return rc;
}
