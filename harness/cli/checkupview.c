/* What a health check found, as a table for people and as JSON. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/checkup.h"
#include "util/grid.h"
#include "util/text.h"

/* ---- for people ---- */

static const char *short_state(enum health_state s)
{
	static const char *const words[] = {[HEALTH_WELL] = "well", [HEALTH_ILL] = "ill", [HEALTH_NOT_REACHED] = "-",
					    [HEALTH_NOT_OFFERED] = "not there"};

	return words[s];
}

static void add_row(struct grid *g, const struct checked_unit *u)
{
	grid_add(g, u->unit->name);
	grid_add(g, health_outcome_name(u->finding.outcome));
	for (int p = 0; p < HEALTH_PARTS; p++)
		grid_add(g, short_state(u->finding.parts[p].state));
}

static void add_sentence(struct buf *out, const char *what, const char *text)
{
	buf_printf(out, "  %s: ", what);
	text_add_line(out, text);
	buf_addc(out, '\n');
}

static void add_notes(struct buf *out, const struct checked_unit *u)
{
	for (const char *const *n = u->finding.notes; n && *n; n++)
		add_sentence(out, "note", *n);
}

/* Why it is not healthy, and what to do. */
static void add_trouble(struct buf *out, const struct checked_unit *u)
{
	const struct health_finding *f = &u->finding;

	buf_printf(out, "%s: ", u->unit->name);
	if (f->outcome == HEALTH_SICK)
		buf_printf(out, "%s is ill: ", health_part_name(f->ill));
	else
		buf_adds(out, "was not checked: ");
	text_add_line(out, f->why);
	buf_addc(out, '\n');
	add_notes(out, u);
	if (f->outcome == HEALTH_SICK)
		add_sentence(out, "look", health_advice(f->ill));
	if (u->folder)
		add_sentence(out, "session", u->folder);
}

static void add_parts(struct buf *out, const struct checked_unit *u)
{
	buf_printf(out, "%s:\n", u->unit->name);
	for (int p = 0; p < HEALTH_PARTS; p++)
		add_sentence(out, health_part_name((enum health_part)p), u->finding.parts[p].text);
	add_notes(out, u);
}

void checkup_print(const struct checked_unit *units, size_t count, bool verbose)
{
	struct buf out = {0};
	struct grid g;

	grid_init(&g, "lllllll");
	grid_add_all(&g, (const char *const[]){"UNIT", "HEALTH", "CONSOLE", "POWER", "DELIVERY", "BOOT", "MEMORY", NULL});
	for (size_t i = 0; i < count; i++)
		add_row(&g, &units[i]);
	grid_print(&g, "", &out);
	for (size_t i = 0; i < count; i++)
		if (units[i].finding.outcome != HEALTH_HEALTHY)
			add_trouble(&out, &units[i]);
		else if (verbose)
			add_parts(&out, &units[i]);
	fwrite(out.data, 1, out.len, stdout);
	buf_finish(&out);
	grid_finish(&g);
}

/* ---- for machines ---- */

static json_t *text_json(const char *text)
{
	struct buf b = {0};
	json_t *v;

	if (!text)
		return json_null();
	text_add_utf8(&b, text, strlen(text));
	v = json_stringn(b.data ? b.data : "", b.len);
	buf_finish(&b);
	return v;
}

static json_t *parts_json(const struct health_finding *f)
{
	json_t *parts = json_object(), *part;

	for (int p = 0; p < HEALTH_PARTS; p++) {
		part = json_object();
		json_object_set_new(part, "state", json_string(health_state_name(f->parts[p].state)));
		json_object_set_new(part, "text", text_json(f->parts[p].text));
		json_object_set_new(parts, health_part_name((enum health_part)p), part);
	}
	return parts;
}

static json_t *unit_json(const struct checked_unit *u)
{
	const struct health_finding *f = &u->finding;
	json_t *o = json_object(), *notes = json_array();

	for (const char *const *n = f->notes; n && *n; n++)
		json_array_append_new(notes, text_json(*n));
	json_object_set_new(o, "unit", text_json(u->unit->name));
	json_object_set_new(o, "board", text_json(u->unit->kind->name));
	json_object_set_new(o, "health", json_string(health_outcome_name(f->outcome)));
	json_object_set_new(o, "ill", f->outcome == HEALTH_SICK ? json_string(health_part_name(f->ill)) : json_null());
	json_object_set_new(o, "why", text_json(f->why));
	json_object_set_new(o, "advice", f->outcome == HEALTH_SICK ? json_string(health_advice(f->ill)) : json_null());
	json_object_set_new(o, "parts", parts_json(f));
	json_object_set_new(o, "notes", notes);
	json_object_set_new(o, "session", text_json(u->session));
	json_object_set_new(o, "folder", text_json(u->folder));
	return o;
}

void checkup_print_json(const struct checked_unit *units, size_t count)
{
	json_t *root = json_object(), *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, unit_json(&units[i]));
	json_object_set_new(root, "units", list);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}
