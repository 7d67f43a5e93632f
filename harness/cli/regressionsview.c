#include "cli/regressionsview.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "result/fields.h"
#include "util/text.h"

/* ---- times for people ---- */

static void add_us(struct buf *out, double us)
{
	if (us >= 1e6)
		buf_printf(out, "%.2fs", us / 1e6);
	else if (us >= 1e3)
		buf_printf(out, us >= 1e5 ? "%.0fms" : "%.1fms", us / 1e3);
	else
		buf_printf(out, "%.0fus", us);
}

/* ---- one change ---- */

static void add_outcome(struct buf *out, const struct outcome *o, bool known)
{
	if (!known) {
		buf_adds(out, "new");
		return;
	}
	buf_adds(out, o->verdict ? verdict_name(o->verdict) : "no result");
	if (*o->cause)
		buf_printf(out, " (%s)", o->cause);
	if (o->results > 1 && o->bad)
		buf_printf(out, " in %d of %d", o->bad, o->results);
	else if (o->results > 1)
		buf_printf(out, " %d times", o->results);
}

static void add_way(struct buf *out, const struct session_change *c)
{
	buf_adds(out, "    ");
	add_outcome(out, &c->before, *c->before_run);
	buf_adds(out, " -> ");
	add_outcome(out, &c->now, true);
	if (c->other_image)
		buf_adds(out, "; another image");
	if (*c->parameters)
		buf_printf(out, "; other parameters: %s", c->parameters);
	if (*c->quarantine)
		buf_printf(out, "; in quarantine: %s", c->quarantine);
	buf_addc(out, '\n');
}

static void add_slowness(struct buf *out, const struct slowness *s)
{
	buf_adds(out, "    ");
	add_us(out, s->before_us);
	buf_adds(out, " -> ");
	add_us(out, s->now_us);
	buf_printf(out, " (%+.0f %%; 95 %%: %+.0f to %+.0f %%), n = %zu -> %zu, p = %.2g", s->shift.mid * 100,
		   s->shift.low * 100, s->shift.high * 100, s->before, s->now, s->p);
	if (*s->mark) {
		buf_adds(out, "; most of it, ");
		add_us(out, s->mark_us);
		buf_printf(out, ", just before %s", s->mark);
	}
	buf_addc(out, '\n');
}

static void add_change(struct buf *out, const struct session_change *c)
{
	buf_adds(out, "  ");
	text_add_line(out, c->session);
	buf_addc(out, '\n');
	if (c->change == CHANGE_SLOWER)
		add_slowness(out, &c->slow);
	else
		add_way(out, c);
	if (*c->why) {
		buf_adds(out, "    ");
		text_add_line(out, c->why);
		buf_addc(out, '\n');
	}
}

static const char *const headings[CHANGES] = {
	[CHANGE_FAILING] = "newly failing", [CHANGE_VACUOUS] = "newly vacuous", [CHANGE_FLAKY] = "newly flaky",
	[CHANGE_SLOWER] = "slower",         [CHANGE_PASSING] = "newly passing", [CHANGE_MISSING] = "without a result now",
};

static void add_changes(struct buf *out, const struct regressions *r)
{
	for (size_t i = 0; i < r->count; i++) {
		enum change c = r->items[i].change;

		if (!i || c != r->items[i - 1].change)
			buf_printf(out, "\n%s: %zu\n", headings[c], r->by_change[c]);
		add_change(out, &r->items[i]);
	}
}

/* ---- around them ---- */

static void add_run(struct buf *out, const char *what, const struct history_run *r)
{
	char when[HISTORY_WHEN];

	buf_printf(out, "%s %s of %s", what, r->run, history_when(r->started_ms, when));
	if (r->ended_ms < 0)
		buf_adds(out, " (not at its end)");
	buf_addc(out, '\n');
}

/* What makes times of the two runs hard to compare. */
static void add_differences(struct buf *out, const struct history_run *before, const struct history_run *now)
{
	if (strcmp(before->qemu_version, now->qemu_version) != 0)
		buf_printf(out, "  QEMU %s before, %s now\n", *before->qemu_version ? before->qemu_version : "unknown",
			   *now->qemu_version ? now->qemu_version : "unknown");
	if (before->jobs != now->jobs)
		buf_printf(out, "  %d sessions at once before, %d now\n", before->jobs, now->jobs);
	if (strcmp(before->version, now->version) != 0)
		buf_printf(out, "  runtest %s before, %s now\n", before->version, now->version);
	if (!*before->image != !*now->image)
		buf_printf(out, "  %s was run before, %s now\n", *before->image ? "a given image" : "the project's variants",
			   *now->image ? "a given image" : "the project's variants");
}

static void add_head(struct buf *out, const struct regressions *r)
{
	add_run(out, "run", &r->now);
	add_run(out, "against", &r->before);
	add_differences(out, &r->before, &r->now);
	buf_printf(out, "  %zu session%s, %zu of them with a result before", r->sessions, r->sessions == 1 ? "" : "s",
		   r->common);
	if (r->still_bad)
		buf_printf(out, "; %zu not as demanded, as before", r->still_bad);
	buf_addc(out, '\n');
}

