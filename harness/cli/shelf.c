#include "cli/shelf.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/grid.h"
#include "util/text.h"

/* ---- which units ---- */

static bool is_wanted(const struct shelf_request *q, const struct board_unit *u)
{
	for (size_t i = 0; i < q->unit_count; i++)
		if (strcmp(q->units[i], u->name) == 0)
			return true;
	return !q->unit_count;
}

/* A machine of QEMU is made for each session: there is nothing to set aside. */
static int check_named(const struct shelf_request *q, const struct project *p)
{
	struct err e;

	for (size_t i = 0; i < q->unit_count; i++) {
		const struct board_unit *u = project_unit(p, q->units[i]);
		const char *near = names_nearest(project_board_names(p), q->units[i]);

		if (u && !u->implied)
			continue;
		err_set(&e, ERR_USAGE, u ? "%s is a machine of QEMU, made for each session" : "no board unit is called %s", q->units[i]);
		if (!u && near)
			err_hint(&e, "did you mean %s? `runtest list boards` shows all of them", near);
		return command_error(&e);
	}
	return 0;
}

static int open_boards(const struct cli *cli, const struct shelf_request *q, struct project *p)
{
	struct err_list errors;
	int status = command_load_boards(cli, p, &errors);

	err_list_finish(&errors);
	return status ? status : check_named(q, p);
}

/* ---- told ---- */

static void add_row(struct grid *g, const char *unit, const struct health_record *h)
{
	grid_add(g, unit);
	grid_add(g, unit_health_name(h->state));
	grid_add(g, h->state != HEALTH_UNKNOWN && h->since ? h->since : "-");
	grid_add(g, h->state != HEALTH_UNKNOWN && h->by ? h->by : "-");
	grid_add(g, h->checked ? h->checked : "never");
	grid_printf(g, "%u", h->infra_in_a_row);
	grid_add(g, h->damaged ? "its record cannot be read" : h->why ? h->why : "-");
}

static void set_text(json_t *o, const char *key, const char *text)
{
	struct buf b = {0};

	if (text)
		text_add_utf8(&b, text, strlen(text));
	json_object_set_new(o, key, text ? json_stringn(b.data ? b.data : "", b.len) : json_null());
	buf_finish(&b);
}

static json_t *record_json(const char *unit, const struct health_record *h)
{
	json_t *o = json_object();

	set_text(o, "unit", unit);
	set_text(o, "health", unit_health_name(h->state));
	set_text(o, "since", h->since);
	set_text(o, "by", h->by);
	set_text(o, "user", h->user);
	set_text(o, "why", h->why);
	set_text(o, "checked", h->checked);
	json_object_set_new(o, "infra_in_a_row", json_integer(h->infra_in_a_row));
	json_object_set_new(o, "damaged", json_boolean(h->damaged));
	return o;
}

static int list(const struct shelf_request *q, const struct project *p, struct grid *g, json_t *units)
{
	struct health_record h;
	struct err e;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->unit_count; i++) {
		const struct board_unit *u = &p->units[i];

		if (u->implied || !is_wanted(q, u))
			continue;
		rc = unit_health_read(u->name, &h, &e);
		add_row(g, u->name, &h);
		json_array_append_new(units, record_json(u->name, &h));
		health_finish(&h);
	}
	return rc < 0 ? command_error(&e) : 0;
}

int shelf_json(const struct project *p, struct buf *out, struct err *e)
{
	json_t *units = json_array();
	struct health_record h;
	char *text;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->unit_count; i++) {
		if (p->units[i].implied)
			continue;
		rc = unit_health_read(p->units[i].name, &h, e);
		json_array_append_new(units, record_json(p->units[i].name, &h));
		health_finish(&h);
	}
	text = json_dumps(units, 0);
	buf_adds(out, text ? text : "[]");
	free(text);
	json_decref(units);
	return rc;
}

static void print_table(const struct grid *g)
{
	struct buf out = {0};

	if (g->count > g->columns)
		grid_print(g, "", &out);
	else
		buf_adds(&out, "the project has no board units\n");
	fwrite(out.data, 1, out.len, stdout);
	buf_finish(&out);
}

static void print_json(json_t *units)
{
	json_t *root = json_object();

	json_object_set(root, "units", units);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

int shelf_list(const struct cli *cli, const struct shelf_request *q)
{
	json_t *units = json_array();
	struct project p;
	struct grid g;
	int status = open_boards(cli, q, &p);

	grid_init(&g, "lllllrl");
	grid_add_all(&g, (const char *const[]){"UNIT", "HEALTH", "SINCE", "BY", "CHECKED", "INFRA IN A ROW", "WHY", NULL});
	if (status == 0)
		status = list(q, &p, &g, units);
	if (status == 0 && q->json)
		print_json(units);
	else if (status == 0)
		print_table(&g);
	json_decref(units);
	grid_finish(&g);
	project_finish(&p);
	return status;
}

/* ---- done by hand ---- */

int shelf_set(const struct cli *cli, const struct shelf_request *q, enum unit_health state)
{
	struct project p;
	struct err e;
	int status = open_boards(cli, q, &p);

	if (status == 0 && !q->unit_count)
		status = command_usage_error(&command_health, "which board units?");
	for (size_t i = 0; status == 0 && i < q->unit_count; i++)
		if (unit_health_set(q->units[i], state, q->why, HEALTH_BY_HAND, &e) < 0)
			status = command_error(&e);
		else
			printf("%s is %s\n", q->units[i], state == HEALTH_SET_ASIDE ? "set aside" : "used again");
	project_finish(&p);
	return status;
}
