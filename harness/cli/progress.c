#include "cli/progress.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "live/screen.h"
#include "live/view.h"
#include "plan/order.h"
#include "sched/capacity.h"
#include "sched/pace.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

enum { FRAME_MS = 100, FORECAST_MS = 1000, FEW = 40 };

/* Of a job. */
struct place {
	bool over;
	int64_t began_ms; /* 0: it does not run */
};

struct progress {
	struct progress_want want;
	bool live, at_terminal, colour;
	bool omits, drains; /* it was said */
	struct run_onlooker onlooker;
	struct screen screen;
	struct view view;
	struct place *places; /* by place in the plan */
	struct pace pace;
	size_t unknown;       /* jobs to come of which nobody knows how long they take */
	int said[2];          /* what sessions write to stderr comes out of it; -1: straight to stderr */
	struct buf line;      /* of that, as long as it has no end */
	int64_t frame_ms, forecast_ms; /* when the next is due */
};

/* ---- how long it still takes ---- */

static const struct job *job_of(const struct progress *p, size_t i)
{
	return &p->want.plan->jobs[i];
}

/* What this run has shown is newer than what history knows. -1: nobody knows. */
static int64_t expected_ms(const struct progress *p, size_t i)
{
	const struct job *job = job_of(p, i);
	int64_t seen = pace_expected_ms(&p->pace, job->scenario, job->unit->kind);

	return job->seen ? job->expected_ms : seen;
}

/* One that has taken longer than expected ends at any moment. */
static int64_t left_of(void *ctx, size_t i)
{
	struct progress *p = ctx;
	const struct place *at = &p->places[i];
	int64_t expected, left;

	if (at->over || (cancel_draining() && !at->began_ms))
		return 0;
	expected = expected_ms(p, i);
	p->unknown += expected < 0;
	left = (expected < 0 ? job_of(p, i)->expected_ms : expected) - (at->began_ms ? clock_ms() - at->began_ms : 0);
	return left > 1 ? left : 1;
}

/* A guess is no forecast: as long as most of what is to come was never seen, nothing is said. */
static void forecast(struct progress *p)
{
	size_t slots = p->want.at_once ? p->want.at_once : (size_t)capacity_cores(), ended = 0;
	int64_t left;

	p->unknown = 0;
	left = plan_left_ms(p->want.plan, left_of, p, (struct plan_room){slots, p->want.at_once != 0});
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		ended += p->view.ended[i];
	p->view.left_ms = 2 * p->unknown > p->want.plan->count - ended ? -1 : left;
}

/* ---- what sessions say ---- */

/* Whole lines only: sessions share the pipe, but each writes a line in one go. */
static void take_said(struct progress *p)
{
	char piece[16384];
	ssize_t n;

	while ((n = read(p->said[0], piece, sizeof piece)) > 0) {
		const char *last = memrchr(piece, '\n', (size_t)n);
		size_t whole = last ? (size_t)(last - piece) + 1 : 0;

		if (whole) {
			screen_print(&p->screen, p->line.len ? p->line.data : "", p->line.len);
			screen_print(&p->screen, piece, whole);
			buf_clear(&p->line);
		}
		buf_add(&p->line, piece + whole, (size_t)n - whole);
	}
}

/* ---- the onlooker ---- */

static void begins(void *ctx, size_t i, const struct glance *g)
{
	struct progress *p = ctx;
	const struct job *job = job_of(p, i);
	struct view_row *row;

	p->places[i] = (struct place){.began_ms = clock_ms()};
	if (!p->live)
		return;
	row = view_begin(&p->view, i);
	row->board = job->board;
	row->scenario = job->scenario->name;
	row->variant = job->variant->name;
	row->began_ms = p->places[i].began_ms;
	row->expected_ms = expected_ms(p, i);
	row->glance = g;
}

static void waits(void *ctx, size_t i, bool still)
{
	struct progress *p = ctx;
	struct view_row *row = view_find(&p->view, i);

	p->places[i].began_ms = clock_ms(); /* waiting is no part of how long it takes */
	if (!row)
		return;
	row->waits = still;
	row->began_ms = p->places[i].began_ms;
}

static void ends(void *ctx, size_t i)
{
	struct progress *p = ctx;

	if (p->places[i].began_ms)
		pace_note(&p->pace, job_of(p, i)->scenario, job_of(p, i)->unit->kind, clock_ms() - p->places[i].began_ms);
	p->places[i] = (struct place){.over = true};
	view_end(&p->view, i);
}

static void draw(struct progress *p)
{
	struct buf lines = {0};

	screen_measure(&p->screen);
	view_draw(&p->view, p->screen.columns, p->screen.rows, clock_ms(), &lines);
	screen_draw(&p->screen, &lines);
	buf_finish(&lines);
}

/* Where no view says it. */
static void tell_course(struct progress *p)
{
	if (p->live || !p->at_terminal || p->drains || !cancel_draining())
		return;
	p->drains = true;
	fputs("\nruntest: nothing more is begun, what runs ends by itself; ^C again ends it at once\n", stderr);
}

