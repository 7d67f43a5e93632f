/* recording.json: written for people, too, so that what a record needs can be seen and kept together. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "replay/recording.h"
#include "util/buf.h"
#include "util/file.h"

enum { SCHEMA = 1 };

/* ---- writing ---- */

static json_t *address(uint64_t a)
{
	return json_sprintf("0x%" PRIx64, a);
}

static json_t *text(const char *s)
{
	json_t *t = s ? json_string(s) : json_null();

	return t ? t : json_null();
}

static json_t *file_json(const struct recorded_file *f)
{
	return json_pack("{s:o, s:I, s:I}", "path", text(f->path), "size", (json_int_t)f->size, "mtime_ns",
			 (json_int_t)f->mtime_ns);
}

static json_t *fill_json(const struct recorded_fill *f)
{
	return json_pack("{s:o, s:I, s:i}", "paddr", address(f->paddr), "size", (json_int_t)f->size, "byte", (int)f->byte);
}

static json_t *memory_json(const struct recorded_memory *m)
{
	return json_pack("{s:o, s:o, s:I, s:s}", "region", text(m->region), "paddr", address(m->paddr), "size",
			 (json_int_t)m->size, "sha256", m->sha256);
}

static json_t *boot_json(const struct recorded_boot *b)
{
	json_t *memory = json_array();

	for (size_t i = 0; i < b->memory_count; i++)
		json_array_append_new(memory, memory_json(&b->memory[i]));
	return json_pack("{s:o, s:I, s:I, s:o}", "record", text(b->record), "console", (json_int_t)b->console, "console_end",
			 (json_int_t)b->console_end, "memory", memory);
}

static json_t *explained_json(const struct image_files *with)
{
	json_t *elfs = json_array(), *payloads = json_array();

	for (size_t i = 0; i < with->elf_count; i++)
		json_array_append_new(elfs, json_pack("{s:s, s:o, s:o}", "owner", region_owner_name(with->elfs[i].owner), "name",
						      text(with->elfs[i].name), "path", text(with->elfs[i].path)));
	for (size_t i = 0; i < with->payload_count; i++)
		json_array_append_new(payloads, json_pack("{s:o, s:o, s:o, s:o}", "name", text(with->payloads[i].name), "path",
							  text(with->payloads[i].path), "paddr",
							  address(with->payloads[i].paddr), "room",
							  address(with->payloads[i].room)));
	return json_pack("{s:o, s:o, s:o}", "report", text(with->report), "elfs", elfs, "payloads", payloads);
}

static json_t *recording_json(const struct recording *r)
{
	json_t *files = json_array(), *fills = json_array(), *boots = json_array();

	for (size_t i = 0; i < r->file_count; i++)
		json_array_append_new(files, file_json(&r->files[i]));
	for (size_t i = 0; i < r->fill_count; i++)
		json_array_append_new(fills, fill_json(&r->fills[i]));
	for (size_t i = 0; i < r->boot_count; i++)
		json_array_append_new(boots, boot_json(&r->boots[i]));
	return json_pack("{s:i, s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", SCHEMA, "arch", text(r->arch),
			 "entry", text(r->entry), "ram", "base", address(r->ram_base), "size", address(r->ram_size), "image",
			 text(r->image), "image_sha256", text(r->image_sha256), "explained_by", explained_json(&r->with),
			 "files", files, "fills", fills, "boots", boots);
}

int recording_write(const struct recording *r, const char *dir, struct err *e)
{
	json_t *object = recording_json(r);
	char *path = xasprintf("%s/" RECORDING_FILE, dir), *all = json_dumps(object, JSON_INDENT(1));
	int rc = file_write_atomic(path, all, strlen(all), false, e);

	json_decref(object);
	free(all);
	free(path);
	return rc;
}

/* ---- reading ---- */

struct reader {
	struct recording *r;
	bool bad; /* something was not as it is written */
};

static const char *get_text(struct reader *rd, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_string(v) && !json_is_null(v))
		rd->bad = true;
	return arena_strdup(&rd->r->arena, json_string_value(v));
}

static uint64_t get_number(struct reader *rd, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	char *end = NULL;
	uint64_t n;

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return (uint64_t)json_integer_value(v);
	n = json_is_string(v) ? strtoull(json_string_value(v), &end, 0) : 0;
	if (!end || *end)
		rd->bad = true;
	return n;
}

static void read_file(struct reader *rd, const json_t *o)
{
	struct recording *r = rd->r;

	r->files = arena_grow(&r->arena, r->files, &r->file_room, r->file_count + 1, sizeof *r->files);
	r->files[r->file_count++] = (struct recorded_file){
		get_text(rd, o, "path"), (int64_t)get_number(rd, o, "size"), (int64_t)get_number(rd, o, "mtime_ns")};
	rd->bad |= !r->files[r->file_count - 1].path;
}

static void read_fill(struct reader *rd, const json_t *o)
{
	recording_add_fill(rd->r, get_number(rd, o, "paddr"), get_number(rd, o, "size"),
			   (uint8_t)get_number(rd, o, "byte"));
}

static enum region_owner owner_named(struct reader *rd, const char *name)
{
	for (enum region_owner o = REGION_UNKNOWN; name && o <= REGION_PD; o++)
		if (strcmp(name, region_owner_name(o)) == 0)
			return o;
	rd->bad = true;
	return REGION_UNKNOWN;
}

