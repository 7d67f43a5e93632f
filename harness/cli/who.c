/* runtest who: who holds which board unit, who waits for it, who has reserved it, and which were left on. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/reservation.h"
#include "farm/powered.h"
#include "farm/queue.h"
#include "farm/state.h"
#include "util/grid.h"
#include "util/text.h"

/* A unit that is held, or has power, or is wanted. */
struct row {
	const char *unit;
	bool is_held, is_powered, is_reserved;
	struct lock_holder holder;
	struct powered powered;
	struct lease lease;
	struct queue_entry *queue;
	size_t queue_count;
};

static int look(struct row *r, const char *unit, struct arena *a, struct err *e)
{
	int held = unit_lock_holder(unit, &r->holder, e), powered = held < 0 ? -1 : powered_by(unit, &r->powered, e);
	int reserved = powered < 0 ? -1 : lease_read(unit, &r->lease, e);

	r->unit = unit;
	r->is_held = held == 1;
	r->is_powered = powered == 1;
	r->is_reserved = reserved == 1;
	return reserved < 0 ? -1 : queue_list(unit, a, &r->queue, &r->queue_count, e);
}

static void forget(struct row *r)
{
	if (r->is_held)
		holder_finish(&r->holder);
	if (r->is_powered)
		powered_finish(&r->powered);
	if (r->is_reserved)
		lease_finish(&r->lease);
}

/* ---- as a table ---- */

static void add(struct grid *g, const char *text)
{
	grid_add(g, text && *text ? text : "-");
}

static void add_job(struct grid *g, const char *what, const char *run, const char *session)
{
	if (run)
		grid_printf(g, "%s, run %s%s%s", what, run, session ? ", " : "", session ? session : "");
	else
		add(g, what);
}

static void add_holder(struct grid *g, const struct lock_holder *h)
{
	add(g, h->user);
	if (h->pid)
		grid_printf(g, "%ld", (long)h->pid);
	else
		add(g, NULL);
	add(g, h->since);
	add_job(g, h->what, h->run, h->session);
}

static void add_row(struct grid *g, const struct row *r)
{
	char *power = r->is_powered ? powered_text(&r->powered) : NULL;

	add(g, r->unit);
	if (r->is_held)
		add_holder(g, &r->holder);
	else
		for (int i = 0; i < 4; i++)
			add(g, i ? NULL : "nobody");
	add(g, power);
	free(power);
}

static void print_waiting(const struct row *rows, size_t n, struct buf *out)
{
	struct grid g;

	grid_init(&g, "lrlrlll");
	grid_add_all(&g, (const char *const[]){"WAITED FOR", "#", "BY", "PROCESS", "SINCE", "FOR", "KEPT OUT", NULL});
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].queue_count; k++) {
			const struct queue_entry *q = &rows[i].queue[k];

			add(&g, rows[i].unit);
			grid_printf(&g, "%zu", k + 1);
			add(&g, q->user);
			grid_printf(&g, "%ld", (long)q->pid);
			add(&g, q->since);
			add_job(&g, q->what, q->run, q->session);
			add(&g, q->barred ? "by the reservation" : NULL);
		}
	if (g.count > g.columns) {
		buf_addc(out, '\n');
		grid_print(&g, "", out);
	}
	grid_finish(&g);
}

static void print_reserved(const struct row *rows, size_t n, struct buf *out)
{
	struct reservation *all = xcalloc(n + 1, sizeof *all);
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (rows[i].is_reserved)
			all[count++] = (struct reservation){rows[i].unit, rows[i].lease};
	if (count) {
		buf_addc(out, '\n');
		reservations_table(all, count, out);
	}
	free(all);
}

static void print_table(const struct row *rows, size_t n)
{
	struct buf out = {0};
	struct grid g;

	grid_init(&g, "llrlll");
	grid_add_all(&g, (const char *const[]){"UNIT", "HELD BY", "PROCESS", "SINCE", "FOR", "POWER", NULL});
	for (size_t i = 0; i < n; i++)
		if (rows[i].is_held || rows[i].is_powered)
			add_row(&g, &rows[i]);
	if (g.count > g.columns)
		grid_print(&g, "", &out);
	else
		buf_adds(&out, "nobody holds a board unit, and none was left on\n");
	print_waiting(rows, n, &out);
	print_reserved(rows, n, &out);
	fwrite(out.data, 1, out.len, stdout);
	buf_finish(&out);
	grid_finish(&g);
}