static void add_overall(struct buf *out, const struct regressions *r)
{
	const struct slowness_overall *o = &r->overall;

	buf_printf(out, "\nboot times: %zu session%s tested against %zu run%s", r->tested, r->tested == 1 ? "" : "s",
		   r->window, r->window == 1 ? "" : "s");
	if (r->too_few)
		buf_printf(out, ", %zu with too few results to tell", r->too_few);
	if (o->sessions)
		buf_printf(out, "; half of %zu take more than %.2f times as long (p = %.2g)%s", o->sessions, o->ratio, o->p,
			   o->slower ? ": slower as a whole" : "");
	buf_addc(out, '\n');
}

static void add_conclusion(struct buf *out, const struct regressions *r)
{
	size_t n = r->overall.slower;

	for (int c = 0; c < CHANGES; c++)
		n += change_is_regression((enum change)c) ? r->by_change[c] : 0;
	buf_printf(out, "%zu regression%s", n, n == 1 ? "" : "s");
	if (r->excused)
		buf_printf(out, ", %zu of them in quarantine", r->excused);
	buf_addc(out, '\n');
}

void regressions_text(const struct regressions *r, struct buf *out)
{
	add_head(out, r);
	add_changes(out, r);
	add_overall(out, r);
	add_conclusion(out, r);
}

/* ---- JSON ---- */

static json_t *run_object(const struct history_run *r)
{
	return json_pack("{s:s, s:I, s:b, s:i, s:i, s:s, s:s}", "run", r->run, "started_ms", (json_int_t)r->started_ms, "ended",
			 r->ended_ms >= 0, "planned", r->planned, "jobs", r->jobs, "version", r->version, "qemu_version",
			 r->qemu_version);
}

static json_t *outcome_object(const struct outcome *o)
{
	return json_pack("{s:s, s:s, s:i, s:i}", "verdict", verdict_name(o->verdict), "cause", o->cause, "results", o->results,
			 "bad", o->bad);
}

static json_t *slowness_object(const struct slowness *s)
{
	return json_pack("{s:I, s:I, s:f, s:f, s:f, s:[f,f], s:f, s:s, s:f}", "n_before", (json_int_t)s->before, "n_now",
			 (json_int_t)s->now, "median_before_us", s->before_us, "median_now_us", s->now_us, "shift",
			 s->shift.mid, "shift_95", s->shift.low, s->shift.high, "p", s->p, "mark", s->mark, "mark_us",
			 s->mark_us);
}

static json_t *change_object(const struct session_change *c)
{
	json_t *o = json_pack("{s:s, s:s}", "change", session_change_name(c->change), "session", c->session);

	if (c->change == CHANGE_SLOWER) {
		json_object_set_new(o, "boot", slowness_object(&c->slow));
		return o;
	}
	json_object_set_new(o, "before", *c->before_run ? outcome_object(&c->before) : json_null());
	json_object_set_new(o, "before_run", json_string(c->before_run));
	json_object_set_new(o, "now", outcome_object(&c->now));
	json_object_set_new(o, "why", fields_text(c->why));
	json_object_set_new(o, "quarantine", json_string(c->quarantine));
	json_object_set_new(o, "other_image", json_boolean(c->other_image));
	json_object_set_new(o, "parameters", json_string(c->parameters));
	return o;
}

static json_t *counts_object(const struct regressions *r)
{
	json_t *o = json_object();

	for (int c = 0; c < CHANGES; c++)
		json_object_set_new(o, session_change_name((enum change)c), json_integer((json_int_t)r->by_change[c]));
	json_object_set_new(o, "excused", json_integer((json_int_t)r->excused));
	json_object_set_new(o, "still-bad", json_integer((json_int_t)r->still_bad));
	return o;
}

static json_t *times_object(const struct regressions *r)
{
	return json_pack("{s:I, s:I, s:I, s:f, s:f, s:{s:I, s:f, s:f, s:b}}", "tested", (json_int_t)r->tested, "too_few",
			 (json_int_t)r->too_few, "window_runs", (json_int_t)r->window, "effect", REGRESSIONS_EFFECT,
			 "false_discovery_rate", REGRESSIONS_FALSE, "overall", "sessions", (json_int_t)r->overall.sessions,
			 "ratio", r->overall.ratio, "p", r->overall.p, "slower", r->overall.slower);
}

void regressions_json(const struct regressions *r, struct buf *out)
{
	json_t *o = json_pack("{s:i, s:o, s:o, s:I, s:I, s:o, s:o, s:b}", "schema", 1, "run", run_object(&r->now), "against",
			      run_object(&r->before), "sessions", (json_int_t)r->sessions, "common", (json_int_t)r->common,
			      "counts", counts_object(r), "boot_times", times_object(r), "regressions", regressions_any(r));
	json_t *changes = json_array();
	char *text;

	for (size_t i = 0; i < r->count; i++)
		json_array_append_new(changes, change_object(&r->items[i]));
	json_object_set_new(o, "changes", changes);
	text = json_dumps(o, JSON_INDENT(1));
	buf_adds(out, text);
	buf_addc(out, '\n');
	free(text);
	json_decref(o);
}
