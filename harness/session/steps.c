/* The phases of a scenario and their steps, one function per kind of step. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/pattern.h"
#include "match/unless.h"
#include "session/handover.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/template.h"

int session_deny(struct session *s, const struct deny *d)
{
	struct err e;

	if (watch_deny(s->watch, d->text.regex, (int)s->deny_count, &e) < 0) {
		session_end_error(s, &e);
		return -1;
	}
	s->denies = xgrow(s->denies, &s->deny_room, s->deny_count + 1, sizeof *s->denies);
	s->denies[s->deny_count++] = d;
	return 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When this step must be done: its own limit, the phase's and the session's, whichever comes first. */
static int64_t step_deadline(const struct session *s, const struct step *step)
{
	int64_t d = earlier(s->phase_deadline_ms, s->deadline_ms);

	return step->within_ms ? earlier(d, clock_ms() + step->within_ms) : d;
}

void session_awaits(struct session *s, const char *what, const char *file, int line)
{
	s->awaited = what;
	s->awaited_file = file;
	s->awaited_line = line;
}

/* ---- variables ---- */

const char *session_fill(struct session *s, const char *text, size_t n)
{
	if (!template_has_variable(text, n))
		return text;
	buf_clear(&s->filled);
	template_fill(&s->filled, text, n, (struct variables){s->variables, s->variable_count});
	return s->filled.data ? s->filled.data : "";
}

int64_t session_amount(const struct session *s, const struct amount *a)
{
	for (size_t i = s->variable_count; a->parameter && i > 0; i--)
		if (strcmp(s->variables[i - 1].name, a->parameter) == 0)
			return s->variables[i - 1].value;
	return a->number;
}

static void add_variable(struct session *s, const char *name, int64_t value)
{
	s->variables = xgrow(s->variables, &s->variable_room, s->variable_count + 1, sizeof *s->variables);
	s->variables[s->variable_count++] = (struct variable){name, value};
}

/* ---- waiting for texts ---- */

/* The deadline that passed, in words. */
void session_end_timeout(struct session *s, int64_t deadline)
{
	const char *whose = deadline == s->deadline_ms ? "session" : deadline == s->phase_deadline_ms ? "phase" : "step";
	char *why = arena_printf(&s->result->arena, "the %s's deadline passed after %" PRId64 " ms", whose, session_ms(s));

	session_end(s, END_TIMEOUT, CAUSE_NONE, why);
}

struct sighting {
	struct watch_hit hit;
};

static bool matched(struct session *s, void *arg)
{
	return watch_matched(s->watch, &((struct sighting *)arg)->hit) || s->console_ended;
}

static void note_seen(struct session *s, const char *regex, const struct text_pattern *p, const struct watch_hit *hit)
{
	char where[512];

	snprintf(where, sizeof where, "%s:%d", p->file, p->line);
	sightings_add(&s->seen, &(struct console_sighting){.pattern = regex,
							   .where = where,
							   .text = hit->text,
							   .at_ms = session_ms(s),
							   .offset = hit->start});
}

void session_hang_up(struct session *s)
{
	session_await_news(s, "while the board had power");
}

/* What is looked for: the text, or what forestalls it, whichever comes first. */
static const char *sought(struct session *s, const char *regex, const struct deny *unless)
{
	char *both;

	if (!unless)
		return session_fill(s, regex, strlen(regex));
	both = unless_pattern(regex, unless->text.regex);
	buf_clear(&s->sought);
	template_fill(&s->sought, both, strlen(both), (struct variables){s->variables, s->variable_count});
	free(both);
	return s->sought.data;
}

bool session_await(struct session *s, const struct text_pattern *p, const struct deny *unless, int64_t deadline)
{
	const char *regex = session_fill(s, p->regex, strlen(p->regex));
	struct sighting seen = {.hit = {.text = NULL}};
	enum pump how;
	struct err e;

	session_awaits(s, regex, p->file, p->line);
	if (watch_expect(s->watch, sought(s, p->regex, unless), &e) < 0) {
		session_end_error(s, &e);
		return false;
	}
	how = session_pump(s, deadline, matched, &seen);
	if (how == PUMP_DEADLINE)
		session_end_timeout(s, deadline);
	if (how != PUMP_MET)
		return false;
	if (!seen.hit.text) {
		session_hang_up(s);
		return false;
	}
	if (unless && watch_capture(s->watch, UNLESS_GROUP)) {
		s->forestalled = true;
		session_denied(s, unless, &seen.hit);
		return false;
	}
	s->taken = seen.hit.end;
	note_seen(s, regex, p, &seen.hit);
	session_awaits(s, NULL, NULL, 0);
	return true;
}