/* Of recordings that were made before this was kept there is none. */
static void read_explained(struct reader *rd, const json_t *o)
{
	const json_t *elfs = json_object_get(o, "elfs"), *payloads = json_object_get(o, "payloads");
	size_t elf_count = json_array_size(elfs), payload_count = json_array_size(payloads);
	struct image_elf *e = arena_alloc(&rd->r->arena, (elf_count + 1) * sizeof *e);
	struct image_payload *p = arena_alloc(&rd->r->arena, (payload_count + 1) * sizeof *p);

	for (size_t i = 0; i < elf_count; i++) {
		const json_t *item = json_array_get(elfs, i);

		e[i] = (struct image_elf){owner_named(rd, get_text(rd, item, "owner")), get_text(rd, item, "name"),
					  get_text(rd, item, "path")};
		rd->bad |= !e[i].name || !e[i].path;
	}
	for (size_t i = 0; i < payload_count; i++) {
		const json_t *item = json_array_get(payloads, i);

		p[i] = (struct image_payload){get_text(rd, item, "name"), get_text(rd, item, "path"),
					      get_number(rd, item, "paddr"), get_number(rd, item, "room")};
		rd->bad |= !p[i].name || !p[i].path;
	}
	rd->r->with = (struct image_files){.report = o ? get_text(rd, o, "report") : NULL,
					   .elfs = e, .elf_count = elf_count, .payloads = p, .payload_count = payload_count};
}

static void read_memory(struct reader *rd, struct recorded_boot *b, const json_t *o)
{
	const char *region = get_text(rd, o, "region"), *sha = get_text(rd, o, "sha256");
	struct recorded_memory *m;

	if (!sha || strlen(sha) != SHA256_HEX - 1) {
		rd->bad = true;
		return;
	}
	b->memory = arena_grow(&rd->r->arena, b->memory, &b->memory_room, b->memory_count + 1, sizeof *b->memory);
	m = &b->memory[b->memory_count++];
	*m = (struct recorded_memory){
		.region = region, .paddr = get_number(rd, o, "paddr"), .size = get_number(rd, o, "size")};
	memcpy(m->sha256, sha, SHA256_HEX);
}

static void read_boot(struct reader *rd, const json_t *o)
{
	const char *record = get_text(rd, o, "record");
	const json_t *pieces = json_object_get(o, "memory");
	struct recorded_boot *b;

	/* A name, not a way out of the folder. */
	if (!record || strchr(record, '/')) {
		rd->bad = true;
		return;
	}
	b = recording_add_boot(rd->r, record, get_number(rd, o, "console"));
	b->console_end = get_number(rd, o, "console_end");
	rd->bad |= b->console_end < b->console;
	for (size_t i = 0; i < json_array_size(pieces); i++)
		read_memory(rd, b, json_array_get(pieces, i));
}

static void read_each(struct reader *rd, const json_t *list, void (*read)(struct reader *rd, const json_t *o))
{
	for (size_t i = 0; i < json_array_size(list); i++)
		read(rd, json_array_get(list, i));
}

static void read_all(struct reader *rd, const json_t *o)
{
	const json_t *ram = json_object_get(o, "ram");
	struct recording *r = rd->r;

	rd->bad = get_number(rd, o, "schema") != SCHEMA;
	r->arch = get_text(rd, o, "arch");
	r->entry = get_text(rd, o, "entry");
	r->image = get_text(rd, o, "image");
	r->image_sha256 = get_text(rd, o, "image_sha256");
	r->ram_base = get_number(rd, ram, "base");
	r->ram_size = get_number(rd, ram, "size");
	read_explained(rd, json_object_get(o, "explained_by"));
	read_each(rd, json_object_get(o, "files"), read_file);
	read_each(rd, json_object_get(o, "fills"), read_fill);
	read_each(rd, json_object_get(o, "boots"), read_boot);
}

/* Words that each end with a NUL. */
static int read_argv(struct recording *r, const char *path, struct err *e)
{
	struct buf all;
	int rc;

	buf_init(&all);
	rc = file_read(path, &all, e);
	for (size_t i = 0; rc == 0 && i < all.len; i += strlen(all.data + i) + 1)
		r->argv = arena_list_add(&r->arena, r->argv, arena_strdup(&r->arena, all.data + i));
	buf_finish(&all);
	if (rc == 0 && !r->argv)
		rc = err_set(e, ERR_IO, "the command line of QEMU is empty");
	return rc;
}

static int read_recording(struct recording *r, const char *path, struct err *e)
{
	struct reader rd = {.r = r};
	json_error_t why;
	json_t *object;

	if (!file_exists(path)) {
		err_set(e, ERR_USAGE, "the session was not recorded");
		err_at(e, path, 0, 0);
		return err_hint(e, "`unrecorded` in its results.json says why");
	}
	object = json_load_file(path, 0, &why);
	if (!object) {
		err_set(e, ERR_IO, "this is no recording: %s", why.text);
		return err_at(e, path, why.line, why.column);
	}
	read_all(&rd, object);
	json_decref(object);
	if (!rd.bad && r->boot_count)
		return 0;
	err_set(e, ERR_IO, "this is no recording that this version of runtest can read");
	return err_at(e, path, 0, 0);
}

int recording_read(struct recording *r, const char *dir, struct err *e)
{
	char *path = xasprintf("%s/" RECORDING_FILE, dir), *args = xasprintf("%s/qemu.args", dir);
	int rc;

	recording_init(r);
	rc = read_recording(r, path, e);
	if (rc == 0)
		rc = read_argv(r, args, e);
	free(path);
	free(args);
	return rc;
}
