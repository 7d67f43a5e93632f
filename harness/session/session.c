#include "session/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "session/state.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

int64_t session_ms(const struct session *s)
{
	return s->power_on_us ? (clock_us() - s->power_on_us) / 1000 : 0;
}

void session_end(struct session *s, enum ending how, enum cause console_cause, const char *why)
{
	if (s->ended)
		return;
	s->ended = true;
	s->ending = how;
	s->ill = s->works_on;
	s->console_cause = console_cause;
	if (why)
		s->result->why = arena_strdup(&s->result->arena, why);
}

enum unit_part session_works_on(struct session *s, enum unit_part part)
{
	enum unit_part before = s->works_on;

	s->works_on = part;
	return before;
}

bool session_is_stopped(struct session *s)
{
	if (!cancel_comes())
		return false;
	session_end(s, END_CANCELLED, CAUSE_NONE, "stopped by a signal");
	return true;
}

void session_end_error(struct session *s, const struct err *e)
{
	enum unit_part before = session_works_on(s, e->about ? (enum unit_part)e->about : s->works_on);
	struct arena *a = &s->result->arena;

	session_end(s, e->kind == ERR_CANCELLED ? END_CANCELLED : END_INFRA, CAUSE_NONE,
		    e->where[0] ? arena_printf(a, "%s: %s", e->where, e->what) : e->what);
	session_works_on(s, before);
	if (e->hint[0])
		session_note(s, e->hint);
}

void session_end_about(struct session *s, enum unit_part part, const struct err *e)
{
	enum unit_part before = session_works_on(s, part);

	session_end_error(s, e);
	session_works_on(s, before);
}

void session_note(struct session *s, const char *text)
{
	struct session_evidence *ev = &s->result->evidence;
	struct arena *a = &s->result->arena;
	const char **notes = arena_grow(a, (void *)(uintptr_t)ev->notes, &s->note_room, s->note_count + 2, sizeof *notes);

	notes[s->note_count++] = arena_strdup(a, text);
	notes[s->note_count] = NULL;
	ev->notes = notes;
}

/* The parts of a result that are known before anything runs. */
static void describe(const struct session_spec *spec, struct session_result *r)
{
	struct arena *a = &r->arena;
	const struct scenario *sc = spec->scenario;
	char iso[CLOCK_ISO_SIZE];

	r->run = arena_strdup(a, spec->run);
	r->name = arena_strdup(a, spec->name);
	r->scenario = arena_strdup(a, sc->name);
	r->variant = arena_strdup(a, spec->variant);
	r->board = arena_strdup(a, spec->unit->kind->name);
	r->unit = arena_strdup(a, spec->unit->name);
	r->arch = arch_name(spec->unit->kind->arch);
	r->config = arena_strdup(a, spec->config);
	r->repeat = spec->repeat;
	r->parameter_count = spec->parameters.count;
	r->parameters = arena_alloc(a, (spec->parameters.count + 1) * sizeof *r->parameters);
	for (size_t i = 0; i < spec->parameters.count; i++)
		r->parameters[i] = (struct parameter_value){arena_strdup(a, spec->parameters.items[i].name),
							    spec->parameters.items[i].value};
	r->expected = spec->want;
	r->started = arena_strdup(a, clock_iso(iso));
	r->phase_count = sc->phase_count;
	r->phases = arena_alloc(a, sc->phase_count * sizeof *r->phases);
	for (size_t i = 0; i < sc->phase_count; i++)
		r->phases[i] = (struct phase_result){arena_strdup(a, sc->phases[i].name), PHASE_NOT_REACHED, -1, -1, 0};
	if (spec->image || spec->image_path) {
		r->image = arena_strdup(a, spec->image ? spec->image->path : spec->image_path);
		r->image_sha256 = arena_strdup(a, spec->image_sha256);
	}
}

/*
 * A folder for this attempt: SESSION/1, or the next number when a run that was cut short left one. Nothing of an
 * earlier attempt is ever written over.
 */
static int make_folder(struct session *s, struct err *e)
{
	struct session_result *r = s->result;
	char *parent = arena_printf(&r->arena, "%s/%s", s->spec->run_dir, s->spec->name);

	if (file_mkdirs(parent, e) < 0)
		return -1;
	for (r->attempts = 1;; r->attempts++) {
		s->dir = arena_printf(&r->arena, "%s/%d", parent, r->attempts);
		if (mkdir(s->dir, 0755) == 0)
			break;
		if (errno != EEXIST)
			return file_error(e, "make the session's folder", s->dir);
	}
	r->dir = arena_printf(&r->arena, "%s/%d", s->spec->name, r->attempts);
	r->console = "console.log";
	r->index = "console.idx";
	r->witness = "witness.json";
	if (s->spec->unit->kind->qemu) {
		r->qemu_log = "qemu.log";
		r->qemu_args = "qemu.args";
	}
	typed_init(&s->typed, s->dir);
	return 0;
}

