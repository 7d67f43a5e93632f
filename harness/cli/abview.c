#include "cli/abview.h"

#include <stdlib.h>
#include <string.h>

#include "cli/difference.h"
#include "util/file.h"
#include "util/grid.h"
#include "util/text.h"

enum { MOST_PAGES = 12, MOST_COLUMNS = 100 };

/* All boots of one thing, on both sides. */
struct group {
	const struct session_result **items[2];
	size_t count;
};

static struct side_sessions side(const struct group *g, int i)
{
	return (struct side_sessions){g->items[i], g->count};
}

static bool same_thing(const struct session_result *a, const struct session_result *b)
{
	return strcmp(a->scenario, b->scenario) == 0 && strcmp(a->variant, b->variant) == 0 &&
	       strcmp(a->unit, b->unit) == 0 && strcmp(a->config, b->config) == 0;
}

/* The pairs that are of the same thing as pair `first`, if it is the first of them; else none. */
static void collect(struct group *g, const struct run_record *r, size_t first)
{
	const struct session_result *s = r->sessions;

	g->count = 0;
	for (size_t i = 0; i < first; i += 2)
		if (same_thing(&s[i], &s[first]))
			return;
	for (size_t i = first; i + 1 < r->plan_count; i += 2)
		if (same_thing(&s[i], &s[first])) {
			g->items[0][g->count] = &s[i];
			g->items[1][g->count++] = &s[i + 1];
		}
}

/* ---- the rows ---- */

static void add_row(struct grid *g, const char *label, struct buf *base, struct buf *head)
{
	grid_add(g, label);
	grid_add(g, base->len ? base->data : "-");
	grid_add(g, head->len ? head->data : "-");
	buf_finish(base);
	buf_finish(head);
}

static void add_boot_time(struct buf *out, struct side_sessions s)
{
	int64_t us = difference_boot_us(s);

	if (us >= 0)
		buf_printf(out, "%.1f ms", (double)us / 1000);
}

static void add_path(struct buf *out, const struct run_record *r, const struct session_result *s)
{
	char *path = s->dir ? xasprintf("%s/%s", r->dir, s->dir) : NULL;

	if (path)
		text_add_path(out, path);
	free(path);
}

static void print_table(const struct run_record *r, const struct group *group, struct buf *out)
{
	const struct session_result *base = difference_shown(side(group, 0)), *head = difference_shown(side(group, 1));
	struct buf a = {0}, b = {0};
	struct grid g;

	grid_init(&g, "lll");
	grid_add_all(&g, (const char *const[]){"", "BASE", "HEAD", NULL});
	difference_verdicts(&a, side(group, 0));
	difference_verdicts(&b, side(group, 1));
	add_row(&g, "verdict", &a, &b);
	add_boot_time(&a, side(group, 0));
	add_boot_time(&b, side(group, 1));
	add_row(&g, "boot time", &a, &b);
	add_path(&a, r, base);
	add_path(&b, r, head);
	add_row(&g, "session", &a, &b);
	grid_print(&g, "  ", out);
	grid_finish(&g);
}

static void print_why(struct buf *out, const char *label, const struct session_result *s)
{
	if (verdict_is_ok(s->verdict) || !s->why)
		return;
	buf_printf(out, "  %s: ", label);
	text_add_line(out, s->why);
	buf_addc(out, '\n');
}

static void print_pages(struct buf *out, const struct session_result *base, const struct session_result *head)
{
	struct buf lines = {0};
	size_t n = difference_pages(&lines, base, head, "    ", MOST_PAGES);

	if (n)
		buf_printf(out, "  pages that differ, at which moment, base | head:\n%s", lines.data);
	if (n > MOST_PAGES)
		buf_printf(out, "    and %zu more regions\n", n - MOST_PAGES);
	buf_finish(&lines);
}

static int read_console(const struct run_record *r, const struct session_result *s, struct buf *out)
{
	char *path = s->dir && s->console ? xasprintf("%s/%s/%s", r->dir, s->dir, s->console) : NULL;
	int rc = path ? file_read(path, out, NULL) : -1;

	free(path);
	return rc;
}

static void print_line(struct buf *out, const char *label, const char *line, size_t n)
{
	struct buf text = {0};
	char *copy = xasprintf("%.*s", (int)n, line);

	text_add_line(&text, copy);
	buf_printf(out, "    %s  ", label);
	text_add_shortened(out, text.len ? text.data : "(it has ended)", MOST_COLUMNS);
	buf_addc(out, '\n');
	free(copy);
	buf_finish(&text);
}

static void print_console(struct buf *out, const struct run_record *r, const struct session_result *base,
			  const struct session_result *head)
{
	struct buf x = {0}, y = {0};
	const char *a, *b;
	size_t an, bn, number;

	if (read_console(r, base, &x) == 0 && read_console(r, head, &y) == 0) {
		number = difference_line(&x, &y, &a, &an, &b, &bn);
		if (!number) {
			buf_adds(out, "  console: the same, line by line\n");
		} else {
			buf_printf(out, "  console: line %zu is the first that differs\n", number);
			print_line(out, "base", a, an);
			print_line(out, "head", b, bn);
		}
	}
	buf_finish(&x);
	buf_finish(&y);
}

static enum change print_group(const struct run_record *r, const struct group *g, struct buf *out)
{
	const struct session_result *base = difference_shown(side(g, 0)), *head = difference_shown(side(g, 1));
	enum change change = difference_change(side(g, 0), side(g, 1));

	buf_printf(out, "%s  %.*s  %s  %s: %s\n", base->scenario, (int)strcspn(base->variant, "@"), base->variant,
		   base->unit, base->config, change_name(change));
	print_table(r, g, out);
	print_why(out, "base", base);
	print_why(out, "head", head);
	print_pages(out, base, head);
	print_console(out, r, base, head);
	buf_addc(out, '\n');
	return change;
}

static void print_sides(const struct abview *v, struct buf *out)
{
	static const char *const names[] = {"base", "head"};

	for (int i = 0; i < 2; i++)
		buf_printf(out, "%s  %s\n", names[i], v->revisions[i][0] ? v->revisions[i] : "as the variants file says");
	for (const char *const *p = v->patches; p && *p; p++) {
		buf_adds(out, "      with ");
		text_add_path(out, *p);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

int abview_print(const struct abview *v, const struct run_record *r, FILE *stream)
{
	size_t count[CHANGE_UNKNOWN + 1] = {0};
	struct group g = {.count = 0};
	struct buf out = {0};

	for (int i = 0; i < 2; i++)
		g.items[i] = xcalloc(r->plan_count + 1, sizeof *g.items[i]);
	print_sides(v, &out);
	for (size_t i = 0; i + 1 < r->plan_count; i += 2) {
		collect(&g, r, i);
		if (g.count)
			count[print_group(r, &g, &out)]++;
	}
	buf_printf(&out, "%zu worse, %zu better, %zu unchanged", count[CHANGE_WORSE], count[CHANGE_BETTER],
		   count[CHANGE_NONE]);
	if (count[CHANGE_UNKNOWN])
		buf_printf(&out, ", %zu not comparable", count[CHANGE_UNKNOWN]);
	buf_addc(&out, '\n');
	fwrite(out.data, 1, out.len, stream);
	buf_finish(&out);
	free(g.items[0]);
	free(g.items[1]);
	return count[CHANGE_WORSE] ? 1 : count[CHANGE_UNKNOWN] ? 3 : 0;
}
