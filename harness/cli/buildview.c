#include "cli/buildview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "live/screen.h"
#include "live/view.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"

enum { FRAME_MS = 200 };

struct buildview {
	bool live, colour, begun; /* begun: something is built at all */
	struct screen screen;
	struct view view;
};

static void begins(void *ctx, const struct build_result *r)
{
	struct buildview *v = ctx;
	struct view_row *row = view_begin(&v->view, (size_t)(uintptr_t)r);

	v->begun = true;
	row->board = r->request.kind->name;
	row->scenario = r->request.config;
	row->variant = r->request.variant->name;
	row->began_ms = clock_ms();
	snprintf(row->seen.phase, sizeof row->seen.phase, "building");
}

static void say(struct buildview *v, const struct build_result *r)
{
	bool failed = r->state == BUILD_FAILED;
	struct buf line = {0};

	buf_printf(&line, "%s%-13s%s %s for %s, %s  ", v->colour && failed ? view_colour(VERDICT_FAIL) : "",
		   failed ? "not built" : "built", v->colour && failed ? "\033[0m" : "", r->request.variant->name,
		   r->request.kind->name, r->request.config);
	view_add_span(&line, r->ms);
	buf_addc(&line, '\n');
	if (v->live)
		screen_print(&v->screen, line.data, line.len);
	else
		fwrite(line.data, 1, line.len, stderr);
	buf_finish(&line);
}

static void done(void *ctx, const struct build_result *r)
{
	struct buildview *v = ctx;

	view_end(&v->view, (size_t)(uintptr_t)r);
	v->view.ended[VERDICT_NONE] += r->state != BUILD_NOT_BEGUN;
	if (r->state == BUILD_BUILT || r->state == BUILD_VERIFIED || (r->state == BUILD_FAILED && !cancel_requested()))
		say(v, r);
}

static int look(void *ctx)
{
	struct buildview *v = ctx;
	struct buf lines = {0};

	if (!v->live || !v->begun)
		return -1;
	screen_measure(&v->screen);
	view_draw(&v->view, v->screen.columns, v->screen.rows, clock_ms(), &lines);
	screen_draw(&v->screen, &lines);
	buf_finish(&lines);
	return FRAME_MS;
}

struct buildview *buildview_open(struct build_options *o, size_t count)
{
	struct buildview *v = xcalloc(1, sizeof *v);

	v->live = screen_fits(STDERR_FILENO);
	v->colour = command_colour_of(STDERR_FILENO);
	view_init(&v->view, count, v->colour);
	v->view.what = "images are there";
	v->view.doing = "building";
	if (v->live)
		screen_open(&v->screen, STDERR_FILENO);
	o->begins = begins;
	o->done = done;
	o->look = look;
	o->ctx = v;
	return v;
}

void buildview_close(struct buildview *v)
{
	if (!v)
		return;
	if (v->live)
		screen_close(&v->screen);
	view_finish(&v->view);
	free(v);
}
