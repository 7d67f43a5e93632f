/*
 * Sessions that have no text to wait for: the step that lasts until every protection domain runs, and a while longer; and
 * scripts that are done before the board has got anywhere.
 */
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"

enum {
	LOOK_MS = 5,          /* between looks at what QEMU has noted, or at what is in memory */
	CHANCE_MS = 50,       /* and at whether it had a processor */
	LOAD_MS = 500,        /* enough for a loader, with a processor of its own */
	LOAD_MOST_MS = 10000, /* and if it never gets one */
	QUIET_LEAST_MS = 1000, /* where nobody knows how many are to come */
};

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Until then, and as long as QEMU wanted a processor and got none: on a busy host that nobody comes says nothing. */
static void let_run(struct session *s, int64_t until, int64_t deadline)
{
	int64_t cpu = proc_cpu_ms(s->board.machine.pid);
	enum pump how;

	do {
		how = session_pump(s, earlier(until, deadline), NULL, NULL);
		until = clock_ms() + CHANCE_MS;
	} while (how == PUMP_DEADLINE && clock_ms() < deadline && !proc_had_its_chance(s->board.machine.pid, cpu));
}

/* Until `wanted` have come: true. */
static bool await_all(struct session *s, size_t wanted, int64_t deadline)
{
	enum pump how = PUMP_DEADLINE;

	while (how == PUMP_DEADLINE && s->entries.arrived < wanted && clock_ms() < deadline) {
		how = session_pump(s, earlier(clock_ms() + LOOK_MS, deadline), NULL, NULL);
		entries_look(s);
	}
	return s->entries.arrived >= wanted;
}

/* How many are to come is not known: when one has, and for so long no other. */
static void await_stragglers(struct session *s, int64_t quiet_ms, int64_t deadline)
{
	size_t arrived;

	if (!await_all(s, 1, deadline))
		return;
	do {
		arrived = s->entries.arrived;
		let_run(s, s->entries.last_ms + quiet_ms, deadline);
		entries_look(s);
	} while (!s->ended && s->entries.arrived != arrived && clock_ms() < deadline);
}

/* Nobody tells of entries: a console that has said something, and then is silent for so long, may mean that all is done. */
static void await_silence(struct session *s, int64_t quiet_ms, int64_t deadline)
{
	uint64_t heard;
	enum pump how;

	do {
		heard = s->log.size;
		how = session_pump(s, earlier(clock_ms() + quiet_ms, deadline), NULL, NULL);
	} while (how == PUMP_DEADLINE && clock_ms() < deadline && (s->log.size == s->stale || s->log.size != heard));
}

/* The deadline is a way to end like any other: what had not come by then, execution tells. */
static void note_deadline(struct session *s, size_t wanted)
{
	session_note(s, arena_printf(&s->result->arena,
				     "the session ended at its deadline, with %zu of %zu protection domains at their entry; "
				     "--timeout gives it more", s->entries.arrived, wanted));
}

void session_settle(struct session *s, int64_t settle_ms, int64_t deadline)
{
	int64_t quiet_ms = settle_ms > QUIET_LEAST_MS ? settle_ms : QUIET_LEAST_MS;
	size_t wanted = entries_wanted(s);

	s->settles = true;
	if (!s->boot.arrivals)
		await_silence(s, quiet_ms, deadline);
	else if (!wanted)
		await_stragglers(s, quiet_ms, deadline);
	else if ((s->settled = await_all(s, wanted, deadline)))
		let_run(s, clock_ms() + settle_ms, deadline);
	else if (!s->ended)
		note_deadline(s, wanted);
}

/* Did the board say something that was waited for? A script keeps what it saw to itself. */
static bool saw_boot(const struct session *s)
{
	return s->seen.total || s->markers.booted || s->result->tests;
}

/* Who waits for the board and hears nothing has given it its time; who waits for nothing, or not for long, has not. */
static void let_load(struct session *s)
{
	enum pump how = PUMP_DEADLINE;

	while (how == PUMP_DEADLINE && session_is_unloaded(s) && clock_ms() < s->deadline_ms)
		how = session_pump(s, earlier(clock_ms() + LOOK_MS, s->deadline_ms), NULL, NULL);
	if (how != PUMP_DEADLINE)
		return; /* cancelled, say: the end has a reason of its own */
	let_run(s, clock_ms() + CHANCE_MS, s->deadline_ms);
	session_note(s, session_is_unloaded(s)
			? "every step was done before the image was in memory, and at the session's deadline it was not there yet"
			: "every step was done before the image was in memory, which was waited for: a script that waits for one of "
			  "the image's own lines tests more");
}

/*
 * Memory in which the loader is still to put the image would accuse the loader of never having done so. What it is about
 * to put there takes it no time worth speaking of, given a processor.
 */
void session_let_load(struct session *s)
{
	bool gave_up = s->ended && (s->ending == END_SCRIPT_FAILED || s->ending == END_TIMEOUT);

	if (s->settles || s->unstarted || saw_boot(s) || !session_is_unloaded(s))
		return;
	if (!s->ended)
		let_load(s);
	else if (gave_up)
		let_run(s, clock_ms() + LOAD_MS, clock_ms() + LOAD_MOST_MS);
}
