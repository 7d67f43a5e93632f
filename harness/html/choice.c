#include "html/choice.h"

#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/mem.h"

/* All together, in bytes before they are packed. */
enum {
	MIB = 1 << 20,
	MOST_CONSOLES = 128 * MIB,
	MOST_GOOD_CONSOLES = 4 * MIB,
	MOST_FILES = 32 * MIB, /* survival maps and looks at memory */
	MOST_GOOD_FILES = 16 * MIB,
	MOST_BUILDS = 1000,
	MOST_TOLD = 1000,
	MOST_WHOLE = 2000, /* sessions of a run of which those that are well are carried whole */
};

/* What has been chosen so far. */
struct chooser {
	struct html_choice *c;
	const struct run_record *r;
	json_t *known; /* object: path of a manifest -> its place, or null */
	uint64_t console_bytes, file_bytes;
	size_t told;
};

static bool is_well(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return verdict_is_ok(v) || v == VERDICT_SKIPPED;
}

char *html_path_of(const struct run_record *r, const struct session_result *s, const char *file)
{
	return s->dir && file ? xasprintf("%s/%s/%s", r->dir, s->dir, file) : NULL;
}

/* Of a session's file; -1: it is not there. */
static long long size_of(const struct chooser *h, size_t i, const char *file)
{
	char *path = html_path_of(h->r, &h->r->sessions[i], file);
	long long size = path ? file_size(path) : -1;

	free(path);
	return size;
}

static void choose_console(struct chooser *h, size_t i)
{
	struct html_carried *of = &h->c->of[i];
	uint64_t most = of->well ? MOST_GOOD_CONSOLES : MOST_CONSOLES;
	long long size = h->console_bytes < most ? size_of(h, i, h->r->sessions[i].console) : -1;

	if (size < 0)
		return;
	of->console = true;
	of->before = size > CHOICE_OF_CONSOLE ? (uint64_t)size - CHOICE_OF_CONSOLE : 0;
	h->console_bytes += (uint64_t)size - of->before;
	h->c->consoles[h->c->console_count++] = i;
}

static bool choose_file(struct chooser *h, size_t i, const char *file)
{
	uint64_t most = h->c->of[i].well ? MOST_GOOD_FILES : MOST_FILES;
	long long size = h->file_bytes < most ? size_of(h, i, file) : -1;

	if (size <= 0 || size > CHOICE_OF_FILE)
		return false;
	h->file_bytes += (uint64_t)size;
	return true;
}

static void choose_files(struct chooser *h, size_t i)
{
	const struct session_result *s = &h->r->sessions[i];
	struct html_carried *of = &h->c->of[i];

	if (!of->whole)
		return;
	of->map = choose_file(h, i, s->survival);
	of->memory = choose_file(h, i, s->witness);
}

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

/* The place of that manifest, NULL when there is no room for it. */
static const json_t *place_of(struct chooser *h, const char *path)
{
	json_t *place = json_object_get(h->known, path), *manifest;

	if (place || json_array_size(h->c->builds) >= MOST_BUILDS)
		return place;
	manifest = json_load_file(path, 0, NULL);
	place = manifest ? json_integer((json_int_t)json_array_size(h->c->builds)) : json_null();
	json_object_set_new(h->known, path, place);
	if (manifest) {
		json_object_del(manifest, "artefacts");
		json_array_append_new(h->c->builds, manifest);
	}
	return place;
}

static void choose_build(struct chooser *h, size_t i)
{
	char *path = manifest_path(h->r->sessions[i].image);
	const json_t *place = path ? place_of(h, path) : NULL;

	h->c->of[i].build = json_is_integer(place) ? (int)json_integer_value(place) : -1;
	free(path);
}

static void choose_session(struct chooser *h, size_t i)
{
	struct html_carried *of = &h->c->of[i];

	of->well = is_well(&h->r->sessions[i]);
	of->told = !of->well && h->told++ < MOST_TOLD;
	of->whole = !of->well || h->r->plan_count <= MOST_WHOLE;
	choose_build(h, i);
}

void html_choose(struct html_choice *c, const struct run_record *r)
{
	struct chooser h = {.c = c, .r = r, .known = json_object()};

	*c = (struct html_choice){.of = xcalloc(r->plan_count + 1, sizeof *c->of),
				  .consoles = xcalloc(r->plan_count + 1, sizeof *c->consoles), .builds = json_array()};
	for (size_t i = 0; i < r->plan_count; i++)
		choose_session(&h, i);
	for (int well = 0; well <= 1; well++) {
		for (size_t i = 0; i < r->plan_count; i++) {
			if (c->of[i].well != (well == 1))
				continue;
			choose_console(&h, i);
			choose_files(&h, i);
		}
	}
	json_decref(h.known);
}

void html_choice_finish(struct html_choice *c)
{
	free(c->of);
	free(c->consoles);
	json_decref(c->builds);
}
