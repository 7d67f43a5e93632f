#include "build/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/clock.h"
#include "util/file.h"

/* ---- the artefacts of a variant, in one row: the image, the report if there is one, the ELFs, and the rest ---- */

struct artefact {
	const char *role, *name, *path;
	struct build_file *file; /* where it is filled in; NULL while writing */
};

static size_t list_artefacts(const struct variant *v, struct build_result *r, struct arena *a, struct artefact **list)
{
	size_t most = v->elf_count + v->payload_count + v->update_count + 2;
	struct artefact *at = *list = arena_alloc(a, most * sizeof *at);

	*at++ = (struct artefact){"image", "image", v->image, r ? &r->image : NULL};
	if (v->report)
		*at++ = (struct artefact){"report", "report", v->report, r ? &r->report : NULL};
	for (size_t i = 0; i < v->elf_count; i++)
		*at++ = (struct artefact){v->elfs[i].role, v->elfs[i].name, v->elfs[i].path, r ? &r->elfs[i] : NULL};
	for (size_t i = 0; i < v->payload_count; i++)
		*at++ = (struct artefact){"payload", v->payloads[i].reserved, v->payloads[i].path,
					  r ? &r->payloads[i] : NULL};
	for (size_t i = 0; i < v->update_count; i++)
		*at++ = (struct artefact){"update", v->updates[i].name, v->updates[i].path, r ? &r->updates[i] : NULL};
	return (size_t)(at - *list);
}

static int64_t date_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* ---- writing ---- */

static int not_left(const struct artefact *f, const struct variant *v, const char *how, struct err *e)
{
	err_set(e, ERR_BUILD, "the build command succeeded but %s the artefact %s", how, f->path);
	err_at(e, v->file, v->line, 0);
	return err_hint(e, "the command must leave it, as a plain file, in the folder that RUNTEST_OUT names");
}

static json_t *describe(const struct artefact *f, const char *entry, const struct variant *v, struct err *e)
{
	char *path = xasprintf("%s/" ENTRY_ARTEFACTS "/%s", entry, f->path), hex[SHA256_HEX];
	json_t *item = NULL;
	struct stat st;

	if (lstat(path, &st) < 0)
		not_left(f, v, "did not leave", e);
	else if (!S_ISREG(st.st_mode))
		not_left(f, v, "left something that is no plain file as", e);
	else if (sha256_file(path, hex, e) == 0)
		item = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "role", f->role, "name", f->name, "path", f->path,
				 "size", (json_int_t)st.st_size, "mtime_ns", (json_int_t)date_ns(&st), "sha256", hex);
	free(path);
	return item;
}

static json_t *describe_artefacts(const char *entry, const struct variant *v, struct err *e)
{
	json_t *list = json_array();
	struct artefact *files;
	struct arena a;
	size_t n;

	arena_init(&a);
	n = list_artefacts(v, NULL, &a, &files);
	for (size_t i = 0; list && i < n; i++) {
		json_t *item = describe(&files[i], entry, v, e);

		if (item)
			json_array_append_new(list, item);
		else
			json_decref(list), list = NULL;
	}
	arena_finish(&a);
	return list;
}

static json_t *text_list(const char *const *texts)
{
	json_t *list = json_array();

	for (; *texts; texts++)
		json_array_append_new(list, json_string(*texts));
	return list;
}

/* The argv of a build command; of several, the one that makes the image, which is the last. */
static json_t *command_of(const struct recipe *r)
{
	size_t last = 0;

	while (r->commands[last + 1])
		last++;
	return text_list(r->commands[last]);
}

static json_t *tool_list(const struct recipe *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->tool_count; i++) {
		const struct tool *t = &r->tools[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "tool", t->name, "path", t->path, "version",
						      t->version));
	}
	return list;
}

static json_t *patch_list(const struct recipe *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->patch_count; i++)
		json_array_append_new(list, json_string(r->patches[i].commit ? r->patches[i].commit : r->patches[i].path));
	return list;
}

