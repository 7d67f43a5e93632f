#include "nightly/bulletin.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "result/fields.h"
#include "util/text.h"

bool bulletin_is_news(const struct bulletin *b)
{
	return changes_news(b->changes) > 0 || b->trouble_news > 0;
}

/* Bytes; Mattermost takes 16,383 characters, Slack 40,000. */
enum { CHAT_MAX = 12000 };

/* ---- as text ---- */

static void add_count(struct buf *out, size_t n, const char *what, const char **comma)
{
	if (!n)
		return;
	buf_printf(out, "%s%zu %s", *comma, n, what);
	*comma = ", ";
}

void bulletin_subject(struct buf *out, const struct bulletin *b)
{
	const char *comma = ": ";

	buf_adds(out, "nightly ");
	text_add_line(out, b->name);
	for (int k = 0; k < CHANGE_NEWS; k++)
		add_count(out, b->changes->of[k], change_kind_title((enum change_kind)k), &comma);
	add_count(out, b->trouble_count, b->trouble_count == 1 ? "trouble" : "troubles", &comma);
	if (*comma == ':')
		buf_printf(out, ": %s", b->exit_status ? "nothing new, and not well" : "all as demanded");
}

/* A reason, on one line and not too long of it. */
static void add_short(struct buf *out, const char *text)
{
	struct buf line;

	buf_init(&line);
	text_add_line(&line, text);
	text_add_shortened(out, line.data ? line.data : "", BULLETIN_WHY);
	buf_finish(&line);
}