static int64_t look(void *ctx)
{
	struct progress *p = ctx;
	int64_t now = clock_ms();
	enum view_course course = cancel_requested() ? VIEW_ENDS : cancel_draining() ? VIEW_DRAINS : VIEW_GOES_ON;

	tell_course(p);
	if (!p->live)
		return INT64_MAX;
	take_said(p);
	if (now < p->frame_ms && course == p->view.course)
		return p->frame_ms;
	p->view.course = course;
	if (now >= p->forecast_ms) {
		forecast(p);
		p->forecast_ms = clock_ms() + FORECAST_MS;
	}
	draw(p);
	p->frame_ms = clock_ms() + FRAME_MS;
	return p->frame_ms;
}

/* ---- results and remarks ---- */

/* Many may be left out, and all for the same reason. */
static void say_omission(struct progress *p, const struct session_result *r)
{
	if (!p->omits && !p->want.quiet)
		progress_say(p, "runtest: from here on sessions are %s\n", r->why);
	p->omits = true;
}

/* What is not as it should be says why; the report has the rest. */
static void add_why(struct buf *out, const struct session_result *r, bool colour)
{
	if (verdict_is_ok(r->verdict) || !r->why)
		return;
	buf_adds(out, colour ? "              \033[2m" : "              ");
	text_add_line(out, r->why);
	buf_adds(out, colour ? "\033[0m\n" : "\n");
}

static void say_result(struct progress *p, const struct session_result *r, bool again)
{
	struct buf line = {0};

	view_add_result(&line, r, again, p->colour);
	if (p->live) {
		add_why(&line, r, p->colour);
		screen_print(&p->screen, line.data, line.len);
	} else {
		fwrite(line.data, 1, line.len, stderr);
	}
	buf_finish(&line);
}

void progress_result(struct progress *p, const struct session_result *r, bool again)
{
	if (!again)
		p->view.ended[r->verdict]++;
	if (r->not_run && !r->attempts)
		say_omission(p, r);
	else if (p->live || (!p->want.quiet && (p->want.plan->count <= FEW || !verdict_is_ok(r->verdict))))
		say_result(p, r, again); /* in a long log only what is not as it should be interrupts */
}

void progress_say(struct progress *p, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (p->live)
		screen_print(&p->screen, text, strlen(text));
	else
		fputs(text, stderr);
	free(text);
}

const struct run_onlooker *progress_onlooker(const struct progress *p)
{
	return p->at_terminal ? &p->onlooker : NULL;
}

/* ---- from beginning to end ---- */

static void recall(struct progress *p)
{
	const struct plan *plan = p->want.plan;

	p->view.one_scenario = p->view.one_variant = true;
	for (size_t i = 0; i < plan->count; i++) {
		p->view.one_scenario = p->view.one_scenario && plan->jobs[i].scenario == plan->jobs[0].scenario;
		p->view.one_variant = p->view.one_variant && plan->jobs[i].variant == plan->jobs[0].variant;
		p->places[i].over = p->want.done && p->want.done[i];
		if (p->places[i].over && p->want.before)
			p->view.ended[p->want.before[i].verdict]++;
	}
}

/* What is written into it is read again by us alone, who must not wait for it. */
static void open_pipe(struct progress *p)
{
	if (pipe2(p->said, O_CLOEXEC) < 0) {
		p->said[0] = p->said[1] = -1;
		return;
	}
	fcntl(p->said[0], F_SETFL, O_NONBLOCK);
}

struct progress *progress_open(const struct progress_want *want)
{
	struct progress *p = xcalloc(1, sizeof *p);

	p->want = *want;
	p->at_terminal = isatty(STDERR_FILENO);
	p->live = !want->quiet && screen_fits(STDERR_FILENO);
	p->colour = command_colour_of(STDERR_FILENO);
	p->places = xcalloc(want->plan->count + 1, sizeof *p->places);
	p->said[0] = p->said[1] = -1;
	view_init(&p->view, want->plan->count, p->colour);
	recall(p);
	if (p->live) {
		fflush(stderr);
		screen_open(&p->screen, STDERR_FILENO);
		open_pipe(p);
	}
	p->onlooker = (struct run_onlooker){.begins = begins, .waits = waits, .ends = ends, .look = look,
					    .look_fd = p->said[0], .stderr_fd = p->said[1]};
	cancel_drain_first(p->at_terminal);
	return p;
}

void progress_close(struct progress *p)
{
	if (!p)
		return;
	cancel_drain_first(false);
	if (p->said[0] >= 0) {
		take_said(p);
		screen_print(&p->screen, p->line.len ? p->line.data : "", p->line.len);
		screen_print(&p->screen, "\n", 1); /* the report stands by itself */
		close(p->said[0]);
		close(p->said[1]);
	}
	if (p->live)
		screen_close(&p->screen);
	buf_finish(&p->line);
	view_finish(&p->view);
	pace_finish(&p->pace);
	free(p->places);
	free(p);
}
