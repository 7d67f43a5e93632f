/* What a survival map's file may hold, below a last line that says that it is as it was written. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "survival/draw.h"
#include "survival/file.h"
#include "survival/made.h"

const unsigned fuzz_cost = 20;

static void draw(const struct survival_map *m)
{
	struct buf out = {0};

	map_draw_text(&out, m, 80, true);
	map_draw_svg(&out, m);
	map_draw_json(&out, m);
	buf_finish(&out);
}

static void read_file(const char *text, size_t n)
{
	struct survival_map m;
	struct err e;

	if (map_parse(&m, "survival.jsonl", text, n, &e) == 0)
		draw(&m);
	map_finish(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf whole = {0};

	buf_add(&whole, bytes, n);
	read_file(whole.data ? whole.data : "", whole.len);
	buf_printf(&whole, "{\"end\":\"%08lx\"}\n", crc32(0, (const Bytef *)bytes, (uInt)n));
	read_file(whole.data, whole.len);
	buf_finish(&whole);
	return 0;
}

/* Without the last line, which is put under every input. */
static void seed(struct survival_map *m, void (*add)(const void *bytes, size_t n))
{
	char *text = map_text(m);

	add(text, (size_t)(strstr(text, "{\"end\"") - text));
	free(text);
	map_finish(m);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct survival_map m;

	made_story(&m);
	seed(&m, add);
	made_map(&m);
	for (int64_t i = 0; i < MAP_MOST_CHANGES + 10; i++)
		made_change(&m, 0, 1, i % 2 ? STATE_INTACT : STATE_CHANGED, i, i + 1);
	memmove(m.changes + 7, m.changes + m.thinned_at - 10, 10 * sizeof *m.changes); /* small, and thinned */
	m.thinned_at = 7;
	m.change_count = 17;
	seed(&m, add);
}