static void add_outcome(struct buf *out, const struct outcome *o)
{
	buf_adds(out, "  ");
	text_add_line(out, o->session);
	buf_printf(out, "  %s%s%s", verdict_name(o->verdict), o->cause ? " " : "", cause_name(o->cause));
	if (o->job) {
		buf_adds(out, "  (job ");
		text_add_line(out, o->job);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
}

static void add_change(struct buf *out, const struct change *c)
{
	add_outcome(out, c->now);
	if (c->now->why && outcome_sort(c->now->verdict) != OUTCOME_GOOD) {
		buf_adds(out, "    ");
		add_short(out, c->now->why);
		buf_addc(out, '\n');
	}
	if (c->before && c->kind < CHANGE_NEWS) {
		buf_printf(out, "    before: %s%s%s in run ", verdict_name(c->before->verdict), c->before->cause ? " " : "",
			   cause_name(c->before->cause));
		text_add_line(out, c->before->run ? c->before->run : "?");
		buf_addc(out, '\n');
	}
}

/* "2 newly failing:" and the sessions. */
static void add_kind(struct buf *out, const struct changes *c, enum change_kind kind)
{
	size_t listed = 0;

	if (!c->of[kind])
		return;
	buf_printf(out, "%zu %s:\n", c->of[kind], change_kind_title(kind));
	for (size_t i = 0; i < c->count && listed < BULLETIN_LISTED; i++) {
		if (c->items[i].kind != kind)
			continue;
		add_change(out, &c->items[i]);
		listed++;
	}
	if (c->of[kind] > listed)
		buf_printf(out, "  and %zu more\n", c->of[kind] - listed);
	buf_addc(out, '\n');
}

static void add_troubles(struct buf *out, const struct bulletin *b)
{
	if (!b->trouble_count)
		return;
	buf_adds(out, "Trouble:\n");
	for (size_t i = 0; i < b->trouble_count && i < BULLETIN_LISTED; i++) {
		buf_adds(out, "  ");
		text_add_line(out, b->troubles[i].subject);
		buf_adds(out, ": ");
		add_short(out, b->troubles[i].text);
		buf_addc(out, '\n');
	}
	if (b->trouble_count > BULLETIN_LISTED)
		buf_printf(out, "  and %zu more\n", b->trouble_count - BULLETIN_LISTED);
	buf_addc(out, '\n');
}

static size_t sessions(const struct run_totals *t)
{
	size_t n = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		n += t->count[v];
	return n;
}

static void add_totals(struct buf *out, const struct bulletin *b)
{
	const char *comma = ": ";

	buf_printf(out, "%zu session%s", sessions(&b->totals), sessions(&b->totals) == 1 ? "" : "s");
	for (int v = 0; v < VERDICT_COUNT; v++)
		add_count(out, b->totals.count[v], verdict_name((enum verdict)v), &comma);
	buf_printf(out, "; exit status %d\n", b->exit_status);
	for (size_t i = 0; i < b->job_count; i++) {
		const struct bulletin_job *j = &b->jobs[i];

		buf_adds(out, "  ");
		text_add_line(out, j->name ? j->name : "run");
		buf_printf(out, ": exit status %d, run ", j->exit_status);
		text_add_line(out, j->run ? j->run : "none");
		buf_addc(out, '\n');
	}
}

/* Only what needs somebody to look at it. */
static void add_again(struct buf *out, const struct bulletin *b)
{
	size_t listed = 0;

	for (size_t i = 0; i < b->changes->count && listed < BULLETIN_LISTED; i++) {
		const struct outcome *o = b->changes->items[i].now;

		if (!o->again)
			continue;
		if (!listed++)
			buf_adds(out, "\nAgain:\n");
		buf_adds(out, "  ");
		text_add_line(out, o->again);
		buf_addc(out, '\n');
	}
}

void bulletin_text(struct buf *out, const struct bulletin *b)
{
	for (int k = 0; k < CHANGE_NEWS; k++)
		add_kind(out, b->changes, (enum change_kind)k);
	add_troubles(out, b);
	add_totals(out, b);
	add_again(out, b);
	if (changes_news(b->changes) < b->changes->count)
		buf_addc(out, '\n');
	for (int k = CHANGE_NEWS; k < CHANGE_KINDS; k++)
		add_kind(out, b->changes, (enum change_kind)k);
	buf_adds(out, b->changes->count > changes_news(b->changes) ? "Begun " : "\nBegun ");
	text_add_line(out, b->started);
	buf_adds(out, " on ");
	text_add_line(out, b->host);
	if (b->before) {
		buf_adds(out, "; compared with what was told at ");
		text_add_line(out, b->before);
	} else {
		buf_adds(out, "; nothing was told before");
	}
	buf_addc(out, '\n');
}

/* ---- as JSON ---- */

static json_t *verdict_json(const struct outcome *o)
{
	json_t *v = json_object();

	json_object_set_new(v, "verdict", json_string(verdict_name(o->verdict)));
	json_object_set_new(v, "cause", o->cause ? json_string(cause_name(o->cause)) : json_null());
	json_object_set_new(v, "run", fields_text(o->run));
	return v;
}

static json_t *change_json(const struct change *c)
{
	json_t *v = verdict_json(c->now);

	json_object_set_new(v, "session", fields_text(c->now->session));
	json_object_set_new(v, "job", fields_text(c->now->job));
	json_object_set_new(v, "why", fields_text(c->now->why));
	json_object_set_new(v, "again", fields_text(c->now->again));
	json_object_set_new(v, "before", c->before ? verdict_json(c->before) : json_null());
	return v;
}

/* Lists of each kind, and how many there are of those that are not listed. */
static json_t *changes_json(const struct changes *c)
{
	json_t *all = json_object(), *lists[CHANGE_KINDS];

	for (int k = 0; k < CHANGE_KINDS; k++)
		json_object_set_new(all, change_kind_name((enum change_kind)k), lists[k] = json_array());
	for (size_t i = 0; i < c->count; i++)
		if (json_array_size(lists[c->items[i].kind]) < BULLETIN_LISTED)
			json_array_append_new(lists[c->items[i].kind], change_json(&c->items[i]));
	return all;
}

static json_t *counts_json(const struct changes *c)
{
	json_t *all = json_object();

	for (int k = 0; k < CHANGE_KINDS; k++)
		json_object_set_new(all, change_kind_name((enum change_kind)k), json_integer((json_int_t)c->of[k]));
	return all;
}

static json_t *totals_json(const struct run_totals *t)
{
	json_t *all = json_object();

	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++)
		json_object_set_new(all, verdict_name((enum verdict)v), json_integer(t->count[v]));
	return all;
}

