#include "cli/followview.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "live/screen.h"
#include "live/view.h"
#include "session/shown.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

enum { FRAME_MS = 500, FEW = 40 };

struct followview {
	const struct run_record *record;
	bool live, colour;
	struct screen screen;
	struct view view;
	size_t *running, count, room; /* places in the plan, of this turn */
	bool *counted;  /* by place in the plan: its verdict is in the totals */
	int64_t frame_ms;
};

static size_t place_of(const struct followview *v, const struct planned *p)
{
	return (size_t)(p - v->record->plan);
}

/* ---- the console, where it can be seen ---- */

/* The newest attempt's: attempts are numbered without a gap. malloc'd, or NULL. */
static char *console_of(const struct followview *v, const struct planned *p)
{
	enum { MOST = 100 };
	char *found = NULL;

	for (int attempt = 1; attempt < MOST; attempt++) {
		char *path = xasprintf("%s/%s/%d/console.log", v->record->dir, p->name, attempt);

		if (!file_exists(path)) {
			free(path);
			break;
		}
		free(found);
		found = path;
	}
	return found;
}

static void read_end(struct view_row *row, const char *path)
{
	enum { LAST = 2048 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct glance *g = fd >= 0 ? glance_make() : NULL;
	struct glance_seen seen;
	char bytes[LAST];
	struct shown s;
	off_t size;
	ssize_t n;

	if (g) {
		size = lseek(fd, 0, SEEK_END);
		n = pread(fd, bytes, sizeof bytes, size > LAST ? size - LAST : 0);
		shown_init(&s, g);
		shown_add(&s, bytes, n > 0 ? (size_t)n : 0);
		if (glance_read(g, &seen))
			memcpy(row->seen.line, seen.line, sizeof row->seen.line);
		glance_drop(g);
	}
	if (fd >= 0)
		close(fd);
}

static void read_consoles(struct followview *v)
{
	for (size_t i = 0; i < v->view.count && i < v->screen.rows; i++) {
		struct view_row *row = &v->view.rows[i];
		char *path = console_of(v, &v->record->plan[row->id]);

		if (path)
			read_end(row, path);
		free(path);
	}
}

/* ---- what runs ---- */

void followview_runs(struct followview *v, const struct planned *p, const char *node)
{
	struct view_row *row;

	if (!v->live)
		return;
	v->running = xgrow(v->running, &v->room, v->count + 1, sizeof *v->running);
	v->running[v->count++] = place_of(v, p);
	row = view_find(&v->view, place_of(v, p));
	if (row)
		return;
	row = view_begin(&v->view, place_of(v, p));
	row->board = p->unit;
	row->scenario = p->scenario;
	row->variant = p->variant;
	row->began_ms = clock_ms();
	snprintf(row->seen.phase, sizeof row->seen.phase, "on %.40s", node);
}

static bool still_runs(const struct followview *v, size_t place)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->running[i] == place)
			return true;
	return false;
}

void followview_look(struct followview *v, size_t waiting)
{
	struct buf lines = {0};

	if (!v->live)
		return;
	for (size_t i = v->view.count; i-- > 0;)
		if (!still_runs(v, v->view.rows[i].id))
			view_end(&v->view, v->view.rows[i].id);
	v->count = 0;
	v->view.queued = waiting;
	if (clock_ms() < v->frame_ms)
		return;
	screen_measure(&v->screen);
	read_consoles(v);
	view_draw(&v->view, v->screen.columns, v->screen.rows, clock_ms(), &lines);
	screen_draw(&v->screen, &lines);
	buf_finish(&lines);
	v->frame_ms = clock_ms() + FRAME_MS;
}

/* ---- what is said ---- */

static void put(struct followview *v, const char *text, size_t n)
{
	if (v->live)
		screen_print(&v->screen, text, n);
	else
		fwrite(text, 1, n, stderr);
}

static void count(struct followview *v, const struct session_result *r)
{
	for (size_t i = 0; i < v->record->plan_count; i++)
		if (!v->counted[i] && strcmp(v->record->plan[i].name, r->name) == 0) {
			v->counted[i] = true;
			v->view.ended[r->verdict]++;
			return;
		}
}

void followview_result(struct followview *v, const struct session_result *r)
{
	struct buf line = {0};

	count(v, r);
	/* In a long log only what is not as it should be interrupts; what is cancelled there is known. */
	if (!v->live && v->record->plan_count > FEW && (verdict_is_ok(r->verdict) || r->verdict == VERDICT_CANCELLED))
		return;
	view_add_result(&line, r, false, v->colour);
	put(v, line.data, line.len);
	buf_finish(&line);
}

void followview_say(struct followview *v, const char *text)
{
	char *line = xasprintf("runtest: %s\n", text);

	put(v, line, strlen(line));
	free(line);
}

struct followview *followview_open(const struct run_record *record, bool ends)
{
	struct followview *v = xcalloc(1, sizeof *v);

	v->record = record;
	v->live = screen_fits(STDERR_FILENO);
	v->colour = command_colour_of(STDERR_FILENO);
	v->counted = xcalloc(record->plan_count + 1, sizeof *v->counted);
	view_init(&v->view, record->plan_count, v->colour);
	v->view.course = ends ? VIEW_ENDS : VIEW_GOES_ON;
	v->view.one_scenario = v->view.one_variant = true;
	for (size_t i = 0; i < record->plan_count; i++) {
		const struct planned *p = &record->plan[i];

		v->view.one_scenario = v->view.one_scenario && strcmp(p->scenario, record->plan[0].scenario) == 0;
		v->view.one_variant = v->view.one_variant && strcmp(p->variant, record->plan[0].variant) == 0;
		v->counted[i] = record->sessions[i].verdict != VERDICT_NONE;
		v->view.ended[record->sessions[i].verdict] += v->counted[i];
	}
	if (v->live)
		screen_open(&v->screen, STDERR_FILENO);
	return v;
}

void followview_close(struct followview *v)
{
	if (v->live) {
		screen_print(&v->screen, "\n", 1); /* the report stands by itself */
		screen_close(&v->screen);
	}
	view_finish(&v->view);
	free(v->running);
	free(v->counted);
	free(v);
}
