#include "html/details.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html/index.h"
#include "html/pack.h"
#include "result/fields.h"
#include "result/model_json.h"
#include "result/report.h"
#include "util/file.h"
#include "util/jsoncut.h"
#include "util/mem.h"
#include "util/text.h"

/* What a page may carry. Sessions that are not ok come first; of the others only what a small run has. */
enum {
	MIB = 1 << 20,
	MOST_OF_CONSOLE = 64 * MIB, /* its last part, unpacked */
	MOST_OF_INDEX = 32 * MIB,
	MOST_CONSOLES = 48 * MIB,   /* all together, packed */
	MOST_GOOD_CONSOLES = 1 * MIB,
	MOST_OF_FILE = 4 * MIB,     /* survival map and the like, each, unpacked */
	MOST_FILES = 32 * MIB,      /* all together, unpacked */
	MOST_GOOD_FILES = 16 * MIB,
	MOST_BUILDS = 1000,
	MOST_TOLD = 1000,           /* sessions whose failure is told as in the terminal */
	MOST_WHOLE = 2000,          /* sessions of a run of which those that are well have looks at memory and maps, too */
};

struct details {
	const struct run_brief *b;
	const struct run_record *r;
	struct buf *out;
	size_t told;
	json_t *builds;      /* array of manifests */
	json_t *build_known; /* object: path -> number */
	size_t console_bytes, file_bytes;
	uint64_t *left_out;  /* by session: bytes of the console's beginning that are not in the page */
};

static bool is_good(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return verdict_is_ok(v) || v == VERDICT_SKIPPED;
}

static void open_data(struct buf *out, char letter, size_t n)
{
	buf_printf(out, "<script type=\"text/plain\" id=\"%c%zu\">", letter, n);
}

/* ---- files of a session ---- */

/* A file's last `most` bytes into `out`; how many stood before them goes to *before. -1: it is not there. */
static int read_last(const char *path, size_t most, struct buf *out, uint64_t *before)
{
	enum { PIECE = 1 << 16 };
	long long size = file_size(path);
	int fd = size < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *piece;
	ssize_t n;

	if (fd < 0)
		return -1;
	*before = (uint64_t)size > most ? (uint64_t)size - most : 0;
	piece = xmalloc(PIECE);
	if (lseek(fd, (off_t)*before, SEEK_SET) < 0)
		most = 0;
	while (out->len < most && (n = read(fd, piece, PIECE)) > 0)
		buf_add(out, piece, (size_t)n);
	free(piece);
	close(fd);
	return 0;
}

/* Of an index, the entries of bytes from `before` on, and the one before them. */
static size_t index_begin(const struct buf *index, uint64_t before)
{
	size_t last = 0;

	for (size_t at = 0; before && at < index->len;) {
		const char *line = index->data + at, *end = memchr(line, '\n', index->len - at);

		if (strtoull(line, NULL, 10) > before)
			break;
		last = at;
		at = end ? (size_t)(end + 1 - index->data) : index->len;
	}
	return last;
}

static char *path_of(const struct details *d, const struct session_result *s, const char *file)
{
	return xasprintf("%s/%s/%s", d->r->dir, s->dir, file);
}

static void add_index(struct details *d, size_t i, uint64_t before)
{
	const struct session_result *s = &d->r->sessions[i];
	char *path = s->index ? path_of(d, s, s->index) : NULL;
	struct buf bytes;
	uint64_t cut = 0;

	buf_init(&bytes);
	if (path && read_last(path, MOST_OF_INDEX, &bytes, &cut) == 0 && bytes.len) {
		const char *whole = cut ? memchr(bytes.data, '\n', bytes.len) : NULL; /* the first line may be cut */

		if (whole)
			buf_drop_front(&bytes, (size_t)(whole + 1 - bytes.data));
		buf_drop_front(&bytes, index_begin(&bytes, before));
		open_data(d->out, 'i', i);
		d->console_bytes += pack_add(d->out, bytes.data, bytes.len);
		buf_adds(d->out, "</script>\n");
	}
	free(path);
	buf_finish(&bytes);
}