/* ---- as JSON ---- */

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *holder_json(const struct lock_holder *h)
{
	json_t *o = json_object();

	json_object_set_new(o, "user", text_or_null(h->user));
	json_object_set_new(o, "pid", h->pid ? json_integer(h->pid) : json_null());
	json_object_set_new(o, "since", text_or_null(h->since));
	json_object_set_new(o, "for", text_or_null(h->what));
	json_object_set_new(o, "run", text_or_null(h->run));
	json_object_set_new(o, "session", text_or_null(h->session));
	json_object_set_new(o, "console_log", text_or_null(h->console_log));
	return o;
}

static json_t *powered_json(const struct powered *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "by", text_or_null(p->by));
	json_object_set_new(o, "user", text_or_null(p->user));
	json_object_set_new(o, "pid", p->pid ? json_integer(p->pid) : json_null());
	json_object_set_new(o, "since", text_or_null(p->since));
	return o;
}

static json_t *queue_json(const struct row *r)
{
	json_t *list = json_array(), *o;

	for (size_t i = 0; i < r->queue_count; i++) {
		const struct queue_entry *q = &r->queue[i];

		o = json_object();
		json_object_set_new(o, "user", text_or_null(q->user));
		json_object_set_new(o, "pid", q->pid ? json_integer(q->pid) : json_null());
		json_object_set_new(o, "since", text_or_null(q->since));
		json_object_set_new(o, "for", text_or_null(q->what));
		json_object_set_new(o, "run", text_or_null(q->run));
		json_object_set_new(o, "session", text_or_null(q->session));
		json_object_set_new(o, "kept_out", json_boolean(q->barred));
		json_array_append_new(list, o);
	}
	return list;
}

static void print_json(const struct row *rows, size_t n)
{
	json_t *all = json_object(), *units = json_array(), *one;

	for (size_t i = 0; i < n; i++) {
		if (!rows[i].is_held && !rows[i].is_powered && !rows[i].is_reserved && !rows[i].queue_count)
			continue;
		one = json_object();
		json_object_set_new(one, "unit", json_string(rows[i].unit));
		json_object_set_new(one, "held", rows[i].is_held ? holder_json(&rows[i].holder) : json_null());
		json_object_set_new(one, "powered", rows[i].is_powered ? powered_json(&rows[i].powered) : json_null());
		json_object_set_new(one, "reserved", rows[i].is_reserved ? reservation_json(&rows[i].lease) : json_null());
		json_object_set_new(one, "waiting", queue_json(&rows[i]));
		json_array_append_new(units, one);
	}
	json_object_set_new(all, "units", units);
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(all);
}

/* ---- the command ---- */

static int who(bool json, struct arena *a, struct err *e)
{
	const char *const *units = state_units(a, e);
	struct row *rows;
	size_t n = 0, seen = 0;
	int rc = 0;

	if (!units)
		return -1;
	while (units[n])
		n++;
	rows = arena_alloc(a, (n + 1) * sizeof *rows);
	while (rc == 0 && seen < n) {
		rc = look(&rows[seen], units[seen], a, e);
		seen++;
	}
	if (rc == 0)
		(json ? print_json : print_table)(rows, n);
	for (size_t i = 0; i < seen; i++)
		forget(&rows[i]);
	return rc;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	struct arena a;
	struct err e;
	int option, status = 0;

	(void)cli; /* boards are shared by all projects of the machine */
	while ((option = command_option(&command_who, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		json = true;
	}
	if (optind < argc)
		return command_usage_error(&command_who, "it takes no argument, such as \"%s\"", argv[optind]);
	arena_init(&a);
	if (who(json, &a, &e) < 0)
		status = command_error(&e);
	arena_finish(&a);
	return status;
}

const struct command command_who = {
	.name = "who",
	.synopsis = "who [--json]",
	.about = "who holds, awaits and has reserved which board unit, and which were left on",
	.help = "Every board unit that is held, with the holder's name and process, since when and what for;\n"
		"and every unit that has been switched on and not yet off for certain, with who did it. One\n"
		"that nobody holds and that is powered all the same was left on by hand, or by a run that was\n"
		"killed; who takes it next switches it off first. docs/working-by-hand.md.\n"
		"Then who waits for which unit, in the order in which it will be granted, and what is reserved.\n"
		"\n"
		"  --json   for programs: {\"units\": [{\"unit\", \"held\": {...}|null, \"powered\": {...}|null,\n"
		"           \"reserved\": {...}|null, \"waiting\": [...]}]}\n"
		"\n"
		"Exit status: 0; 2 usage; 3 the folder of locks cannot be read.\n",
	.run = run,
};
