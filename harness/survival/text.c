/* The survival map for a terminal: a line for each band of pages, time from left to right. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "survival/draw.h"
#include "survival/track.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

enum { LEAST_WIDTH = 60, MOST_NAME = 24, NEITHER = 13 /* access and pages, and what stands between columns */ };

/* Letters say it without colours; colours are those of the picture, as near as 256 come. */
static const struct {
	char letter;
	const char *colour;
} looks[SHADE_COUNT] = {
	[STATE_NOT_LOADED] = {'.', "\033[2m"},
	[STATE_ZEROED] = {'o', "\033[38;5;245m"},
	[STATE_BLANK] = {'-', "\033[2m"},
	[STATE_INTACT] = {'=', "\033[38;5;32m"},
	[STATE_CHANGED] = {'x', "\033[38;5;214m"},
	[STATE_CLEARED] = {'0', "\033[1;38;5;202m"},
	[STATE_RESTORED] = {'R', "\033[38;5;117m"},
	[STATE_UPDATED] = {'u', "\033[38;5;175m"},
	[SHADE_WRITTEN] = {'w', "\033[38;5;180m"},
	[SHADE_THINNED] = {'~', "\033[38;5;245m"},
};

struct drawing {
	struct buf *out;
	const struct survival_map *map;
	struct map_tracks tracks;
	struct map_view view;
	size_t name_width;
	bool colour, unsure;
	bool used[SHADE_COUNT];
};

static const char ids[] = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

static void pad(struct buf *out, size_t n)
{
	while (n--)
		buf_addc(out, ' ');
}

static size_t label_width(const struct drawing *d)
{
	return d->name_width + NEITHER;
}

/* Trailing blanks go, whatever was put there. */
static void end_line(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_addc(out, '\n');
}

/* ---- above the pages ---- */

static void draw_axis(struct drawing *d)
{
	int64_t step = axis_step(&d->view, (int)(d->view.columns / 12) + 1);
	char *line = xcalloc(d->view.columns + 64, 1);
	size_t free_from = 0;

	memset(line, ' ', d->view.columns + 32);
	for (int64_t at = (d->view.from_us + step - 1) / step * step; at <= d->view.to_us; at += step) {
		size_t column = map_view_column(&d->view, at);
		struct buf text;

		buf_init(&text);
		buf_printf(&text, "|%g%s", (double)at / (d->view.to_us < 10000000 ? 1e3 : 1e6),
			   free_from ? "" : d->view.to_us < 10000000 ? " ms" : " s");
		if (column >= free_from && column + text.len <= d->view.columns) {
			memcpy(line + column, text.data, text.len);
			free_from = column + text.len + 1;
		}
		buf_finish(&text);
	}
	pad(d->out, label_width(d));
	buf_add(d->out, line, d->view.columns);
	end_line(d->out);
	free(line);
}

static void draw_marks(struct drawing *d, const struct mark_group *groups, size_t count)
{
	size_t column = 0;

	if (!count)
		return;
	pad(d->out, label_width(d));
	for (size_t i = 0; i < count && i < sizeof ids - 1; i++) {
		pad(d->out, groups[i].column - column);
		buf_addc(d->out, ids[i]);
		column = groups[i].column + 1;
	}
	end_line(d->out);
}

/* ---- pages ---- */

static void draw_cells(struct drawing *d, const struct cell *cells)
{
	for (size_t i = 0; i < d->view.columns; i++) {
		bool first = i == 0 || memcmp(&cells[i], &cells[i - 1], sizeof *cells) != 0;
		bool last = i + 1 == d->view.columns || memcmp(&cells[i], &cells[i + 1], sizeof *cells) != 0;

		if (d->colour && first && !cells[i].unsure)
			buf_adds(d->out, looks[cells[i].shade].colour);
		buf_addc(d->out, cells[i].unsure ? '?' : looks[cells[i].shade].letter);
		if (d->colour && last && !cells[i].unsure)
			buf_adds(d->out, "\033[0m");
		d->unsure |= cells[i].unsure;
		d->used[cells[i].shade] |= !cells[i].unsure;
	}
	buf_addc(d->out, '\n');
}