static void add_console(struct details *d, size_t i, size_t most)
{
	const struct session_result *s = &d->r->sessions[i];
	char *path;
	struct buf bytes;

	if (!s->dir || !s->console || d->console_bytes >= most)
		return;
	path = path_of(d, s, s->console);
	buf_init(&bytes);
	if (read_last(path, MOST_OF_CONSOLE, &bytes, &d->left_out[i]) == 0) {
		open_data(d->out, 'k', i);
		d->console_bytes += pack_add(d->out, bytes.data, bytes.len);
		buf_adds(d->out, "</script>\n");
		add_index(d, i, d->left_out[i]);
	}
	buf_finish(&bytes);
	free(path);
}

static void add_consoles(struct details *d)
{
	for (size_t i = 0; i < d->r->plan_count; i++)
		if (!is_good(&d->r->sessions[i]))
			add_console(d, i, MOST_CONSOLES);
	for (size_t i = 0; i < d->r->plan_count; i++)
		if (is_good(&d->r->sessions[i]))
			add_console(d, i, MOST_GOOD_CONSOLES);
}

static void set_file(struct details *d, json_t *object, const char *key, const struct session_result *s, const char *file)
{
	size_t most = is_good(s) ? MOST_GOOD_FILES : MOST_FILES;
	char *path;
	struct buf bytes;
	uint64_t cut = 0;

	if (!file || !s->dir || d->file_bytes >= most)
		return;
	path = path_of(d, s, file);
	buf_init(&bytes);
	if (read_last(path, MOST_OF_FILE, &bytes, &cut) == 0 && !cut && bytes.len) {
		struct buf clean;

		buf_init(&clean);
		text_add_utf8(&clean, bytes.data, bytes.len);
		json_object_set_new(object, key, json_stringn_nocheck(clean.data, clean.len));
		d->file_bytes += bytes.len;
		buf_finish(&clean);
	}
	buf_finish(&bytes);
	free(path);
}

/* What the witness kept of pages that differ. */
static void set_memory(struct details *d, json_t *object, const struct session_result *s)
{
	size_t most = is_good(s) ? MOST_GOOD_FILES : MOST_FILES;
	char *path = s->witness && s->dir && d->file_bytes < most ? path_of(d, s, s->witness) : NULL;
	struct jsoncut_span found;
	struct buf bytes;
	uint64_t cut = 0;

	buf_init(&bytes);
	if (path && read_last(path, MOST_OF_FILE, &bytes, &cut) == 0 && !cut) {
		found = jsoncut_member((struct jsoncut_span){bytes.data, bytes.len}, "differences");
		if (found.n > strlen("[]"))
			json_object_set_new(object, "memory", json_loadb(found.text, found.n, 0, NULL));
		d->file_bytes += found.n;
	}
	buf_finish(&bytes);
	free(path);
}

/* ---- what the image was made of ---- */

/* "CACHE/KEY/manifest.json" of "CACHE/KEY/out/loader.img", malloc'd; NULL for an image that runtest did not build. */
static char *manifest_path(const char *image)
{
	const char *slash = image ? strrchr(image, '/') : NULL;
	static const char out[] = "/out";
	size_t n = slash ? (size_t)(slash - image) : 0;

	if (n < sizeof out || strncmp(image + n - (sizeof out - 1), out, sizeof out - 1) != 0)
		return NULL;
	return xasprintf("%.*s/manifest.json", (int)(n - (sizeof out - 1)), image);
}

static void set_build(struct details *d, json_t *object, const struct session_result *s)
{
	char *path = manifest_path(s->image);
	json_t *number = path ? json_object_get(d->build_known, path) : NULL;

	if (path && !number && json_array_size(d->builds) < MOST_BUILDS) {
		json_t *manifest = json_load_file(path, 0, NULL);

		number = manifest ? json_integer((json_int_t)json_array_size(d->builds)) : json_null();
		if (manifest) {
			json_object_del(manifest, "artefacts");
			json_array_append_new(d->builds, manifest);
		}
		json_object_set_new(d->build_known, path, number);
	}
	if (json_is_integer(number))
		json_object_set(object, "build", number);
	free(path);
}

