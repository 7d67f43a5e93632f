#include "board/power/verify.h"

#include <stddef.h>

/*
 * The first row that fits counts; ANY fits everything. What the switch says comes first: one that says "on" after it
 * was told off has not obeyed, whatever the console does.
 */
enum { ANY = -1 };

struct rule {
	int state, talked, next;
	struct off_finding finding;
};

static const struct rule rules[] = {
	{POWER_ON, true, ANY,
	 {OFF_REFUTED, "the switch says on although it was told off, and the board keeps talking",
	  "the switch did not obey: does it work by hand, and may this account switch?"}},
	{POWER_ON, false, NEXT_START_FRESH,
	 {OFF_UNSURE, "the switch says on although it was told off, but the board was silent and started anew",
	  "is its state read from another outlet than the one that is switched?"}},
	{POWER_ON, ANY, ANY,
	 {OFF_REFUTED, "the switch says on although it was told off",
	  "the switch did not obey, or its state is read from another outlet: does it work by hand?"}},

	{POWER_OFF, true, NEXT_START_FRESH,
	 {OFF_UNSURE, "the switch says off but the board kept talking, and it started anew later",
	  "does the console server hold back bytes (then raise \"silence\"), or does the board reset itself in a loop with "
	  "another outlet feeding it?"}},
	{POWER_OFF, true, ANY,
	 {OFF_REFUTED, "the switch says off but the board keeps talking",
	  "wrong outlet? Or the board is fed through another cable (USB, serial adapter, Ethernet)"}},
	{POWER_UNKNOWN, true, NEXT_START_FRESH,
	 {OFF_UNSURE, "the board kept talking after it was switched off, and it started anew later",
	  "does the console server hold back bytes (then raise \"silence\"), or does the board reset itself in a loop with "
	  "another outlet feeding it?"}},
	{POWER_UNKNOWN, true, ANY,
	 {OFF_REFUTED, "the board keeps talking although it was switched off",
	  "wrong outlet? Or the switch did not obey, which it cannot tell (pdudaemon answers 200 even then): see its log"}},

	{ANY, false, NEXT_START_FRESH, {OFF_PROVEN, "the board was silent after off and started anew", NULL}},
	{POWER_OFF, false, NEXT_START_STALE,
	 {OFF_REFUTED, "the board never was off: it was silent, but went on without a fresh start, although the switch says off",
	  "wrong outlet? Or its charge outlasts \"discharge\": raise it"}},
	{ANY, false, NEXT_START_STALE,
	 {OFF_REFUTED, "the board never was off: it was silent, but went on without a fresh start",
	  "wrong outlet, a switch that did not obey, or a charge that outlasts \"discharge\""}},
	{ANY, false, NEXT_START_MUTE,
	 {OFF_UNSURE, "the board said nothing after off, and nothing after the next power-on",
	  "does it get power at all? Is this its console, at the right baud rate?"}},
	{POWER_OFF, false, NEXT_START_AHEAD, {OFF_SO_FAR, "the switch says off and the board is silent", NULL}},
	{ANY, false, NEXT_START_AHEAD, {OFF_SO_FAR, "the board is silent since it was switched off", NULL}},
};

static bool fits(int wanted, int found)
{
	return wanted == ANY || wanted == found;
}

struct off_finding off_verify(const struct off_signs *signs)
{
	const struct rule *r = rules;

	/* The rows together fit every combination, which the unit tests hold them to. */
	while (!fits(r->state, (int)signs->state) || !fits(r->talked, signs->talked) || !fits(r->next, (int)signs->next))
		r++;
	return r->finding;
}
