#include "nightly/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "result/rows.h"

enum outcome_sort outcome_sort(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
	case VERDICT_EXPECTED_FAIL:
		return OUTCOME_GOOD;
	case VERDICT_INFRA:
		return OUTCOME_LAB;
	case VERDICT_NONE:
	case VERDICT_SKIPPED:
	case VERDICT_CANCELLED:
		return OUTCOME_NOTHING;
	default:
		return OUTCOME_BAD;
	}
}

const char *outcome_session(struct arena *a, const char *name, int repeat)
{
	const char *dot = strrchr(name, '.');
	char number[16];

	snprintf(number, sizeof number, "%d", repeat);
	return dot && strcmp(dot + 1, number) == 0 ? arena_strndup(a, name, (size_t)(dot - name)) : arena_strdup(a, name);
}

static int by_session(const struct outcome *x, const struct outcome *y)
{
	int order = strcmp(x->session, y->session);

	return order ? order : strcmp(x->job ? x->job : "", y->job ? y->job : "");
}

/* Of doubles the graver comes first. */
static int by_session_and_gravity(const void *a, const void *b)
{
	const struct outcome *x = a, *y = b;
	int order = by_session(x, y), gx = verdict_gravity(x->verdict), gy = verdict_gravity(y->verdict);

	return order ? order : (gx < gy) - (gx > gy);
}

void outcomes_settle(struct outcomes *o)
{
	size_t n = 0;

	if (o->count)
		qsort(o->items, o->count, sizeof *o->items, by_session_and_gravity);
	for (size_t i = 0; i < o->count; i++)
		if (!n || by_session(&o->items[n - 1], &o->items[i]) != 0)
			o->items[n++] = o->items[i];
	o->count = n;
}

/* ---- how to run it again ---- */

/* A word as a shell takes it back. */
static void add_word(struct buf *out, const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%";

	if (out->len)
		buf_addc(out, ' ');
	if (*word && word[strspn(word, plain)] == '\0') {
		buf_adds(out, word);
		return;
	}
	buf_addc(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *word);
	buf_addc(out, '\'');
}

static void add_option(struct buf *out, const char *option, const char *value)
{
	if (!value)
		return;
	add_word(out, option);
	add_word(out, value);
}

static void add_image(struct buf *out, const struct run_settings *s, const struct session_result *r)
{
	add_option(out, "--image", s->image);
	add_option(out, "--report", s->image_report);
	for (const char *const *elf = s->image_elfs; elf && *elf; elf++)
		add_option(out, "--elf", *elf);
	if (r->expected.control)
		add_option(out, "--expect", cause_name(r->expected.cause));
}

static const char *again(const struct run_settings *s, const struct session_result *r, struct arena *a)
{
	struct buf out;
	const char *text;

	buf_init(&out);
	buf_adds(&out, "runtest run");
	add_word(&out, r->scenario);
	if (s->image)
		add_image(&out, s, r);
	else
		add_option(&out, "--variant", r->variant);
	add_option(&out, "--board", r->unit);
	add_option(&out, "--config", r->config);
	if (s->mutants)
		add_word(&out, "--mutants");
	for (const char *const *set = s->set; set && *set; set++)
		add_option(&out, "--set", *set);
	text = arena_strdup(a, out.data);
	buf_finish(&out);
	return text;
}

void outcomes_add_run(struct outcomes *o, const struct run_record *r, const char *job, struct arena *a)
{
	const char *run = arena_strdup(a, r->settings.run);

	job = arena_strdup(a, job);
	for (size_t i = 0; i < r->plan_count; i++) {
		const struct session_result *s = &r->sessions[i];

		o->items = arena_grow(a, o->items, &o->room, o->count + 1, sizeof *o->items);
		o->items[o->count++] = (struct outcome){
			.session = outcome_session(a, s->name, s->repeat),
			.job = job,
			.run = run,
			.verdict = session_verdict(s),
			.cause = s->cause,
			.why = arena_strdup(a, s->why),
			.quarantined = session_is_excused(s),
			.again = outcome_sort(session_verdict(s)) == OUTCOME_GOOD ? NULL : again(&r->settings, s, a),
		};
	}
	outcomes_settle(o);
}

const struct outcome *outcomes_find(const struct outcomes *o, const char *session, const char *job)
{
	struct outcome key = {.session = session, .job = job};
	size_t low = 0, high = o->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = by_session(&key, &o->items[middle]);

		if (order == 0)
			return &o->items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
