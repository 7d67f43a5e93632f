/* The phases of a scenario and their steps, one function per kind of step. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/pattern.h"
#include "session/handover.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

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
	struct session_evidence *ev = &s->result->evidence;

	ev->awaited = what ? arena_strdup(&s->result->arena, what) : NULL;
	ev->awaited_where = what ? arena_printf(&s->result->arena, "%s:%d", file, line) : NULL;
}

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

static void note_seen(struct session *s, const struct text_pattern *p, const struct watch_hit *hit)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;

	ev->seen = arena_grow(a, ev->seen, &s->seen_room, ev->seen_count + 1, sizeof *ev->seen);
	ev->seen[ev->seen_count++] = (struct console_sighting){
		.pattern = p->regex,
		.where = arena_printf(a, "%s:%d", p->file, p->line),
		.text = arena_strndup(a, hit->text, hit->text_len),
		.at_ms = session_ms(s),
		.offset = hit->start,
	};
}

/* The line is dead. When power went with it, how it went is the cause; that news may be a moment behind. */
void session_hang_up(struct session *s)
{
	enum { NEWS_MS = 1000 };

	if (session_pump(s, clock_ms() + NEWS_MS, NULL, NULL) == PUMP_DEADLINE)
		session_end(s, END_INFRA, CAUSE_NONE, "the console hung up while the board had power");
}

/* Wait for a text. False: the session has ended, with the cause. */
static bool await(struct session *s, const struct text_pattern *p, int64_t deadline)
{
	struct sighting seen = {.hit = {.text = NULL}};
	enum pump how;
	struct err e;

	session_awaits(s, p->regex, p->file, p->line);
	if (watch_expect(s->watch, p->regex, &e) < 0) {
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
	s->taken = seen.hit.end;
	note_seen(s, p, &seen.hit);
	session_awaits(s, NULL, NULL, 0);
	return true;
}

/* What the image says the PD must print, as text; NULL when the image does not tell. */
static const char *compare_value(struct session *s, const struct step_compare *c)
{
	const struct image_pd *pd = boot_image_pd(s->spec->image, c->of);

	if (pd && c->with == COMPARE_RO_CRC32 && pd->has_crc)
		return arena_printf(&s->result->arena, "%08" PRIx32, pd->ro_crc32);
	if (pd && c->with == COMPARE_BUILD_ID && pd->build_id[0])
		return pd->build_id;
	return NULL;
}

static void compare(struct session *s, const struct step *step)
{
	const struct step_compare *c = &step->compare;
	const char *want = compare_value(s, c), *got = watch_capture(s->watch, c->capture);
	struct arena *a = &s->result->arena;

	if (!want)
		session_end(s, END_MISMATCH, CAUSE_IMAGE_CORRUPT,
			    arena_printf(a, "the image tells nothing of protection domain %s to compare with", c->of));
	else if (!got || strcmp(want, got) != 0)
		session_end(s, END_MISMATCH, CAUSE_MISSING_OUTPUT,
			    arena_printf(a, "%s printed %s %s, the image says %s (%s:%d)", c->of, c->capture,
					 got ? got : "nothing", want, s->spec->scenario->file, step->line));
}

static void step_expect(struct session *s, const struct step *step)
{
	if (await(s, &step->expect, step_deadline(s, step)) && step->compare.with != COMPARE_NOTHING)
		compare(s, step);
}

static void step_send(struct session *s, const struct step *step)
{
	int64_t deadline = step_deadline(s, step);

	if (session_send(s, step->send, step->send_len, deadline) == PUMP_DEADLINE)
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
static void look_at_hold(struct session *s, const struct witness_spec *w, int64_t deadline)
{
	char *regex = hold_pattern(w);
	struct text_pattern hold = {
		.regex = arena_strdup(&s->result->arena, regex),
		.file = s->spec->scenario->file,
		.line = w->line,
	};

	free(regex);
	if (!await(s, &hold, deadline))
		return;
	look_in_this_boot(s, w, false, false, deadline);
	if (!s->ended && session_send(s, "\n", 1, deadline) == PUMP_DEADLINE)
		session_end_timeout(s, deadline);
}

static void step_witness(struct session *s, const struct step *step)
{
	int64_t deadline = step_deadline(s, step);

	if (step->witness.stop == WITNESS_STOP_GUEST)
		look_at_hold(s, &step->witness, deadline);
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

static void share_step(const struct step *step)
{
	char *hold = NULL;

	if (step->kind == STEP_EXPECT)
		pattern_keep(step->expect.regex);
	if (step->kind == STEP_CASES && step->cases.until.regex)
		pattern_keep(step->cases.until.regex);
	if (step->kind == STEP_DENY)
		pattern_keep(step->deny.text.regex);
	if (step->kind == STEP_WITNESS && step->witness.stop == WITNESS_STOP_GUEST)
		pattern_keep(hold = hold_pattern(&step->witness));
	free(hold);
}

void session_share(const struct scenario *sc)
{
	for (size_t i = 0; i < sc->deny_count; i++)
		pattern_keep(sc->denies[i].text.regex);
	for (size_t i = 0; i < sc->phase_count; i++)
		for (size_t k = 0; k < sc->phases[i].step_count; k++)
			share_step(&sc->phases[i].steps[k]);
}

static void step_reset(struct session *s, const struct step *step)
{
	session_reset(s, step->poison, step_deadline(s, step));
}

static void step_power(struct session *s, const struct step *step)
{
	session_power_cycle(s, step_deadline(s, step));
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
};

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
	r->start_ms = session_ms(s);
	s->phase_deadline_ms = clock_ms() + p->deadline_ms;
	for (size_t i = 0; i < p->step_count && !s->ended; i++)
		step_run[p->steps[i].kind](s, &p->steps[i]);
	r->outcome = outcome_of(s);
	r->end_ms = session_ms(s);
}

void session_steps(struct session *s)
{
	const struct scenario *sc = s->spec->scenario;

	for (size_t i = 0; i < sc->phase_count && !s->ended; i++)
		run_phase(s, &sc->phases[i], &s->result->phases[i]);
}
