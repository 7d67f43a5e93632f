/*
 * The survival map as a picture. It is narrow, so that it can be read on a telephone; colours are of Okabe and Ito's
 * palette, which people with any kind of colour vision tell apart, and what is lost has a pattern besides.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "survival/draw.h"
#include "survival/track.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

/* In the picture's own units. */
enum {
	WIDTH = 480,
	EDGE = 14,
	LEFT = 124,                    /* where time begins; regions' names stand before */
	PLOT = WIDTH - LEFT - EDGE,
	COLUMNS = 2 * PLOT,
	HEAD = 86,                     /* title and what stands below it */
	MOST_MARKS = 14,               /* that are told apart */
	MARK_ROW = 18, MARK_SIZE = 16, /* a mark's number */
	MARK_ROWS = 3,                 /* at most, where numbers would cover each other */
	PAGES = 300,                   /* so high are all pages together, if they need not be higher */
	LEAST_REGION = 17,             /* a name must fit beside it */
	GAP = 5,
	AXIS = 24,
	LINE = 19,                     /* of text */
	NAME_COLUMNS = 16,
	WORD_COLUMNS = 50,             /* of what a mark is */
};

static const double most_page = 9.0, page_with_edge = 4.0;

struct picture {
	struct buf *out;
	const struct survival_map *map;
	struct map_tracks tracks;
	struct map_view view;
	double page, top, bottom; /* height of a page; of the regions */
	struct mark_group *groups;
	size_t group_count;
	unsigned rows; /* of numbers */
	bool unsure;
	bool used[SHADE_COUNT];
};

static void add_text(struct buf *out, const char *s)
{
	struct buf clean;

	buf_init(&clean);
	text_add_xml(&clean, s);
	for (size_t i = 0; i < clean.len; i++)
		switch (clean.data[i]) {
		case '&': buf_adds(out, "&amp;"); break;
		case '<': buf_adds(out, "&lt;"); break;
		case '>': buf_adds(out, "&gt;"); break;
		default: buf_addc(out, clean.data[i]);
		}
	buf_finish(&clean);
}

/* ---- what the picture is made of ---- */

