#include "health/judge.h"

#include <inttypes.h>
#include <string.h>

#include "config/part.h"
#include "result/evidence.h"

/* ---- words ---- */

const char *health_part_name(enum health_part p)
{
	static const char *const names[] = {[HEALTH_CONSOLE] = "console", [HEALTH_POWER] = "power", [HEALTH_DELIVERY] = "delivery",
					    [HEALTH_BOOT] = "boot", [HEALTH_MEMORY] = "memory"};

	return names[p];
}

const char *health_state_name(enum health_state s)
{
	static const char *const names[] = {[HEALTH_WELL] = "well", [HEALTH_ILL] = "ill", [HEALTH_NOT_REACHED] = "not-reached",
					    [HEALTH_NOT_OFFERED] = "not-offered"};

	return names[s];
}

const char *health_outcome_name(enum health_outcome o)
{
	static const char *const names[] = {[HEALTH_HEALTHY] = "healthy", [HEALTH_SICK] = "ill", [HEALTH_UNCHECKED] = "unchecked"};

	return names[o];
}

const char *health_advice(enum health_part p)
{
	static const char *const advice[] = {
		[HEALTH_CONSOLE] = "`runtest console UNIT` sits at it: look at the wire, the baud rate, the terminal server, and for a second "
				   "program that reads the same port",
		[HEALTH_POWER] = "`runtest power UNIT cycle` switches it: look whether the board's light follows, at the outlet, and at other "
				 "cables that feed it",
		[HEALTH_DELIVERY] = "`runtest load UNIT IMAGE` brings one by hand: look at the server's folder and its log, at the network, and "
				    "at U-Boot's own settings",
		[HEALTH_BOOT] = "the image is known to be good: look at the end of the session's console.log, at the board's supply and at "
				"its RAM",
		[HEALTH_MEMORY] = "the debugger or its wire, or the board's RAM: look at the session's witness.json",
	};

	return advice[p];
}

/* ---- what is there ---- */

struct health_offer health_offer_of(const struct board_unit *u)
{
	const struct unit_power *p = u->power;
	bool machine = u->kind->qemu != NULL, queued = u->mq != NULL;

	return (struct health_offer){
		.console = machine || queued || u->console,
		.power = machine || queued || p,
		.delivery = machine || queued || u->load,
		.memory = machine || u->memory,
		.power_state = p && ((p->way == POWER_BY_HTTP && p->http->state) || (p->way == POWER_BY_EXEC && p->exec->state) ||
				     (p->way == POWER_BY_SSH && p->ssh->state)),
	};
}

/* ---- which part is ill ---- */

static bool has_started(const struct session_result *r)
{
	return r->phase_count && r->phases[0].outcome != PHASE_NOT_REACHED;
}

static bool has_come_up(const struct session_result *r)
{
	return r->phase_count && r->phases[r->phase_count - 1].outcome == PHASE_DONE;
}

/* No part at all: HEALTH_PARTS. */
static enum health_part part_of_infra(const struct session_result *r)
{
	static const enum health_part parts[] = {[PART_NONE] = HEALTH_PARTS, [PART_CONSOLE] = HEALTH_CONSOLE,
						 [PART_POWER] = HEALTH_POWER, [PART_DELIVERY] = HEALTH_DELIVERY,
						 [PART_MEMORY] = HEALTH_MEMORY};

	return parts[unit_part_from_name(r->part)];
}

/* What is held against the software elsewhere. */
static enum health_part part_of_failure(const struct session_result *r)
{
	if (evidence_first_fault(&r->evidence) || cause_needs_memory(r->cause))
		return HEALTH_MEMORY;
	return r->cause == CAUSE_IMAGE_NOT_LOADED ? HEALTH_DELIVERY : HEALTH_BOOT;
}

static enum health_part part_of_timeout(const struct session_result *r)
{
	if (!r->evidence.console_spoke)
		return HEALTH_CONSOLE;
	return has_started(r) ? HEALTH_BOOT : HEALTH_DELIVERY;
}

static bool is_memory_unseen(const struct session_result *r, const struct health_offer *offer)
{
	return offer->memory && !r->evidence.memory_spoke;
}

static enum health_part ill_part(const struct session_result *r, const struct health_offer *offer)
{
	switch (r->verdict) {
	case VERDICT_INFRA:
		return part_of_infra(r);
	case VERDICT_FAIL:
		return part_of_failure(r);
	case VERDICT_TIMEOUT:
		return part_of_timeout(r);
	default:
		return is_memory_unseen(r, offer) ? HEALTH_MEMORY : HEALTH_PARTS;
	}
}

/* A board that was not had, an image that was not built, a lab host whose disk is full: of the board nothing is known. */
static bool is_checked(const struct session_result *r)
{
	switch (r->verdict) {
	case VERDICT_PASS:
	case VERDICT_TIMEOUT:
		return true;
	case VERDICT_FAIL:
		return r->attempts > 0 && r->cause != CAUSE_BUILD_FAILED;
	case VERDICT_INFRA:
		return part_of_infra(r) != HEALTH_PARTS;
	default:
		return false;
	}
}