static json_t *jobs_json(const struct bulletin *b)
{
	json_t *all = json_array(), *one;

	for (size_t i = 0; i < b->job_count; i++) {
		one = json_object();
		json_object_set_new(one, "job", fields_text(b->jobs[i].name));
		json_object_set_new(one, "run", fields_text(b->jobs[i].run));
		json_object_set_new(one, "exit_status", json_integer(b->jobs[i].exit_status));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *troubles_json(const struct bulletin *b)
{
	json_t *all = json_array(), *one;

	for (size_t i = 0; i < b->trouble_count; i++) {
		one = json_object();
		json_object_set_new(one, "subject", fields_text(b->troubles[i].subject));
		json_object_set_new(one, "text", fields_text(b->troubles[i].text));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *subject_json(const struct bulletin *b)
{
	struct buf line;
	json_t *v;

	buf_init(&line);
	bulletin_subject(&line, b);
	v = fields_text(line.data);
	buf_finish(&line);
	return v;
}

static void add_json(struct buf *out, json_t *v)
{
	char *text = json_dumps(v, JSON_COMPACT | JSON_PRESERVE_ORDER);

	buf_adds(out, text);
	free(text);
	json_decref(v);
}

void bulletin_json(struct buf *out, const struct bulletin *b)
{
	json_t *v = json_object();

	json_object_set_new(v, "event", json_string("nightly"));
	json_object_set_new(v, "schema", json_integer(1));
	json_object_set_new(v, "nightly", fields_text(b->name));
	json_object_set_new(v, "subject", subject_json(b));
	json_object_set_new(v, "started", fields_text(b->started));
	json_object_set_new(v, "host", fields_text(b->host));
	json_object_set_new(v, "exit_status", json_integer(b->exit_status));
	json_object_set_new(v, "news", json_boolean(bulletin_is_news(b)));
	json_object_set_new(v, "compared_with", fields_text(b->before));
	json_object_set_new(v, "counts", counts_json(b->changes));
	json_object_set_new(v, "changes", changes_json(b->changes));
	json_object_set_new(v, "totals", totals_json(&b->totals));
	json_object_set_new(v, "jobs", jobs_json(b));
	json_object_set_new(v, "troubles", troubles_json(b));
	add_json(out, v);
}

/* In a block of code nobody is called by name and nothing is a heading. What would end it, or is a call or a link to Slack
 * even there ("<!channel>"), is broken: reasons may hold what a board has printed. */
static void add_block(struct buf *out, const char *text)
{
	size_t begin = out->len;

	buf_adds(out, "\n```\n");
	for (; *text; text++) {
		if (out->len - begin > CHAT_MAX && text[-1] == '\n') {
			buf_adds(out, "... and more, which the reports of the runs have\n");
			break;
		}
		buf_addc(out, *text == '`' ? '\'' : *text);
		if (*text == '<' && text[1] != ' ' && text[1] != '\n')
			buf_addc(out, ' ');
	}
	buf_adds(out, "```");
}

void bulletin_chat(struct buf *out, const struct bulletin *b)
{
	json_t *v = json_object();
	struct buf all, text;

	buf_init(&all);
	buf_init(&text);
	bulletin_subject(&all, b);
	bulletin_text(&text, b);
	add_block(&all, text.data);
	json_object_set_new(v, "text", fields_text(all.data));
	add_json(out, v);
	buf_finish(&text);
	buf_finish(&all);
}