/* The dark half says only what is other. */
static const char style[] =
	"<style>\n"
	"text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; font-size: 13px; fill: #1f2328; }\n"
	".title { font-size: 16px; font-weight: 600; }\n"
	".dim { fill: #59636e; }\n"
	".small { font-size: 12px; }\n"
	".number { font-size: 11px; font-weight: 700; text-anchor: middle; fill: #ffffff; }\n"
	".two { font-size: 9.5px; letter-spacing: -.3px; }\n"
	".paper { fill: #ffffff; stroke: #d1d9e0; }\n"
	".edge { stroke: #ffffff; stroke-opacity: .55; stroke-width: .7; }\n"
	".tick { stroke: #59636e; stroke-width: 1; }\n"
	".mark { stroke: #1f2328; stroke-width: 1.2; }\n"
	".look { stroke-dasharray: 4 3; }\n"
	".boot { stroke-width: 2.6; }\n"
	".console { stroke-dasharray: 1.5 3; }\n"
	".badge { fill: #1f2328; stroke: #ffffff; stroke-width: 1.5; }\n"
	".not-loaded { fill: #eaeef2; }\n"
	".zeroed { fill: #b1bac4; }\n"
	".blank { fill: #d5dbe1; }\n"
	".intact { fill: #0072b2; }\n"
	".restored { fill: #56b4e9; }\n"
	".updated { fill: #cc79a7; }\n"
	".written { fill: #f5dfb0; }\n"
	".unsure { opacity: .45; }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"text { fill: #f0f6fc; }\n"
	".dim { fill: #9198a1; }\n"
	".number { fill: #0d1117; }\n"
	".paper { fill: #0d1117; stroke: #3d444d; }\n"
	".edge { stroke: #0d1117; }\n"
	".tick { stroke: #9198a1; }\n"
	".mark { stroke: #f0f6fc; }\n"
	".badge { fill: #f0f6fc; stroke: #0d1117; }\n"
	".not-loaded { fill: #212830; }\n"
	".zeroed { fill: #59636e; }\n"
	".blank { fill: #323a44; }\n"
	".intact { fill: #2f95d6; }\n"
	".restored { fill: #8fd0f5; }\n"
	".written { fill: #6e5a2c; }\n"
	"}\n"
	"</style>\n";

/* Patterns of their own for what one must not overlook. */
static const char patterns[] =
	"<defs>\n"
	"<pattern id=\"cleared\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	"<rect width=\"7\" height=\"7\" fill=\"#d55e00\"/><rect width=\"2\" height=\"7\" fill=\"#ffb27a\"/></pattern>\n"
	"<pattern id=\"changed\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"6\" height=\"6\" fill=\"#e69f00\"/><circle cx=\"3\" cy=\"3\" r=\"1.5\" fill=\"#5c3d00\"/></pattern>\n"
	"<pattern id=\"thinned\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"6\" height=\"6\" fill=\"#8c959f\"/><path d=\"M0 0L6 6M6 0L0 6\" stroke=\"#ffffff\"/></pattern>\n"
	"</defs>\n";

static const char *paint_of(enum shade s)
{
	switch ((int)s) {
	case STATE_CLEARED: return "fill=\"url(#cleared)\"";
	case STATE_CHANGED: return "fill=\"url(#changed)\"";
	case SHADE_THINNED: return "fill=\"url(#thinned)\"";
	default: return NULL;
	}
}

static void add_rect(struct picture *p, double x, double y, double w, double h, enum shade s, bool unsure)
{
	const char *paint = paint_of(s);

	buf_printf(p->out, "<rect x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\" ", x, y, w, h);
	if (paint)
		buf_printf(p->out, "%s%s/>\n", paint, unsure ? " class=\"unsure\"" : "");
	else
		buf_printf(p->out, "class=\"%s%s\"/>\n", shade_name(s), unsure ? " unsure" : "");
}

static double x_of(size_t column)
{
	return LEFT + (double)column * PLOT / COLUMNS;
}

/* ---- regions ---- */

static double region_height(const struct picture *p, const struct map_region *r)
{
	double h = p->page * r->pages;

	return h < LEAST_REGION ? LEAST_REGION : h;
}

static void draw_band(struct picture *p, const struct cell *cells, double y, double h)
{
	for (size_t i = 0, n; i < COLUMNS; i += n) {
		for (n = 1; i + n < COLUMNS && memcmp(&cells[i], &cells[i + n], sizeof *cells) == 0; n++)
			;
		add_rect(p, x_of(i), y, (double)n * PLOT / COLUMNS, h, (enum shade)cells[i].shade, cells[i].unsure);
		p->used[cells[i].shade] = true;
		p->unsure |= cells[i].unsure;
	}
}

static void draw_edges(struct picture *p, const struct map_region *r, double y, double page)
{
	if (page < page_with_edge)
		return;
	for (uint32_t i = 1; i < r->pages; i++)
		buf_printf(p->out, "<line class=\"edge\" x1=\"%d\" x2=\"%d\" y1=\"%.2f\" y2=\"%.2f\"/>\n", LEFT, LEFT + PLOT,
			   y + page * i, y + page * i);
}

/* Its name, its access, and how many pages it has where there is room for a second line. */
static void draw_name(struct picture *p, const struct map_region *r, double y, double h)
{
	double middle = y + h / 2;
	bool two = h >= 2 * LINE - 4;
	struct buf name;

	buf_init(&name);
	text_add_shortened(&name, r->name, NAME_COLUMNS);
	buf_printf(p->out, "<text class=\"small\" x=\"%d\" y=\"%.1f\">", EDGE, middle + (two ? -3 : 4));
	add_text(p->out, name.data);
	if (!two && utf8_width(name.data, name.len) + 3 < NAME_COLUMNS)
		buf_printf(p->out, "<tspan class=\"dim\"> %s</tspan>", r->access);
	buf_adds(p->out, "</text>\n");
	if (two)
		buf_printf(p->out, "<text class=\"small dim\" x=\"%d\" y=\"%.1f\">%s, %u pages</text>\n", EDGE, middle + 12, r->access,
			   r->pages);
	buf_finish(&name);
}

static double draw_region(struct picture *p, const struct map_region *r, double y, struct cell *cells)
{
	double h = region_height(p, r), page = h / r->pages;

	buf_adds(p->out, "<g><title>");
	add_text(p->out, r->name);
	buf_printf(p->out, " (%s, %s): ", r->owner, r->access);
	region_say(p->out, &p->tracks, r);
	buf_adds(p->out, "</title>\n");
	for (uint32_t i = r->first, n; i < r->first + r->pages; i += n) {
		n = tracks_band(&p->tracks, i, &p->view, cells);
		draw_band(p, cells, y + page * (i - r->first), page * n);
	}
	draw_edges(p, r, y, page);
	buf_adds(p->out, "</g>\n");
	draw_name(p, r, y, h);
	return y + h;
}

static void draw_regions(struct picture *p)
{
	struct cell *cells = xcalloc(COLUMNS, sizeof *cells);
	double y = p->top;

	for (size_t i = 0; i < p->map->region_count; i++)
		y = draw_region(p, &p->map->regions[i], y, cells) + GAP;
	free(cells);
}

/* ---- time ---- */

static void draw_axis(struct picture *p)
{
	int64_t step = axis_step(&p->view, 7);
	bool seconds = p->view.to_us >= 10000000;

	for (int64_t at = (p->view.from_us + step - 1) / step * step; at <= p->view.to_us; at += step) {
		double x = x_of(map_view_column(&p->view, at));

		buf_printf(p->out, "<line class=\"tick\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", x, x, p->bottom + 2,
			   p->bottom + 6);
		buf_printf(p->out, "<text class=\"small dim\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%g</text>\n", x,
			   p->bottom + 19, (double)at / (seconds ? 1e6 : 1e3));
	}
	buf_printf(p->out, "<text class=\"small dim\" x=\"%d\" y=\"%.1f\">time in %s</text>\n", EDGE, p->bottom + 19,
		   seconds ? "s" : "ms");
}

static const char *mark_class(enum mark_kind k)
{
	switch (k) {
	case MARK_LOOK: return "mark look";
	case MARK_CONSOLE: return "mark console";
	case MARK_POWER_ON: case MARK_RESET: case MARK_POWER_CYCLE: return "mark boot";
	default: return "mark";
	}
}

/* A phase or a boot decides how the line of its group looks. */
static enum mark_kind kind_of(const struct picture *p, const struct mark_group *g)
{
	enum mark_kind kind = p->map->marks[g->first].kind;

	for (size_t i = 1; i < g->count; i++)
		if (p->map->marks[g->first + i].kind < kind)
			kind = p->map->marks[g->first + i].kind;
	return kind;
}

/* The first row in which the number covers none before it. */
static unsigned row_for(double x, double *ends)
{
	unsigned row = 0;

	while (row + 1 < MARK_ROWS && x - MARK_SIZE / 2.0 < ends[row])
		row++;
	ends[row] = x + MARK_SIZE / 2.0 + 1;
	return row;
}

static unsigned mark_rows(const struct picture *p)
{
	double ends[MARK_ROWS] = {0};
	unsigned rows = 0;

	for (size_t i = 0; i < p->group_count; i++) {
		unsigned row = row_for(x_of(p->groups[i].column), ends) + 1;

		rows = row > rows ? row : rows;
	}
	return rows;
}

static void draw_badge(struct picture *p, double x, double y, size_t number)
{
	buf_printf(p->out, "<circle class=\"badge\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/><text class=\"number%s\" x=\"%.1f\" "
			   "y=\"%.1f\">%zu</text>\n", x, y, MARK_SIZE / 2, number > 9 ? " two" : "", x, y + 4, number);
}

static void draw_marks(struct picture *p)
{
	double ends[MARK_ROWS] = {0};

	for (size_t i = 0; i < p->group_count; i++) {
		double x = x_of(p->groups[i].column), y = HEAD + MARK_ROW * row_for(x, ends) + MARK_SIZE / 2.0;

		if (p->map->marks[p->groups[i].first].at_us < p->view.from_us)
			continue; /* it is at the edge because there is nothing before that */
		buf_printf(p->out, "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
			   mark_class(kind_of(p, &p->groups[i])), x, x, y, p->bottom + 2);
	}
	memset(ends, 0, sizeof ends);
	for (size_t i = 0; i < p->group_count; i++) {
		double x = x_of(p->groups[i].column);

		draw_badge(p, x, HEAD + MARK_ROW * row_for(x, ends) + MARK_SIZE / 2.0, i + 1);
	}
}

/* ---- words ---- */

static void draw_head(struct picture *p, double height)
{
	const struct survival_map *m = p->map;

	buf_printf(p->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\" "
			   "role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">Survival map of ", WIDTH, height, WIDTH,
		   height);
	add_text(p->out, m->session);
	buf_adds(p->out, "</title>\n<desc id=\"desc\">Pages of memory from top to bottom, time from left to right. At the end: ");
	for (size_t i = 0; i < m->region_count; i++) {
		buf_adds(p->out, i ? "; " : "");
		add_text(p->out, m->regions[i].name);
		buf_adds(p->out, ": ");
		region_say(p->out, &p->tracks, &m->regions[i]);
	}
	buf_printf(p->out, ".</desc>\n%s%s<rect class=\"paper\" x=\".5\" y=\".5\" width=\"%d\" height=\"%.0f\" rx=\"6\"/>\n", style,
		   patterns, WIDTH - 1, height - 1);
}

/* The scenario, then what ran it: in one line they are too long. */
static void draw_title(struct picture *p)
{
	const struct survival_map *m = p->map;
	size_t scenario = strcspn(m->session, ".");
	char *name = xasprintf("%.*s", (int)scenario, m->session);
	struct buf rest;

	buf_init(&rest);
	text_add_shortened(&rest, m->session + scenario + (m->session[scenario] != '\0'), 62);
	buf_printf(p->out, "<text class=\"title\" x=\"%d\" y=\"28\">", EDGE);
	add_text(p->out, name);
	buf_printf(p->out, "</text>\n<text x=\"%d\" y=\"48\">", EDGE);
	add_text(p->out, rest.data ? rest.data : "");
	buf_printf(p->out, "</text>\n<text class=\"dim\" x=\"%d\" y=\"68\">%u pages, seen in %" PRIu64 " samples, %" PRIu64
			   " of them exact</text>\n", EDGE, m->page_count, m->samples, m->exact_samples);
	buf_finish(&rest);
	free(name);
}

static void draw_legend_entry(struct picture *p, unsigned i, enum shade s, bool unsure, double y)
{
	double x = i % 2 ? WIDTH / 2.0 + 4 : EDGE;
	unsigned row = i / 2;

	y += row * LINE;
	add_rect(p, x, y - 11, 14, 14, s, unsure);
	buf_printf(p->out, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x + 21, y + 1,
		   unsure ? "pale: between two samples" : shade_meaning(s));
}

static unsigned legend_entries(const struct picture *p)
{
	unsigned n = p->unsure;

	for (int i = 0; i < SHADE_COUNT; i++)
		n += p->used[i];
	return n;
}

static void draw_legend(struct picture *p, double y)
{
	unsigned n = 0;

	for (int i = 0; i < SHADE_COUNT; i++)
		if (p->used[i])
			draw_legend_entry(p, n++, (enum shade)i, false, y);
	if (p->unsure)
		draw_legend_entry(p, n, (enum shade)STATE_INTACT, true, y);
}

static void draw_mark_list(struct picture *p, double y)
{
	for (size_t i = 0; i < p->group_count; i++, y += LINE) {
		struct buf what, words;

		buf_init(&what);
		buf_init(&words);
		marks_say(&words, p->map, &p->groups[i]);
		text_add_shortened(&what, words.data, WORD_COLUMNS);
		draw_badge(p, EDGE + 8, y - 4, i + 1);
		buf_printf(p->out, "<text class=\"dim\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">", LEFT - 22, y);
		time_say(p->out, p->map->marks[p->groups[i].first].at_us);
		buf_printf(p->out, "</text><text x=\"%d\" y=\"%.1f\">", LEFT - 10, y);
		add_text(p->out, what.data);
		buf_adds(p->out, "</text>\n");
		buf_finish(&what);
		buf_finish(&words);
	}
}

/* ---- the whole ---- */

/* Marks that are nearer than a line is wide are one; more of them are, when there are very many. */
static void group_marks(struct picture *p)
{
	size_t near = 6;

	p->groups = marks_group(p->map, &p->view, near, &p->group_count);
	while (p->group_count > MOST_MARKS) {
		free(p->groups);
		near += near / 2;
		p->groups = marks_group(p->map, &p->view, near, &p->group_count);
	}
}

static void lay_out(struct picture *p)
{
	const struct survival_map *m = p->map;

	p->page = m->page_count ? (double)PAGES / m->page_count : most_page;
	if (p->page > most_page)
		p->page = most_page;
	p->rows = mark_rows(p);
	p->top = HEAD + p->rows * MARK_ROW + 6;
	p->bottom = p->top - GAP;
	for (size_t i = 0; i < m->region_count; i++)
		p->bottom += region_height(p, &m->regions[i]) + GAP;
}

/* Regions are drawn first, into a text of their own: what they use is in the legend, whose height the head tells. */
void map_draw_svg(struct buf *out, const struct survival_map *m)
{
	struct picture p = {.map = m, .view = map_view_of(m, COLUMNS)};
	double legend, list;
	unsigned rows;
	struct buf body;

	buf_init(&body);
	tracks_make(&p.tracks, m);
	group_marks(&p);
	lay_out(&p);
	p.out = &body;
	draw_regions(&p);
	legend = p.bottom + AXIS + LINE + 8;
	rows = (legend_entries(&p) + 1) / 2;
	list = legend + rows * LINE + 8;
	p.out = out;
	draw_head(&p, list + (double)p.group_count * LINE);
	draw_title(&p);
	buf_add(out, body.data, body.len);
	draw_axis(&p);
	draw_marks(&p);
	draw_legend(&p, legend);
	draw_mark_list(&p, list);
	buf_adds(out, "</svg>\n");
	buf_finish(&body);
	free(p.groups);
	tracks_finish(&p.tracks);
}