static const struct deny *unless_of(const struct step *step)
{
	return step->unless.text.regex ? &step->unless : NULL;
}

static void step_expect(struct session *s, const struct step *step)
{
	if (!session_await(s, &step->expect, unless_of(step), step_deadline(s, step)))
		return;
	session_keep(s, step);
	if (step->compare.capture)
		session_compare(s, step);
}

static void step_send(struct session *s, const struct step *step)
{
	const char *text = session_fill(s, step->send, step->send_len);
	size_t n = text == step->send ? step->send_len : s->filled.len;
	int64_t deadline = step_deadline(s, step);

	if (session_send(s, text, n, deadline) == PUMP_DEADLINE)
		session_end_timeout(s, deadline);
}

static void step_deny(struct session *s, const struct step *step)
{
	session_deny(s, &step->deny);
}

static void step_wait(struct session *s, const struct step *step)
{
	int64_t until = clock_ms() + step->wait_ms, deadline = step_deadline(s, step);

	if (session_pump(s, earlier(until, deadline), NULL, NULL) == PUMP_DEADLINE && deadline < until)
		session_end_timeout(s, deadline);
}

static char *hold_pattern(const struct witness_spec *w)
{
	return xasprintf("^HOLD\\|%s$", w->moment);
}

/* Moments of later boots are told apart by the boot's number: "loaded", "loaded.2". */
static void look_in_this_boot(struct session *s, const struct witness_spec *w, bool stop, bool resume, int64_t deadline)
{
	struct witness_spec named = *w;

	if (s->boot_number > 1)
		named.moment = arena_printf(&s->result->arena, "%s.%d", w->moment, s->boot_number);
	session_look(s, &named, stop, resume, deadline);
}

/* An exact moment: the guest says where it is and waits for one byte; nothing moves meanwhile. */
static void look_at_hold(struct session *s, const struct step *step, int64_t deadline)
{
	const struct witness_spec *w = &step->witness;
	char *regex = hold_pattern(w);
	struct text_pattern hold = {.regex = regex, .file = s->spec->scenario->file, .line = w->line};
	bool came = session_await(s, &hold, unless_of(step), deadline);

	if (!came && s->awaited == regex)
		s->awaited = arena_strdup(&s->result->arena, regex);
	free(regex);
	if (!came)
		return;
	look_in_this_boot(s, w, false, false, deadline);
	if (!s->ended && session_send(s, "\n", 1, deadline) == PUMP_DEADLINE)
		session_end_timeout(s, deadline);
}

static void step_witness(struct session *s, const struct step *step)
{
	int64_t deadline = step_deadline(s, step);

	if (step->witness.stop == WITNESS_STOP_GUEST)
		look_at_hold(s, step, deadline);
	else
		look_in_this_boot(s, &step->witness, true, true, deadline);
}

static void step_script(struct session *s, const struct step *step)
{
	session_script(s, step->script, step_deadline(s, step));
}

static void step_cases(struct session *s, const struct step *step)
{
	session_cases(s, step, step_deadline(s, step));
}

static void step_send_file(struct session *s, const struct step *step)
{
	session_send_file(s, &step->file, step_deadline(s, step));
}

static void step_holds(struct session *s, const struct step *step)
{
	session_holds(s, &step->holds);
}

static void share_pattern(const char *regex)
{
	if (regex && !template_has_variable(regex, strlen(regex)))
		pattern_keep(regex);
}

/* A text, by itself or with what forestalls it: as step_expect and look_at_hold look for it. */
static void share_sought(const struct step *step, const char *regex)
{
	char *both = step->unless.text.regex ? unless_pattern(regex, step->unless.text.regex) : NULL;

	share_pattern(both ? both : regex);
	free(both);
}