/* Folder, log, board, patterns: all that has to stand before power goes on. */
static int prepare(struct session *s)
{
	const struct scenario *sc = s->spec->scenario;
	struct err e;
	int rc = make_folder(s, &e);

	if (rc == 0)
		rc = conlog_open(&s->log, s->dir, &e);
	if (rc == 0 && !session_claim(s))
		return -1;
	if (rc == 0) {
		session_boot_describe(s);
		/* All of hardware that is needed before its power goes on is where the image is put for it. */
		session_works_on(s, s->spec->unit->kind->qemu ? PART_NONE : PART_DELIVERY);
		rc = board_open(&s->board, s->spec->unit, &s->boot, &e);
	}
	if (rc < 0) {
		session_end_error(s, &e);
		return -1;
	}
	session_works_on(s, PART_NONE);
	s->watch = watch_create();
	for (size_t i = 0; i < sc->deny_count; i++)
		if (session_deny(s, &sc->denies[i]) < 0)
			return -1;
	if (session_watch_restarts(s) < 0 || markers_begin(s) < 0)
		return -1;
	session_record_open(s);
	session_poison(s);
	session_survival_open(s);
	return 0;
}

static int power_on(struct session *s)
{
	int64_t limit = s->spec->timeout_ms ? s->spec->timeout_ms : s->spec->scenario->deadline_ms;

	session_hear_out(s);
	if (s->ended)
		return -1;
	glance_phase(s->spec->glance, "power on");
	if (!s->power_on_us)
		s->power_on_us = clock_us();
	s->deadline_ms = clock_ms() + limit;
	markers_boot(s);
	session_record_boot(s);
	if (!session_switch_on(s))
		return -1;
	glance_phase(s->spec->glance, "loading");
	session_load(s, s->deadline_ms);
	return 0;
}

/* A watch that may have missed something gives nobody a pass. */
static void check_watch(struct session *s)
{
	const char *trouble = watch_trouble(s->watch);

	if (!trouble)
		return;
	session_note(s, trouble);
	session_end(s, END_INFRA, CAUSE_NONE, trouble);
}

struct session *session_run(const struct session_spec *spec, struct session_result *out)
{
	struct session *s = xcalloc(1, sizeof *s);
	int64_t begun = clock_us();

	if (!spec->unit->kind->qemu)
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* should who started us die: there is a board to be switched off */
	prctl(PR_SET_TIMERSLACK, 1); /* waits of a tenth of a millisecond are meant */
	s->own = *spec;
	s->spec = &s->own;
	s->result = out;
	s->boot_number = 1;
	s->log.log_fd = s->log.index_fd = -1;
	typed_init(&s->typed, NULL);
	unit_lock_init(&s->lock);
	versions_init(&s->versions, spec->image);
	recording_init(&s->recording);
	session_result_init(out);
	describe(spec, out);
	echo_init(&s->echo, spec->verbose ? spec->name : NULL);
	shown_init(&s->shown, spec->glance);
	glance_phase(spec->glance, "preparing");
	if (prepare(s) == 0 && power_on(s) == 0) {
		session_steps(s);
		if (spec->steps_done)
			spec->steps_done(spec->ctx);
		glance_phase(spec->glance, "last look at memory");
		session_look_finally(s);
		session_record_end(s);
		glance_phase(spec->glance, "power off");
		session_switch_off(s);
		session_looks_write(s);
		session_survival_write(s);
		session_record_write(s);
		check_watch(s);
		session_check_console(s);
		session_end(s, END_COMPLETE, CAUSE_NONE, NULL);
	}
	glance_phase(spec->glance, "power off");
	session_switch_off(s); /* whatever happened */
	glance_phase(spec->glance, "verdict");
	session_execution(s);
	session_conclude(s);
	session_blame(s);
	out->duration_ms = (clock_us() - begun - s->waited_us + 500) / 1000;
	return s;
}

void session_leave(struct session *s)
{
	if (board_is_switched(&s->board))
		board_leave(&s->board); /* it was seen off, or the verdict says that it was not */
	else
		board_close(&s->board);
	unit_lock_release(&s->lock);
	lease_watch_end(&s->lease);
	watch_destroy(s->watch);
	conlog_close(&s->log);
	typed_close(&s->typed);
	echo_finish(&s->echo);
	looks_finish(&s->looks);
	sightings_finish(&s->seen);
	facts_finish(&s->facts);
	free(s->variables);
	buf_finish(&s->filled);
	buf_finish(&s->sought);
	before_finish(&s->before);
	versions_finish(&s->versions);
	sampler_close(&s->survivor.sampler);
	map_finish(&s->survivor.map);
	recording_finish(&s->recording);
	free(s->denies);
	markers_finish(&s->markers);
	free(s);
}

void session_not_run(const struct session_spec *spec, enum verdict verdict, enum cause cause, const char *why,
		     struct session_result *out)
{
	session_result_init(out);
	describe(spec, out);
	out->attempts = 0;
	out->verdict = verdict_against(spec->want, verdict, cause);
	out->cause = cause;
	out->why = arena_strdup(&out->arena, why);
}
