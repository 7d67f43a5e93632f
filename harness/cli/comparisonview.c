/* The comparison as text and as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/comparison.h"
#include "result/fields.h"
#include "util/grid.h"
#include "util/text.h"

enum { SESSIONS_TOLD = 12 }; /* of one outcome; with many repeats the rest is counted */

static const char no_session[] = "no session";

/* ---- text ---- */

static void add_cell(struct grid *g, const struct comparison_cell *cell, size_t *number)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < cell->count; i++)
		buf_printf(&b, "%s%s [%zu]", i ? "\n" : "", cell->outcomes[i].text, ++*number);
	grid_add(g, b.len ? b.data : no_session);
	buf_finish(&b);
}

static void print_table(const struct comparison *c, struct buf *out)
{
	char align[GRID_MAX_COLUMNS + 1] = "";
	size_t number = 0;
	struct grid g;

	memset(align, 'l', property_count + 1);
	grid_init(&g, align);
	grid_add(&g, "PLACEMENT");
	for (size_t k = 0; k < property_count; k++)
		grid_add(&g, properties[k].title);
	for (size_t i = 0; i < c->placement_count; i++) {
		grid_add(&g, c->placements[i]);
		for (size_t k = 0; k < property_count; k++)
			add_cell(&g, &c->cells[i * property_count + k], &number);
	}
	grid_print(&g, "", out);
	grid_finish(&g);
}

/* Is it the first session of its variant in the outcome? */
static bool names_variant(const struct outcome *o, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(o->sessions[k]->variant, o->sessions[i]->variant) == 0)
			return false;
	return true;
}

static void print_outcome(const struct comparison *c, const struct outcome *o, const struct project *p, struct buf *out)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct variant *v = project_variant(p, o->sessions[i]->variant);

		if (names_variant(o, i)) {
			buf_printf(out, "     %s: ", o->sessions[i]->variant);
			text_add_line(out, v ? v->about : "");
			buf_addc(out, '\n');
		}
	}
	for (size_t i = 0; i < o->count && i < SESSIONS_TOLD; i++) {
		buf_printf(out, "       %s/", c->run);
		text_add_line(out, o->sessions[i]->name);
		buf_addc(out, '\n');
	}
	if (o->count > SESSIONS_TOLD)
		buf_printf(out, "       and %zu more\n", o->count - SESSIONS_TOLD);
}

void comparison_text(const struct comparison *c, const struct project *p, struct buf *out)
{
	size_t number = 0;

	print_table(c, out);
	for (size_t i = 0; i < c->placement_count * property_count; i++) {
		for (size_t k = 0; k < c->cells[i].count; k++) {
			const struct outcome *o = &c->cells[i].outcomes[k];

			buf_printf(out, "\n[%zu] %s, %s: ", ++number, c->placements[i / property_count],
				   properties[i % property_count].title);
			text_add_line(out, o->text);
			buf_addc(out, '\n');
			print_outcome(c, o, p, out);
		}
	}
}

/* ---- JSON ---- */

static json_t *session_json(const struct comparison *c, const struct session_result *s)
{
	json_t *o = json_object();
	char *full = xasprintf("%s/%s", c->run, s->name);

	json_object_set_new(o, "session", fields_text(full));
	json_object_set_new(o, "scenario", fields_text(s->scenario));
	json_object_set_new(o, "variant", fields_text(s->variant));
	json_object_set_new(o, "board", fields_text(s->board));
	json_object_set_new(o, "verdict", json_string(verdict_name(session_verdict(s))));
	json_object_set_new(o, "cause", s->cause ? json_string(cause_name(s->cause)) : json_null());
	free(full);
	return o;
}

static json_t *cell_json(const struct comparison *c, const struct comparison_cell *cell, const struct property *p)
{
	json_t *o = json_object(), *outcomes = json_array();

	for (size_t i = 0; i < cell->count; i++) {
		json_t *outcome = json_object(), *sessions = json_array();

		for (size_t k = 0; k < cell->outcomes[i].count; k++)
			json_array_append_new(sessions, session_json(c, cell->outcomes[i].sessions[k]));
		json_object_set_new(outcome, "outcome", fields_text(cell->outcomes[i].text));
		json_object_set_new(outcome, "sessions", sessions);
		json_array_append_new(outcomes, outcome);
	}
	json_object_set_new(o, "property", json_string(p->name));
	json_object_set_new(o, "title", json_string(p->title));
	json_object_set_new(o, "outcomes", outcomes);
	return o;
}

void comparison_json(const struct comparison *c, struct buf *out)
{
	json_t *root = json_object(), *rows = json_array();
	char *json;

	for (size_t i = 0; i < c->placement_count; i++) {
		json_t *row = json_object(), *cells = json_array();

		for (size_t k = 0; k < property_count; k++)
			json_array_append_new(cells, cell_json(c, &c->cells[i * property_count + k], &properties[k]));
		json_object_set_new(row, "placement", fields_text(c->placements[i]));
		json_object_set_new(row, "cells", cells);
		json_array_append_new(rows, row);
	}
	json_object_set_new(root, "run", fields_text(c->run));
	json_object_set_new(root, "placements", rows);
	json = json_dumps(root, JSON_INDENT(1));
	buf_printf(out, "%s\n", json ? json : "null"); /* NULL: no memory was left to write it */
	free(json);
	json_decref(root);
}