int manifest_write(const char *entry, const struct recipe *r, int64_t ms, struct err *e)
{
	const struct build_request *q = r->request;
	json_t *artefacts = describe_artefacts(entry, q->variant, e), *root;
	char now[CLOCK_ISO_SIZE], *path, *text;
	struct arena a;
	int rc;

	if (!artefacts)
		return -1;
	arena_init(&a);
	root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:o}", "format", 1, "key",
			 r->key, "variant", q->variant->name, "board", q->kind->name, "config", q->config, "built",
			 clock_iso(now), "source", recipe_source(r, &a), r->revision ? "source_tree" : "source_sha256",
			 r->revision ? r->revision->tree : r->source->sha256, "patches", patch_list(r), "command",
			 command_of(r), "tools", tool_list(r),
			 "milliseconds", (json_int_t)ms, "artefacts", artefacts);
	text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	arena_finish(&a);
	if (!text) {
		json_decref(root);
		return err_set(e, ERR_CONFIG, "a name of the variant %s is not valid UTF-8", q->variant->name);
	}
	path = xasprintf("%s/" ENTRY_MANIFEST, entry);
	rc = file_write_atomic(path, text, strlen(text), true, e);
	free(path);
	free(text);
	json_decref(root);
	return rc;
}

/* ---- reading ---- */

static json_t *find_artefact(json_t *list, const char *path)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *have = json_string_value(json_object_get(item, "path"));

		if (have && strcmp(have, path) == 0)
			return item;
	}
	return NULL;
}

/* Somebody touched it: then only its contents can tell. */
static bool still_the_same(const char *path, const char *sha256)
{
	char hex[SHA256_HEX];

	return sha256_file(path, hex, NULL) == 0 && strcmp(hex, sha256) == 0;
}

static int check_artefact(const struct artefact *f, json_t *item, const char *folder, struct arena *a)
{
	json_int_t size, date;
	const char *sha256;
	struct stat st;

	if (json_unpack(item, "{s:I, s:I, s:s}", "size", &size, "mtime_ns", &date, "sha256", &sha256) < 0 ||
	    strlen(sha256) != SHA256_HEX - 1)
		return -1;
	f->file->path = arena_printf(a, "%s/" ENTRY_ARTEFACTS "/%s", folder, f->path);
	f->file->size = size;
	memcpy(f->file->sha256, sha256, SHA256_HEX);
	if (lstat(f->file->path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size != size)
		return -1;
	return date_ns(&st) == date || still_the_same(f->file->path, sha256) ? 0 : -1;
}

/* In one read: jansson by itself asks for a file's bytes one by one, and a build with nothing to do reads them all. */
static json_t *load(const char *folder)
{
	char *path = xasprintf("%s/" ENTRY_MANIFEST, folder);
	json_t *root = NULL;
	struct buf b;

	buf_init(&b);
	if (file_read(path, &b, NULL) == 0 && b.len)
		root = json_loadb(b.data, b.len, 0, NULL);
	buf_finish(&b);
	free(path);
	return root;
}

int manifest_read(struct build_result *r, struct arena *a)
{
	const struct variant *v = r->request.variant;
	json_t *root = load(r->folder), *list = json_object_get(root, "artefacts");
	const char *key = json_string_value(json_object_get(root, "key"));
	int rc = key && strcmp(key, r->key) == 0 ? 0 : -1;
	struct artefact *files;
	size_t n;

	if (rc == 0) {
		r->elfs = arena_alloc(a, v->elf_count * sizeof *r->elfs);
		r->payloads = arena_alloc(a, v->payload_count * sizeof *r->payloads);
		r->updates = arena_alloc(a, v->update_count * sizeof *r->updates);
		n = list_artefacts(v, r, a, &files);
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = check_artefact(&files[i], find_artefact(list, files[i].path), r->folder, a);
		r->log = arena_printf(a, "%s/" ENTRY_LOG, r->folder);
	}
	json_decref(root);
	return rc;
}