static void draw_region(struct drawing *d, const struct map_region *r, struct cell *cells)
{
	for (uint32_t p = r->first, n; p < r->first + r->pages; p += n) {
		size_t begun = d->out->len;

		n = tracks_band(&d->tracks, p, &d->view, cells);
		if (p == r->first)
			text_add_shortened(d->out, r->name, d->name_width);
		pad(d->out, d->name_width - utf8_width(d->out->data + begun, d->out->len - begun));
		buf_printf(d->out, "  %-2.2s %5u   ", p == r->first ? r->access : "", n);
		draw_cells(d, cells);
	}
}

/* ---- below the pages ---- */

static void draw_legend(struct drawing *d)
{
	buf_adds(d->out, "\n");
	for (int i = 0; i < SHADE_COUNT; i++)
		if (d->used[i])
			buf_printf(d->out, "  %s%c%s  %s\n", d->colour ? looks[i].colour : "", looks[i].letter,
				   d->colour ? "\033[0m" : "", shade_meaning((enum shade)i));
	if (d->unsure)
		buf_adds(d->out, "  ?  it came to the state behind it in here, between two samples\n");
}

static void draw_mark_list(struct drawing *d, const struct mark_group *groups, size_t count)
{
	buf_adds(d->out, "\n");
	for (size_t i = 0; i < count && i < sizeof ids - 1; i++) {
		struct buf when, what;

		buf_init(&when);
		buf_init(&what);
		time_say(&when, d->map->marks[groups[i].first].at_us);
		marks_say(&what, d->map, &groups[i]);
		buf_printf(d->out, "  %c %10s  ", ids[i], when.data);
		text_add_line(d->out, what.data);
		buf_addc(d->out, '\n');
		buf_finish(&when);
		buf_finish(&what);
	}
	if (count > sizeof ids - 1)
		buf_printf(d->out, "  and %zu marks further on\n", count - (sizeof ids - 1));
}

static void draw_limits(struct drawing *d)
{
	const struct survival_map *m = d->map;

	if (m->left_out)
		buf_printf(d->out, "\n%" PRIu64 " more pages of the image were not sampled\n", m->left_out);
	if (m->thinned_changes)
		buf_printf(d->out, "\n%" PRIu64 " changes between the first and the last ones were only counted\n",
			   m->thinned_changes);
	if (m->thinned_marks)
		buf_printf(d->out, "\n%" PRIu64 " marks between the first and the last ones were left out\n", m->thinned_marks);
}

static size_t longest_name(const struct survival_map *m)
{
	size_t longest = strlen("region");

	for (size_t i = 0; i < m->region_count; i++) {
		size_t n = utf8_width(m->regions[i].name, strlen(m->regions[i].name));

		longest = n > longest ? n : longest;
	}
	return longest < MOST_NAME ? longest : MOST_NAME;
}

static void draw_head(struct drawing *d)
{
	const struct survival_map *m = d->map;

	text_add_line(d->out, m->session);
	buf_printf(d->out, "\n%u pages in %zu regions, seen in %" PRIu64 " samples, %" PRIu64
			   " of them while the machine stood still; the longest took %" PRId64 " us\n\n",
		   m->page_count, m->region_count, m->samples, m->exact_samples, m->slowest_us);
}

void map_draw_text(struct buf *out, const struct survival_map *m, size_t width, bool colour)
{
	struct drawing d = {.out = out, .map = m, .colour = colour, .name_width = longest_name(m)};
	struct mark_group *groups;
	struct cell *cells;
	size_t count;

	d.view = map_view_of(m, (width < LEAST_WIDTH ? LEAST_WIDTH : width) - label_width(&d));
	cells = xcalloc(d.view.columns, sizeof *cells);
	tracks_make(&d.tracks, m);
	groups = marks_group(m, &d.view, 0, &count);
	draw_head(&d);
	draw_axis(&d);
	draw_marks(&d, groups, count);
	buf_printf(out, "%-*s  %-2s %5s\n", (int)d.name_width, "region", "", "pages");
	for (size_t i = 0; i < m->region_count; i++)
		draw_region(&d, &m->regions[i], cells);
	draw_legend(&d);
	draw_mark_list(&d, groups, count);
	draw_limits(&d);
	free(groups);
	free(cells);
	tracks_finish(&d.tracks);
}
