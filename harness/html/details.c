#include "html/details.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html/choice.h"
#include "html/index.h"
#include "html/pack.h"
#include "result/fields.h"
#include "result/model_json.h"
#include "result/report.h"
#include "result/reproduce.h"
#include "util/crew.h"
#include "util/file.h"
#include "util/jsoncut.h"
#include "util/mem.h"
#include "util/text.h"

/* What a thread works with. */
struct hand {
	struct packer *packer;
	struct buf bytes, text; /* of the last piece of work */
};

/* Pieces of work: first all consoles that are carried, then all chunks of results. Nothing but its own hand and its own
 * `made` is written by one. */
struct details {
	const struct run_brief *b;
	const struct html_choice *choice;
	struct hand *hands;
	struct buf *made; /* by piece: what the page gets of it */
};

static void open_data(struct buf *out, char letter, size_t n)
{
	buf_printf(out, "<script type=\"text/plain\" id=\"%c%zu\">", letter, n);
}

static void close_data(struct buf *out)
{
	buf_adds(out, "</script>\n");
}

/* ---- files of a session ---- */

/* At most `most` bytes of a file from `from` on, into `out`, which is emptied first. */
static void read_part(struct buf *out, const char *path, uint64_t from, size_t most)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	char piece[1 << 16];
	ssize_t n;

	buf_clear(out);
	if (fd < 0)
		return;
	while (out->len < most && (n = pread(fd, piece, sizeof piece, (off_t)(from + out->len))) > 0)
		buf_add(out, piece, (size_t)n);
	close(fd);
}