static void share_steps(const struct step *steps, size_t count);

static void share_step(const struct step *step)
{
	char *hold = NULL;

	share_steps(step->repeat.steps, step->repeat.step_count);
	share_pattern(step->file.prompt.regex);
	if (step->kind == STEP_EXPECT)
		share_sought(step, step->expect.regex);
	if (step->kind == STEP_CASES && step->cases.until.regex)
		pattern_keep(step->cases.until.regex);
	if (step->kind == STEP_DENY)
		pattern_keep(step->deny.text.regex);
	if (step->kind == STEP_WITNESS && step->witness.stop == WITNESS_STOP_GUEST)
		share_sought(step, hold = hold_pattern(&step->witness));
	free(hold);
}

static void share_steps(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		share_step(&steps[i]);
}

void session_share(const struct scenario *sc, const struct board_kind *kind)
{
	markers_share(sc, kind);
	for (size_t i = 0; i < sc->deny_count; i++)
		pattern_keep(sc->denies[i].text.regex);
	for (size_t i = 0; i < sc->phase_count; i++)
		share_steps(sc->phases[i].steps, sc->phases[i].step_count);
}

static void run_steps(struct session *s, const struct step *steps, size_t count);

static void step_repeat(struct session *s, const struct step *step)
{
	const struct step_repeat *r = &step->repeat;
	int64_t times = session_amount(s, &r->times), from = session_amount(s, &r->from);
	size_t outside = s->variable_count;

	for (int64_t i = 0; i < times && !s->ended; i++) {
		s->variable_count = outside;
		if (r->as)
			add_variable(s, r->as, from + i);
		run_steps(s, r->steps, r->step_count);
	}
	s->variable_count = outside;
}

static void step_reset(struct session *s, const struct step *step)
{
	session_reset(s, step->poison, step_deadline(s, step));
}

static void step_power(struct session *s, const struct step *step)
{
	session_power_cycle(s, step_deadline(s, step));
}

/* Where --timeout says how long, that is meant. */
static void step_settle(struct session *s, const struct step *step)
{
	session_settle(s, step->settle_ms, s->spec->timeout_ms ? s->deadline_ms : step_deadline(s, step));
}

static void (*const step_run[])(struct session *s, const struct step *step) = {
	[STEP_EXPECT] = step_expect,
	[STEP_SEND] = step_send,
	[STEP_DENY] = step_deny,
	[STEP_WAIT] = step_wait,
	[STEP_WITNESS] = step_witness,
	[STEP_SCRIPT] = step_script,
	[STEP_CASES] = step_cases,
	[STEP_RESET] = step_reset,
	[STEP_POWER] = step_power,
	[STEP_REPEAT] = step_repeat,
	[STEP_SEND_FILE] = step_send_file,
	[STEP_HOLDS] = step_holds,
	[STEP_SETTLE] = step_settle,
};

static void run_steps(struct session *s, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count && !s->ended; i++)
		step_run[steps[i].kind](s, &steps[i]);
}

static enum phase_outcome outcome_of(const struct session *s)
{
	if (!s->ended)
		return PHASE_DONE;
	if (s->ending == END_TIMEOUT)
		return PHASE_TIMEOUT;
	return s->ending == END_CANCELLED ? PHASE_CANCELLED : PHASE_FAILED;
}

static void run_phase(struct session *s, const struct phase *p, struct phase_result *r)
{
	glance_phase(s->spec->glance, p->name);
	r->start_ms = session_ms(s);
	r->offset = s->taken;
	s->phase_deadline_ms = clock_ms() + p->deadline_ms;
	run_steps(s, p->steps, p->step_count);
	r->outcome = outcome_of(s);
	r->end_ms = session_ms(s);
}

void session_steps(struct session *s)
{
	const struct scenario *sc = s->spec->scenario;

	for (size_t i = 0; i < s->spec->parameters.count; i++)
		add_variable(s, s->spec->parameters.items[i].name, s->spec->parameters.items[i].value);
	for (size_t i = 0; i < sc->phase_count && !s->ended; i++)
		run_phase(s, &sc->phases[i], &s->result->phases[i]);
}
