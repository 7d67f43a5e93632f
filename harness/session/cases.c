/* A step that reads the guest's own test results off the console. */
#include <string.h>

#include "match/pattern.h"
#include "proto/cases.h"
#include "result/guest.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

/* Without a text to end at: so long nothing may come any more once all planned results are there. */
enum { SILENCE_MS = 100 };

struct reading {
	struct cases cases;
	struct pattern *until; /* NULL: the plan tells the end */
	bool ended;            /* the last line has come */
	bool lingers;          /* all is there; what still follows is heard */
};

/* ---- reading ---- */

static bool is_last(struct session *s, struct reading *r, const struct watch_hit *line)
{
	struct pattern_span at;
	const char *reason;

	if (!r->until || !line->text_len)
		return false;
	switch (pattern_find(r->until, line->text, line->text_len, 0, PATTERN_ENDED, &at, &reason)) {
	case PATTERN_FOUND:
		return true;
	case PATTERN_FAILED:
		session_end(s, END_INFRA, CAUSE_NONE, reason);
		return false;
	default:
		return false;
	}
}

static bool is_done(const struct reading *r)
{
	return r->ended || r->cases.over || (!r->until && r->cases.complete && !r->lingers);
}

/* Every line that is there. The text to expect next begins behind the last line of the output. */
static bool read_lines(struct session *s, void *arg)
{
	struct reading *r = arg;
	struct watch_hit line;

	while (!is_done(r) && watch_next_line(s->watch, &line)) {
		struct cases_place place = {.at_ms = session_ms(s), .offset = line.start};
		bool own = cases_line(&r->cases, line.text, line.text_len, place);

		r->ended = is_last(s, r, &line);
		if (own || r->ended) {
			s->taken = line.end;
			watch_keep_lines(s->watch);
		}
	}
	return is_done(r) || s->console_ended;
}

/* More than was planned would be a fault, so what comes in one breath with the last result is heard out. */
static void linger(struct session *s, struct reading *r, int64_t deadline)
{
	uint64_t heard;

	r->lingers = true;
	do {
		int64_t silence = clock_ms() + SILENCE_MS;

		heard = s->log.size;
		session_pump(s, silence < deadline ? silence : deadline, read_lines, r);
	} while (!s->ended && !is_done(r) && s->log.size != heard && clock_ms() < deadline);
}

/* ---- what it came to ---- */

static const struct guest_case *copy_cases(struct arena *a, const struct cases *c)
{
	struct guest_case *out = arena_alloc(a, (c->count + 1) * sizeof *out);

	for (size_t i = 0; i < c->count; i++) {
		const struct test_case *t = &c->items[i];

		out[i] = (struct guest_case){
			.name = arena_strdup(a, t->name),
			.outcome = t->outcome,
			.number = t->number,
			.time_us = t->time_us,
			.text = t->text.len ? arena_strndup(a, t->text.data, t->text.len) : NULL,
			.at_ms = t->place.at_ms,
			.offset = t->place.offset,
		};
	}
	return out;
}

static const char *const *copy_faults(struct arena *a, const struct cases *c)
{
	const char *const *faults = NULL;

	for (unsigned i = 0; i < c->fault_count && i < CASES_FAULTS_KEPT; i++)
		faults = arena_list_add(a, faults, arena_strdup(a, c->faults[i]));
	if (c->fault_count > CASES_FAULTS_KEPT)
		faults = arena_list_add(a, faults, arena_printf(a, "and %u faults more", c->fault_count - CASES_FAULTS_KEPT));
	return faults;
}

static void note(struct session *s, const struct step *step, const struct cases *c)
{
	struct session_result *result = s->result;
	struct arena *a = &result->arena;
	struct guest_tests *t;

	result->tests = arena_grow(a, result->tests, &s->tests_room, result->tests_count + 1, sizeof *t);
	t = &result->tests[result->tests_count++];
	*t = (struct guest_tests){
		.format = c->begun ? cases_format_of(c) : step->cases.format,
		.from = step->cases.from,
		.where = arena_printf(a, "%s:%d", s->spec->scenario->file, step->line),
		.planned = c->planned,
		.came = (unsigned)c->came,
		.faults = copy_faults(a, c),
		.cases = copy_cases(a, c),
		.case_count = c->count,
	};
	memcpy(t->count, c->outcomes, sizeof t->count);
}

static const char *why(struct session *s, const struct step *step)
{
	struct arena *a = &s->result->arena;
	struct buf text;
	const char *out;

	buf_init(&text);
	guest_add_failure(&text, s->result);
	out = arena_printf(a, "%s (%s:%d)", text.data, s->spec->scenario->file, step->line);
	buf_finish(&text);
	return out;
}

/* The session has ended for another reason; a test that had failed before is the older one. */
static bool failed_first(const struct session *s, const struct cases *c)
{
	const struct session_evidence *ev = &s->result->evidence;
	const struct test_case *failed = cases_first_failed(c);

	if (!failed || (s->ending != END_DENIED && s->ending != END_GUEST_OFF))
		return false;
	return s->ending != END_DENIED || (ev->denied_count && failed->place.offset < ev->denied[0].offset);
}

/*
 * What is missing at the end is a fault of the output, if there was any. Where there was none, or all of it, and only
 * the text at its end is missing, a deadline has passed and nobody knows why.
 */
static void conclude(struct session *s, const struct step *step, struct cases *c, bool late, int64_t deadline)
{
	bool begun = c->begun, older = s->ended && failed_first(s, c);

	if (begun || !s->ended)
		cases_end(c, s->ended ? "the session ended" : late ? "the time for it was over" : NULL);
	note(s, step, c);
	if (older) {
		s->ended = false;
		s->result->why = NULL;
	}
	if (s->ended)
		return;
	if (late && (!begun || cases_passed(c))) {
		session_end_timeout(s, deadline);
		return;
	}
	if (!cases_passed(c))
		session_end(s, END_TESTS_FAILED, CAUSE_GUEST_TEST_FAILED, why(s, step));
	session_awaits(s, NULL, NULL, 0);
}

/* For a report, should it not come. */
static const char *describe(struct session *s, const struct step *step)
{
	const struct step_cases *c = &step->cases;

	return arena_printf(&s->result->arena, "test results (%s)%s%s%s%s", c->format ? c->format : "any format",
			    c->from ? " from " : "", c->from ? c->from : "", c->until.regex ? " until " : "",
			    c->until.regex ? c->until.regex : "");
}

void session_cases(struct session *s, const struct step *step, int64_t deadline_ms)
{
	const struct step_cases *spec = &step->cases;
	struct cases_options options = {.format = spec->format, .prefix = spec->prefix, .others = spec->others};
	struct reading r = {.ended = false};
	enum pump how;
	struct err e;

	session_awaits(s, describe(s, step), s->spec->scenario->file, step->line);
	if (spec->until.regex && !(r.until = pattern_create(spec->until.regex, &e))) {
		session_end_error(s, &e);
		return;
	}
	cases_init(&r.cases, &options);
	watch_expect_nothing(s->watch);
	watch_begin_lines(s->watch);
	how = session_pump(s, deadline_ms, read_lines, &r);
	read_lines(s, &r); /* what came in one breath with the session's end */
	if (how == PUMP_MET && !is_done(&r))
		session_hang_up(s);
	else if (how == PUMP_MET && !r.until && !r.cases.over)
		linger(s, &r, deadline_ms);
	conclude(s, step, &r.cases, how == PUMP_DEADLINE, deadline_ms);
	cases_finish(&r.cases);
	pattern_destroy(r.until);
}