/* ---- one session, and some together ---- */

static int append_text(const char *text, size_t n, void *out)
{
	buf_add(out, text, n);
	return 0;
}

static void set_told(struct details *d, json_t *object, size_t i)
{
	struct session_result s;
	struct buf told;

	if (is_good(&d->r->sessions[i]) || d->told++ >= MOST_TOLD)
		return;
	buf_init(&told);
	run_brief_session(d->b, i, &s, NULL);
	report_failure(&told, d->r, &s, false);
	json_object_set_new(object, "told", fields_text(told.data));
	session_result_finish(&s);
	buf_finish(&told);
}

/* What nobody has read of it may be damaged: the page, which reads it, can say so of the one session. */
static void add_whole(struct buf *text, const struct details *d, size_t i)
{
	static const char *const pages[] = {"pages", NULL};
	struct jsoncut_span whole = d->b->whole[i], evidence;
	size_t before = text->len;

	if (d->r->plan_count > MOST_WHOLE && is_good(&d->r->sessions[i]) &&
	    jsoncut_without_inside(text, whole, "evidence", pages, &evidence))
		return;
	text->len = before;
	buf_add(text, whole.text, whole.n);
}

/* One line: {..., "s": the session as results.json has it}. */
static void add_detail(struct details *d, size_t i, struct buf *text)
{
	const struct session_result *s = &d->r->sessions[i];
	json_t *object = json_object();

	set_told(d, object, i);
	if (d->left_out[i])
		json_object_set_new(object, "from", json_integer((json_int_t)d->left_out[i]));
	if (d->r->plan_count <= MOST_WHOLE || !is_good(s)) {
		set_file(d, object, "map", s, s->survival);
		set_memory(d, object, s);
	}
	set_build(d, object, s);
	if (!d->b->whole[i].text)
		json_object_set_new(object, "s", session_result_write(s, true));
	json_dump_callback(object, append_text, text, JSON_COMPACT);
	if (d->b->whole[i].text) {
		text->len--; /* the bracket */
		buf_adds(text, json_object_size(object) ? ",\"s\":" : "\"s\":");
		add_whole(text, d, i);
		buf_addc(text, '}');
	}
	buf_addc(text, '\n');
	json_decref(object);
}

static void add_chunk(struct details *d, size_t first, struct buf *text)
{
	buf_clear(text);
	for (size_t i = first; i < d->r->plan_count && i < first + HTML_CHUNK; i++)
		add_detail(d, i, text);
	open_data(d->out, 'd', first / HTML_CHUNK);
	pack_add(d->out, text->data, text->len);
	buf_adds(d->out, "</script>\n");
}

static void add_builds(struct details *d, struct buf *text)
{
	buf_clear(text);
	json_dump_callback(d->builds, append_text, text, JSON_COMPACT);
	buf_adds(d->out, "<script type=\"text/plain\" id=\"builds\">");
	pack_add(d->out, text->data, text->len);
	buf_adds(d->out, "</script>\n");
}

void html_details_add(struct buf *out, const struct run_brief *b)
{
	const struct run_record *r = &b->r;
	struct details d = {.b = b, .r = r, .out = out, .builds = json_array(), .build_known = json_object(),
			    .left_out = xcalloc(r->plan_count + 1, sizeof *d.left_out)};
	struct buf text, consoles;

	/* Consoles are read first, since details tell what is missing of them, and written last: few look at them all. */
	buf_init(&text);
	buf_init(&consoles);
	d.out = &consoles;
	add_consoles(&d);
	d.out = out;
	for (size_t i = 0; i < r->plan_count; i += HTML_CHUNK)
		add_chunk(&d, i, &text);
	add_builds(&d, &text);
	if (consoles.len)
		buf_add(out, consoles.data, consoles.len);
	buf_finish(&consoles);
	buf_finish(&text);
	free(d.left_out);
	json_decref(d.builds);
	json_decref(d.build_known);
}