static void read_file(struct hand *h, const struct details *d, size_t i, const char *file)
{
	char *path = html_path_of(&d->b->r, &d->b->r.sessions[i], file);

	read_part(&h->bytes, path, 0, CHOICE_OF_FILE);
	free(path);
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

static void read_index(struct buf *bytes, const char *path, uint64_t before)
{
	long long size = file_size(path);
	uint64_t cut = size > CHOICE_OF_INDEX ? (uint64_t)size - CHOICE_OF_INDEX : 0;
	const char *first;

	read_part(bytes, path, cut, CHOICE_OF_INDEX);
	first = cut ? memchr(bytes->data, '\n', bytes->len) : NULL; /* the first line may be cut */
	if (first)
		buf_drop_front(bytes, (size_t)(first + 1 - bytes->data));
	buf_drop_front(bytes, index_begin(bytes, before));
}

static void add_index(struct buf *out, struct hand *h, const struct details *d, size_t i)
{
	const struct session_result *s = &d->b->r.sessions[i];
	char *path = html_path_of(&d->b->r, s, s->index);

	if (path)
		read_index(&h->bytes, path, d->choice->of[i].before);
	if (path && h->bytes.len) {
		open_data(out, 'i', i);
		pack_add(h->packer, out, h->bytes.data, h->bytes.len);
		close_data(out);
	}
	free(path);
}

static void add_console(struct buf *out, struct hand *h, const struct details *d, size_t i)
{
	const struct session_result *s = &d->b->r.sessions[i];
	char *path = html_path_of(&d->b->r, s, s->console);

	read_part(&h->bytes, path, d->choice->of[i].before, CHOICE_OF_CONSOLE);
	open_data(out, 'k', i);
	pack_add(h->packer, out, h->bytes.data, h->bytes.len);
	close_data(out);
	add_index(out, h, d, i);
	free(path);
}

static void set_map(json_t *object, struct hand *h, const struct details *d, size_t i)
{
	struct buf clean;

	read_file(h, d, i, d->b->r.sessions[i].survival);
	buf_init(&clean);
	text_add_utf8(&clean, h->bytes.data, h->bytes.len);
	if (clean.len)
		json_object_set_new(object, "map", json_stringn_nocheck(clean.data, clean.len));
	buf_finish(&clean);
}

/* What the witness kept of pages that differ. */
static void set_memory(json_t *object, struct hand *h, const struct details *d, size_t i)
{
	struct jsoncut_span found;

	read_file(h, d, i, d->b->r.sessions[i].witness);
	found = jsoncut_member((struct jsoncut_span){h->bytes.data, h->bytes.len}, "differences");
	if (found.n > strlen("[]"))
		json_object_set_new(object, "memory", json_loadb(found.text, found.n, 0, NULL));
}

/* ---- one session, and some together ---- */

static int append_text(const char *text, size_t n, void *out)
{
	buf_add(out, text, n);
	return 0;
}

/* As the terminal has them: [[what, purpose, line], ...]. */
static json_t *commands_of(const struct details *d, const struct session_result *s)
{
	json_t *all = json_array();
	struct reproduce p;
	struct arena a;

	arena_init(&a);
	reproduce_find(&p, &d->b->r, s, &a);
	for (size_t i = 0; i < p.count; i++) {
		json_t *command = json_array();

		json_array_append_new(command, json_string(p.commands[i].what));
		json_array_append_new(command, json_string(p.commands[i].purpose));
		json_array_append_new(command, fields_text(p.commands[i].line));
		json_array_append_new(all, command);
	}
	arena_finish(&a);
	return all;
}

/* Only what has been read in full can be told. */
static void set_told(json_t *object, const struct details *d, size_t i)
{
	struct session_result s;
	struct buf told;

	buf_init(&told);
	run_brief_session(d->b, i, &s, NULL);
	report_failure(&told, &d->b->r, &s, false);
	json_object_set_new(object, "told", fields_text(told.data));
	json_object_set_new(object, "commands", commands_of(d, &s));
	session_result_finish(&s);
	buf_finish(&told);
}

/* What nobody has read of it may be damaged: the page, which reads it, can say so of the one session. */
static void add_result(struct buf *text, const struct details *d, size_t i)
{
	static const char *const pages[] = {"pages", NULL};
	struct jsoncut_span whole = d->b->whole[i], evidence;
	size_t before = text->len;

	if (!d->choice->of[i].whole && jsoncut_without_inside(text, whole, "evidence", pages, &evidence))
		return;
	text->len = before;
	buf_add(text, whole.text, whole.n);
}

static json_t *detail_of(struct hand *h, const struct details *d, size_t i)
{
	const struct html_carried *of = &d->choice->of[i];
	json_t *object = json_object();

	if (of->told)
		set_told(object, d, i);
	else
		json_object_set_new(object, "commands", commands_of(d, &d->b->r.sessions[i]));
	if (of->console && of->before)
		json_object_set_new(object, "from", json_integer((json_int_t)of->before));
	if (of->map)
		set_map(object, h, d, i);
	if (of->memory)
		set_memory(object, h, d, i);
	if (of->build >= 0)
		json_object_set_new(object, "build", json_integer(of->build));
	if (!d->b->whole[i].text)
		json_object_set_new(object, "s", session_result_write(&d->b->r.sessions[i], true));
	return object;
}

/* One line: {..., "s": the session as results.json has it}. */
static void add_detail(struct buf *text, struct hand *h, const struct details *d, size_t i)
{
	json_t *object = detail_of(h, d, i);

	json_dump_callback(object, append_text, text, JSON_COMPACT);
	if (d->b->whole[i].text) {
		text->len--; /* the bracket */
		buf_adds(text, json_object_size(object) ? ",\"s\":" : "\"s\":");
		add_result(text, d, i);
		buf_addc(text, '}');
	}
	buf_addc(text, '\n');
	json_decref(object);
}

static void add_chunk(struct buf *out, struct hand *h, const struct details *d, size_t chunk)
{
	size_t first = chunk * HTML_CHUNK;

	buf_clear(&h->text);
	for (size_t i = first; i < d->b->r.plan_count && i < first + HTML_CHUNK; i++)
		add_detail(&h->text, h, d, i);
	open_data(out, 'd', chunk);
	pack_add(h->packer, out, h->text.data, h->text.len);
	close_data(out);
}

/* ---- all of them ---- */

static void make_piece(void *arg, size_t hand, size_t piece)
{
	struct details *d = arg;
	size_t consoles = d->choice->console_count;

	if (piece < consoles)
		add_console(&d->made[piece], &d->hands[hand], d, d->choice->consoles[piece]);
	else
		add_chunk(&d->made[piece], &d->hands[hand], d, piece - consoles);
}

static void add_builds(struct buf *out, struct hand *h, const json_t *builds)
{
	buf_clear(&h->text);
	json_dump_callback(builds, append_text, &h->text, JSON_COMPACT);
	buf_adds(out, "<script type=\"text/plain\" id=\"builds\">");
	pack_add(h->packer, out, h->text.data, h->text.len);
	close_data(out);
}

static void add_pieces(struct buf *out, struct details *d, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		buf_add(out, d->made[i].data, d->made[i].len);
		buf_finish(&d->made[i]);
	}
}

static void start_hands(struct details *d, size_t n)
{
	d->hands = xcalloc(n, sizeof *d->hands);
	for (size_t i = 0; i < n; i++)
		d->hands[i].packer = packer_new();
}

static void end_hands(struct details *d, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		packer_free(d->hands[i].packer);
		buf_finish(&d->hands[i].bytes);
		buf_finish(&d->hands[i].text);
	}
	free(d->hands);
}

void html_details_add(struct buf *out, const struct run_brief *b)
{
	struct html_choice choice;
	struct details d = {.b = b, .choice = &choice};
	size_t hands = crew_hands(), consoles, pieces;

	html_choose(&choice, &b->r);
	consoles = choice.console_count;
	pieces = consoles + (b->r.plan_count + HTML_CHUNK - 1) / HTML_CHUNK;
	d.made = xcalloc(pieces + 1, sizeof *d.made);
	start_hands(&d, hands);
	crew_do(pieces, make_piece, &d);
	/* Consoles come last in the page: few look at them all. */
	add_pieces(out, &d, consoles, pieces);
	add_builds(out, &d.hands[0], choice.builds);
	add_pieces(out, &d, 0, consoles);
	end_hands(&d, hands);
	free(d.made);
	html_choice_finish(&choice);
}