/* ---- what was seen of each ---- */

static struct part_finding found(enum health_state state, const char *text)
{
	return (struct part_finding){state, text};
}

static const struct part_finding unseen = {HEALTH_NOT_REACHED, "it did not come to that"};

static const char *note_with(const struct session_result *r, const char *words)
{
	const char *const *n = r->evidence.notes;

	while (n && *n && !strstr(*n, words))
		n++;
	return n ? *n : NULL;
}

static struct part_finding console(const struct session_result *r)
{
	const char *tested = note_with(r, "all came back"), *untested = note_with(r, "line could not be tested");

	if (!r->evidence.console_spoke)
		return unseen;
	return found(HEALTH_WELL, tested ? tested : untested ? untested : "the board is heard; the line was not tested by typing");
}

/* Only a board that was off says what a fresh start says; and the session saw to it that it is off now. */
static struct part_finding power(const struct session_result *r, const struct health_offer *offer)
{
	if (!r->evidence.console_spoke)
		return unseen;
	return found(HEALTH_WELL, offer->power_state ? "it went on, and off, which its switch confirms"
						     : "it went on, and off; its switch cannot be asked");
}

static struct part_finding delivery(const struct session_result *r, struct arena *a)
{
	if (!has_started(r))
		return unseen;
	return found(HEALTH_WELL, arena_printf(a, "the image was started %" PRId64 " ms after power-on", r->phases[0].start_ms));
}

static struct part_finding boot(const struct session_result *r, struct arena *a)
{
	if (!has_come_up(r))
		return unseen;
	return found(HEALTH_WELL, arena_printf(a, "the system was up %" PRId64 " ms after power-on",
					       r->phases[r->phase_count - 1].end_ms));
}

static struct part_finding memory(const struct session_result *r, struct arena *a)
{
	const struct session_evidence *ev = &r->evidence;
	unsigned intact = 0;

	for (size_t i = 0; i < ev->page_count; i++)
		intact += ev->pages[i].count[COUNT_INTACT];
	if (!ev->memory_spoke)
		return unseen;
	return found(HEALTH_WELL, arena_printf(a, "%zu look%s, %u page%s intact", ev->moment_count, ev->moment_count == 1 ? "" : "s",
					       intact, intact == 1 ? "" : "s"));
}

static const char *lacking(enum health_part p)
{
	static const char *const sections[] = {[HEALTH_CONSOLE] = "the unit has no console section",
					       [HEALTH_POWER] = "the unit has no power section",
					       [HEALTH_DELIVERY] = "the unit has no load section", [HEALTH_BOOT] = "",
					       [HEALTH_MEMORY] = "the unit has no memory section"};

	return sections[p];
}

static void look_at_parts(struct health_finding *f, const struct session_result *r, const struct health_offer *offer,
			  struct arena *a)
{
	const bool offered[] = {[HEALTH_CONSOLE] = offer->console, [HEALTH_POWER] = offer->power,
				[HEALTH_DELIVERY] = offer->delivery, [HEALTH_BOOT] = true, [HEALTH_MEMORY] = offer->memory};

	f->parts[HEALTH_CONSOLE] = console(r);
	f->parts[HEALTH_POWER] = power(r, offer);
	f->parts[HEALTH_DELIVERY] = delivery(r, a);
	f->parts[HEALTH_BOOT] = boot(r, a);
	f->parts[HEALTH_MEMORY] = memory(r, a);
	for (int p = 0; p < HEALTH_PARTS; p++)
		if (!offered[p])
			f->parts[p] = found(HEALTH_NOT_OFFERED, lacking((enum health_part)p));
}

static const char *why_ill(const struct session_result *r, enum health_part ill)
{
	const char *unseen_memory = note_with(r, "RAM could not be looked at");

	if (r->verdict == VERDICT_PASS && ill == HEALTH_MEMORY)
		return unseen_memory ? unseen_memory : "memory was not seen at all";
	return r->why ? r->why : "nobody says why";
}

struct health_finding health_unchecked(const char *why)
{
	struct health_finding f = {.outcome = HEALTH_UNCHECKED, .ill = HEALTH_PARTS, .why = why ? why : "it was not checked"};

	for (int p = 0; p < HEALTH_PARTS; p++)
		f.parts[p] = unseen;
	return f;
}

struct health_finding health_judge(const struct session_result *r, const struct health_offer *offer, struct arena *a)
{
	struct health_finding f = health_unchecked(r->why);

	f.notes = r->evidence.notes;
	if (!is_checked(r))
		return f;
	look_at_parts(&f, r, offer, a);
	f.ill = ill_part(r, offer);
	f.outcome = f.ill == HEALTH_PARTS ? HEALTH_HEALTHY : HEALTH_SICK;
	f.why = f.ill == HEALTH_PARTS ? NULL : why_ill(r, f.ill);
	if (f.ill != HEALTH_PARTS)
		f.parts[f.ill] = found(HEALTH_ILL, f.why);
	return f;
}
